"""The one exception family. Messages name source, endpoint, market, the value and what to do; caught only at boundaries."""

from __future__ import annotations


class PerpsError(Exception):
    """Root of every error this project raises on purpose."""


class SettingsError(PerpsError):
    """A setting or an argument that cannot be used; the command exits with 2."""


class SourceError(PerpsError):
    """A source did not give what was asked: names source, endpoint, market, detail and advice."""

    most_named = 5  # markets, in a summary of many failures

    def __init__(self, source: str, endpoint: str, detail: str, *, market: str | None = None, advice: str = "") -> None:
        self.source, self.endpoint, self.market, self.detail, self.advice = source, endpoint, market, detail, advice
        where = f"{source} {endpoint}" + (f" [{market}]" if market else "")
        super().__init__(f"{where}: {detail}" + (f" — {advice}" if advice else ""))

    def of_market(self, market: str | None) -> SourceError:
        """The same error with its market named, if it does not name one yet."""
        return self if self.market or not market else type(self)(self.source, self.endpoint, self.detail, market=market, advice=self.advice)


class Unreachable(SourceError):
    """No usable answer after all retries: refused, timed out, throttled, server errors."""


class BadAnswer(SourceError):
    """The answer arrived but is not in the source's format (truncated, not JSON, unsafe archive)."""


class Throttled(BadAnswer):
    """The answer says that we ask too often, and not for how long."""


class NotFound(SourceError):
    """The source does not know this market, file or protocol (any more)."""


class UnknownName(SourceError):
    """A name that we chose ourselves, in a seed, and the source does not know (any more): the seed wants mending."""

    most_named = 100


class NotAvailable(SourceError):
    """The source has it, but not for us: a paid plan, a key, a region."""


class Rejected(SourceError):
    """The source refused the request for a reason of its own (error code in the body)."""


class Unroutable(PerpsError):
    """A recorded response that no source claims, or that lacks what the parser needs."""
