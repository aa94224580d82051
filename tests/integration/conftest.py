"""Fixtures of the integration tests: houses, see house.py."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., House]]:
    """Builds houses, `below` a folder of that name; the environment is put back after the module."""
    before = dict(os.environ)
    yield lambda base_urls, below="", **settings: House(tmp_path_factory.mktemp("house") / below, base_urls, **settings)
    os.environ.clear()
    os.environ.update(before)
