"""What an adapter is written in, in one import: tables and endpoints, series and how their pages follow, limits.

Belongs here: names of other modules, no code. Does not: what an adapter works with while it asks (asking), reading values (parsing).
"""

from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import Back, Cut, Numbered, Onward, Page, Whole, by_offset
from ingestion.venue.request import Ask
from ingestion.venue.series import Series, read
from ingestion.venue.table import CamelTable, Each, Reading, Table, camel_case, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit

__all__ = [
    "Ask", "Back", "CamelTable", "Cut", "Each", "Endpoint", "Envelope", "Limit", "Numbered", "Onward", "Page", "Reading", "Series", "Table",
    "Venue", "Whole", "by_offset", "camel_case", "read", "serves",
]  # fmt: skip
