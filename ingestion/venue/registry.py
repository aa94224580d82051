"""The registry: which sources exist. A file in `ingestion/sources/` is found by itself; dbt's registry line is `venue_sources`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from difflib import get_close_matches
from functools import cache

from ingestion import sources
from ingestion.errors import SettingsError
from ingestion.run.adapter import Adapter
from ingestion.settings import Settings


def names() -> list[str]:
    """Every source's name, in alphabetical order: that of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(sources.__path__))


@cache
def source_of(name: str) -> Adapter:
    """The source of this name; its file alone is imported."""
    module = importlib.import_module(f"{sources.__name__}.{name}")
    members = [member for _, member in inspect.getmembers(module, inspect.isclass) if member.__module__ == module.__name__]
    found: Adapter = next(member for member in members if issubclass(member, Adapter) and member.name == name)()
    return found


@cache
def all_sources() -> dict[str, Adapter]:
    """Every source by name, in alphabetical order."""
    return {name: source_of(name) for name in names()}


def selected(settings: Settings, wanted: list[str] | None = None) -> list[Adapter]:
    """The sources a run uses: those named, else PERPS_SOURCES, else all. Raises SettingsError for an unknown name."""
    known = names()
    chosen = list(dict.fromkeys(wanted or settings.sources or known))
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        raise SettingsError(f"unknown source {', '.join(unknown)}; choose from {', '.join(known)}")
    for name in settings.base_url:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            advice = f"did you mean {near[0].upper()}?" if near else f"choose from {', '.join(known)}"
            raise SettingsError(f"PERPS_BASE_URL__{name.upper()}: there is no source {name}; {advice}")
    return [source_of(name) for name in chosen]
