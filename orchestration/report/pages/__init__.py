"""The six pages, in the order of their links. A page is one file, and one line here."""

from orchestration.report.page import Page
from orchestration.report.pages import asset, funding, market, quality, tokens, venue

PAGES: list[Page] = [market.PAGE, venue.PAGE, asset.PAGE, funding.PAGE, tokens.PAGE, quality.PAGE]
