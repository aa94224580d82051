"""What an adapter is given and gives while it asks, in one import: the session, windows, markets, answers.

Belongs here: names of other modules, no code. Does not: what an adapter declares (notation), reading values (parsing).
"""

from ingestion.run.answer import Answer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.wire.payload import Payload

__all__ = ["Answer", "Market", "Payload", "Session", "Window"]
