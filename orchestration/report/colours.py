"""Colours of names: a venue, asset or protocol has one in all charts of a report, in light and in dark.

The largest get those that are told apart most easily, also by readers who see red and green alike. Each stands out from its background
by at least 3 to 1, as WCAG asks of graphics; a test holds it.
"""

from __future__ import annotations

from colorsys import hls_to_rgb

GOLDEN = 0.618034  # of a turn: hues that follow one another by it lie far apart
LIGHT = ("#0072b2", "#c05a00", "#007a5a", "#b0437c", "#5b8fd6", "#b8860b", "#6a5acd", "#c8102e")
DARK = ("#5aaeea", "#f0a04b", "#3fc79a", "#e78bbd", "#9cc2ff", "#d8c44a", "#a99ff5", "#ff7b6b")
OTHERS = ("#7b8494", "#8b95a5")


def colours(names: list[str]) -> dict[str, tuple[str, str]]:
    """By name, the colour on light and on dark; the order of names decides."""
    found = {name: _colour(number) for number, name in enumerate(name for name in names if name != "others")}
    return found | {"others": OTHERS}


def _colour(number: int) -> tuple[str, str]:
    if number < len(LIGHT):
        return LIGHT[number], DARK[number]
    hue = number * GOLDEN % 1
    return _hex(hue, 0.30 + 0.05 * (number % 2)), _hex(hue, 0.66 + 0.06 * (number % 2))


def _hex(hue: float, lightness: float) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(hue, lightness, 0.5))
