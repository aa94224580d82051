"""The registry: which sources exist. A file in `ingestion/sources/` is found by itself; dbt's registry line is `venue_sources`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from ingestion import sources
from ingestion.errors import SettingsError
from ingestion.settings import Settings
from ingestion.source import Source


@cache
def all_sources() -> dict[str, Source]:
    """Every source by name, in alphabetical order."""
    found: dict[str, Source] = {}
    for module_info in pkgutil.iter_modules(sources.__path__):
        module = importlib.import_module(f"{sources.__name__}.{module_info.name}")
        for _, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, Source) and member.__module__ == module.__name__:
                found[member.name] = member()
    return dict(sorted(found.items()))


def selected(settings: Settings, names: list[str] | None = None) -> list[Source]:
    """The sources a run uses: those named, else PERPS_SOURCES, else all. Raises SettingsError for an unknown name."""
    known = all_sources()
    wanted = names or settings.sources or list(known)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise SettingsError(f"unknown source {', '.join(unknown)}; choose from {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(wanted)]
