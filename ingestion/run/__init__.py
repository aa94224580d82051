"""One run: sessions, what came of them, attempts, replay. Given its sources; knows none by name."""
