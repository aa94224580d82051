"""`perps mcp`: the door for agents, over standard input and output, or over HTTP on this machine alone.

Belongs here: the command, and whom it lets in. Does not: what is offered (agents/server.py).
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingestion.errors import SettingsError
from orchestration.terminal import errors

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.transport_security import TransportSecuritySettings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def mcp(
    is_http: Annotated[bool, typer.Option("--http", help="over HTTP on loopback instead of standard input and output")] = False,
    host: Annotated[str, typer.Option(help="an address of loopback; no other is served")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="with --http; 0: any that is free")] = 8321,
) -> None:
    """Serve what is published to agents, read-only, in the Model Context Protocol: tables, queries with limits, traces, pictures."""
    if host not in LOOPBACK:
        raise SettingsError(f"--host {host}: only this machine is served ({', '.join(LOOPBACK)}); from another one, tunnel with ssh -L")
    from orchestration.environment import prepare
    from orchestration.published import connected, published_file

    settings = prepare()
    connected(published_file(settings)).close()
    from orchestration.agents.server import server

    one = server(settings)
    if not is_http:
        one.run("stdio")
        return
    _serve(one, host, port)


def _serve(one: MCPServer[Any], host: str, port: int) -> None:
    """Listen first, then say where: who reads the address can connect."""
    import uvicorn

    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        found = door.getsockname()[1]
        errors.print(f"http://{f'[{host}]' if ':' in host else host}:{found}/mcp", markup=False, highlight=False)
        offered = one.streamable_http_app(stateless_http=True, transport_security=only_from_here(found))
        uvicorn.Server(uvicorn.Config(offered, log_level="warning")).run(sockets=[door])


def only_from_here(port: int) -> TransportSecuritySettings:
    """A page in a browser that gives its own name to 127.0.0.1 is refused, and so is one of another port."""
    from mcp.server.transport_security import TransportSecuritySettings

    hosts = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True, allowed_hosts=hosts, allowed_origins=[f"http://{name}" for name in hosts]
    )
