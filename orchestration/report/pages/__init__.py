"""The six pages, in the order of their links. A page is one file, and one line here."""

from orchestration.report.page import Page
from orchestration.report.pages import asset, funding, market, quality, tokens, venue

PAGES: list[Page] = [market.PAGE, venue.PAGE, asset.PAGE, funding.PAGE, tokens.PAGE, quality.PAGE]
FIRST_PAGE = "index.html"  # the market: what a folder opens with


def page_file(name: str) -> str:
    """What a page is called in the folder."""
    return FIRST_PAGE if name == PAGES[0].name else f"{name}.html"
