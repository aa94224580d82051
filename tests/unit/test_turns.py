"""Writers of raw and readers of all of it take turns, in threads as in processes."""

from __future__ import annotations

import threading
from pathlib import Path

from ingestion.store.turns import reading_whole, writing

PATIENCE = 60.0


def test_writers_come_together_and_a_reader_waits_for_them(tmp_path: Path) -> None:
    inside, done, order = threading.Barrier(3, timeout=PATIENCE), threading.Event(), []

    def write() -> None:
        with writing(tmp_path):
            inside.wait()
            assert done.wait(PATIENCE)
            order.append("written")

    def read() -> None:
        with reading_whole(tmp_path):
            order.append("read")

    threads = [threading.Thread(target=write) for _ in range(2)]
    for one in threads:
        one.start()
    inside.wait()  # both writers are
    threads.append(threading.Thread(target=read))
    threads[-1].start()
    threads[-1].join(0.2)
    done.set()
    for one in threads:
        one.join(PATIENCE)
    assert order == ["written", "written", "read"]


def test_a_writer_waits_for_the_reader(tmp_path: Path) -> None:
    order: list[str] = []

    def write() -> None:
        with writing(tmp_path):
            order.append("written")

    writer = threading.Thread(target=write)
    with reading_whole(tmp_path):
        writer.start()
        writer.join(0.2)
        order.append("read")
    writer.join(PATIENCE)
    assert order == ["read", "written"]
