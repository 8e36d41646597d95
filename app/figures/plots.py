"""figure = {data, layout, meta}: what every small plot of the page has in common, as plain dicts.

The figures are transparent and take the theme's colours from the palette; Python decides axes, names and traces once per
experiment, and the page moves what is on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.palette import PALETTE

Figure = dict[str, Any]
Axis = dict[str, Any]

FONT = "Chainrule Text, system-ui, sans-serif"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "triangle-down", "pentagon", "hexagon")


def theme_of(options: Mapping[str, Any]) -> str:
    """The option `theme`: light unless it says another."""
    return str(options.get("theme", "light"))


def colours(theme: str) -> dict[str, str]:
    """The tokens of one theme, by name."""
    return PALETTE[theme]


def axis(theme: str, title: str, **own: Any) -> Axis:
    """One axis in the theme's ink: no zero line, grid lines that stay behind the data."""
    c = colours(theme)
    small = {"size": 11, "color": c["muted"], "family": FONT}
    return {
        "title": {"text": title, "font": small, "standoff": 4},
        "tickfont": small,
        "gridcolor": c["grid"],
        "linecolor": c["line"],
        "zeroline": False,
        "showline": True,
        "automargin": False,
        "nticks": 6,
        "fixedrange": True,
    } | own


def layout(theme: str, x: Axis, y: Axis, **own: Any) -> dict[str, Any]:
    """The layout of a plot with one pair of axes: transparent, without a legend of its own (the page writes one in HTML)."""
    return {
        "margin": {"l": 48, "r": 10, "t": 8, "b": 36, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 11, "color": colours(theme)["ink"]},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "uirevision": "keep",
        "xaxis": x,
        "yaxis": y,
    } | own


def figure(data: list[dict[str, Any]], placed: dict[str, Any], **meta: Any) -> Figure:
    """The plain dict that `plotly.graph_objects.Figure` accepts, with the page's own facts beside it in `meta`."""
    return {"data": data, "layout": placed, "meta": meta}
