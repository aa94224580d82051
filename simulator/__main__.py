"""`python -m simulator`: the simulator as a process of its own. Prints one line of JSON when it is ready, serves until stopped."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from simulator.changing import CHANGING_WORLD, DAYS
from simulator.drift import KINDS as DRIFTS
from simulator.faults import KINDS, Fault
from simulator.loopback import HOST, listen, uvicorn_server
from simulator.switchboard import Switchboard
from simulator.truth import DEFAULT_START, Truth


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    found.add_argument("--port", type=int, default=0, help="0 takes a free one")
    found.add_argument("--start", type=date.fromisoformat, default=DEFAULT_START, help="first day of the truth")
    found.add_argument("--days", type=int, default=90)
    found.add_argument("--seed", type=int, default=7)
    found.add_argument("--assets", help="comma-separated; default all")
    found.add_argument("--changing", action="store_true", help=f"terms, names and listings change within the first {DAYS} days")
    found.add_argument("--now", help="ISO time within the truth; default noon of its last day")
    found.add_argument("--latency-ms", type=float, default=0.0)
    found.add_argument("--rate-limit", action="append", default=[], metavar="SOURCE=WEIGHT_PER_MINUTE")
    found.add_argument("--fault", action="append", default=[], metavar="SOURCE=KIND[:EVERY_NTH]", help=", ".join(KINDS))
    found.add_argument("--corrupt", action="append", default=[], metavar="venue=…,date=…,kind=…[,symbol=…]")
    found.add_argument("--drift", action="append", default=[], metavar="source=…,kind=…[,field=…][,to=…][,path=…]", help=", ".join(DRIFTS))
    found.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="a dialect's switch: defillama.derivatives=402")
    found.add_argument("--recordings", type=Path, help="serve this folder of recorded responses instead of a simulated market")
    found.add_argument("--static", action="append", default=[], metavar="SOURCE=DIR", help="serve a folder as this source")
    return found


def _pairs(items: list[str]) -> dict[str, str]:
    return dict(item.split("=", 1) for item in items)


def board_from(arguments: argparse.Namespace) -> Switchboard:
    truth = None
    static = {source: Path(folder) for source, folder in _pairs(arguments.static).items()}
    if arguments.recordings is None:
        assets = arguments.assets.split(",") if arguments.assets else None
        changes = CHANGING_WORLD if arguments.changing else ()
        truth = Truth(arguments.seed, arguments.start, arguments.days, assets, changes=changes)
    limits = {source: int(weight) for source, weight in _pairs(arguments.rate_limit).items()}
    board = Switchboard(truth, rate_limits=limits, recordings=arguments.recordings, static=static)
    if arguments.now:
        board.set_now(arguments.now)
    for source, fault in _pairs(arguments.fault).items():
        board.faults[source] = Fault.parse(fault)
    for corruption in arguments.corrupt:
        board.corrupt(**_pairs(corruption.split(",")))
    for drift in arguments.drift:
        board.drift(**_pairs(drift.split(",")))
    for name, value in _pairs(arguments.option).items():
        board.option(name, value)
    return board


def main() -> None:
    arguments = parser().parse_args()
    try:
        board = board_from(arguments)
    except (ValueError, TypeError, FileNotFoundError) as error:
        parser().error(str(error))
    bound = listen(arguments.port)
    port = bound.getsockname()[1]
    bound.listen(2048)  # so that whoever reads the line can connect at once
    print(json.dumps({"port": port, "url": f"http://{HOST}:{port}", "now": board.now.isoformat(), "sources": board.sources}), flush=True)
    uvicorn_server(board, arguments.latency_ms).run(sockets=[bound])


if __name__ == "__main__":
    main()
