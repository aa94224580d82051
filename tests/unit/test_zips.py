"""Reading a downloaded zip of one CSV: what is accepted, and what is refused before it does harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from ingestion.errors import BadAnswer
from ingestion.wire.payload import Payload
from ingestion.wire.zips import csv_of

COLUMNS = ["open_time", "open", "close"]
HEADER = "open_time,open,close\n"
ROWS = "1577836800000,7189.43,7177.02\n1577840400000,7177.02,7216.27\n"
Make = Callable[..., Payload]


def packed(*members: tuple[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def read(payload: Make, body: bytes) -> list[tuple[Any, ...]]:
    return csv_of(payload("binance_archive", "klines", body, match={"symbol": "BTCUSDT"}), COLUMNS).rows()


EXPECTED = [("1577836800000", "7189.43", "7177.02"), ("1577840400000", "7177.02", "7216.27")]


@pytest.mark.parametrize(
    "text", [ROWS, HEADER + ROWS, ROWS.replace("\n", "\r\n"), HEADER + ROWS.rstrip("\n"), '"open_time","open","close"\n' + ROWS],
    ids=["no header", "header", "carriage returns", "no last newline", "quoted header"],
)  # fmt: skip
def test_a_csv_is_read_as_text_with_or_without_a_header(text: str, payload: Make) -> None:
    assert read(payload, packed(("BTCUSDT-1h-2020-01.csv", text))) == EXPECTED


def test_columns_that_came_later_at_the_end_are_left_out(payload: Make) -> None:
    text = "".join(f"{line},0\n" for line in ROWS.splitlines())
    assert read(payload, packed(("a.csv", text))) == EXPECTED


def test_a_negative_first_value_is_no_header(payload: Make) -> None:
    assert read(payload, packed(("a.csv", "-5,1,2\n"))) == [("-5", "1", "2")]


@pytest.mark.parametrize("text", ["", " \n", HEADER], ids=["empty", "blank", "a header alone"])
def test_a_file_without_rows_has_none(text: str, payload: Make) -> None:
    assert read(payload, packed(("a.csv", text))) == []


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "folder/a.csv", "..\\a.csv", "C:\\a.csv", "a.exe", "a.csv/", "a.csv.zip"])
def test_only_a_bare_csv_name_is_accepted(name: str, payload: Make) -> None:
    with pytest.raises(BadAnswer, match="refused member"):
        read(payload, packed((name, ROWS)))


@pytest.mark.parametrize("members", [(), (("a.csv", ROWS), ("b.csv", ROWS)), (("a.csv", ROWS), ("a.csv.sig", "x"))])
def test_exactly_one_file_is_expected(members: tuple[tuple[str, str], ...], payload: Make) -> None:
    with pytest.raises(BadAnswer, match=rf"{len(members)} files in the zip"):
        read(payload, packed(*members))


def test_a_bomb_is_not_unpacked(payload: Make) -> None:
    bomb = packed(("a.csv", b"0" * 50_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(BadAnswer, match="unpacks to more than"):
        read(payload, bomb)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(payload: Make) -> None:
    """The size in the directory is the packer's word; what counts is what comes out."""
    honest = packed(("a.csv", b"0" * 50_000_000))
    lying = honest.replace((50_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(BadAnswer):
        read(payload, lying)


def test_a_zip_inside_a_zip_is_not_opened(payload: Make) -> None:
    with pytest.raises(BadAnswer):
        read(payload, packed(("inner.csv", packed(("a.csv", ROWS)))))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Not here</html>", packed(("a.csv", ROWS))[:60], packed(("a.csv", ROWS))[:-25], b"PK\x03\x04" + b"\x00" * 100],
    ids=["nothing", "a page", "a head", "without its end", "zeros"],
)
def test_what_is_no_whole_zip_is_a_bad_answer(body: bytes, payload: Make) -> None:
    with pytest.raises(BadAnswer, match=r"binance_archive klines \[BTCUSDT\]: not a readable zip"):
        read(payload, body)


def test_a_damaged_member_is_a_bad_answer(payload: Make) -> None:
    whole = bytearray(packed(("a.csv", ROWS * 50), compression=zipfile.ZIP_STORED))
    whole[200] ^= 0xFF
    with pytest.raises(BadAnswer):
        read(payload, bytes(whole))


@pytest.mark.parametrize("text", ["1577836800000,7189.43\n", "1,2,3\n4,5,6,7\n", "1,2,3\n\xff\xfe\x00,,"])
def test_too_few_or_ragged_columns_are_a_bad_answer(text: str, payload: Make) -> None:
    with pytest.raises(BadAnswer):
        read(payload, packed(("a.csv", text.encode("latin-1"))))


def test_the_error_names_the_address_to_look_at(payload: Make) -> None:
    with pytest.raises(BadAnswer, match=r"fetch https://binance_archive.test/klines by hand and look"):
        read(payload, b"no zip")


@pytest.mark.parametrize("line", ["null,1,2", "<html>busy</html>", "NaN,1,2", ",,", "???"])
def test_a_first_line_that_is_neither_header_nor_numbers_is_refused(line: str, payload: Make) -> None:
    """Taken for a header it would be gone; a page in place of a file would be an empty file."""
    with pytest.raises(BadAnswer, match="neither a header nor a row of numbers"):
        read(payload, packed(("a.csv", f"{line}\n{ROWS}")))
