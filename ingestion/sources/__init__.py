"""One file per source. A module here with a class that extends Source is a source; nothing else belongs here."""
