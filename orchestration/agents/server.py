"""The server for agents: tools, pages and a prompt over what is published, in the Model Context Protocol.

Belongs here: how they are offered, and what an agent is told first. Does not: what a tool does (offered.py), how it starts (serving.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from ingestion.errors import PerpsError
from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.agents import rules
from orchestration.agents.offered import Tools

INSTRUCTIONS = """The open warehouse of crypto perpetual futures: volume, open interest, funding, liquidations, fees, and what tokenholders
get, one DuckDB file in one unit. Begin with freshness and list_tables; describe_table before you query; trace a figure that matters.
Read `warnings` and `rules` of every answer before you say a number, and name the day, the unit and the coverage beside it.
"""
PROMPT = """Answer this question from the warehouse: {question}

1. `freshness` says which days are published, what was held back, and whether the market is simulated.
2. `list_tables` with a word of the question, then `describe_table`: a mart before a fact.
3. `query` for the days that are asked for. If it warns, mend the query and ask again.
4. Say the figure with its unit, its day (UTC) and its coverage. Say what is not known; do not fill it in.
5. `trace` the figure if somebody will act on it.

What must not be added up or compared:
{rules}
"""
PAGES = {"reading": "What each figure counts, and what it leaves out", "limits": "What the warehouse does not know or cannot do"}
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def server(settings: Settings) -> MCPServer[Any]:
    """A server over the publication of this data folder."""
    told = f"{INSTRUCTIONS}\n{rules.as_text()}"
    title, number = "The perpetual-futures warehouse", version("perps-warehouse")
    one: MCPServer[Any] = MCPServer("perps", title=title, instructions=told, version=number, log_level="WARNING")
    tools = Tools(settings)
    for tool in (tools.freshness, tools.list_tables, tools.describe_table, tools.query, tools.trace, tools.chart):
        one.add_tool(_told(tool), annotations=READS)
    _offer_pages(one)
    one.prompt("answer", title="Answer a question from the warehouse")(_prompt)
    return one


def _offer_pages(one: MCPServer[Any]) -> None:
    kind = "text/markdown"
    one.resource("perps://rules", name="rules", title="What must not be added up or compared", mime_type=kind)(lambda: rules.as_text())
    for name, title in PAGES.items():
        one.resource(f"perps://{name}", name=name, title=title, mime_type=kind)(_page(name))


def _page(name: str) -> Callable[[], str]:
    return lambda: (PROJECT_ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def _prompt(question: str) -> str:
    """The way from a question to a figure that holds, with the rules of what must not be added up."""
    return PROMPT.format(question=question, rules=rules.as_text())


def _told(tool: Callable[..., Any]) -> Callable[..., Any]:
    """The same tool; what somebody can mend is told to the caller in a sentence."""

    @wraps(tool)
    def tells(*arguments: Any, **named: Any) -> Any:
        try:
            return tool(*arguments, **named)
        except PerpsError as error:
            raise ToolError(str(error)) from error

    return tells
