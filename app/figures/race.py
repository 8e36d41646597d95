"""Up to eight runs from one start: their paths on one plane and their losses over one axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.figures.plots import Figure, axis, colours, figure, layout, theme_of
from app.figures.surface import scale
from core.experiment import Experiment

RUNS = 8
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px 2px 1px 2px", "8px 3px")


def runs(theme: str) -> list[dict[str, Any]]:
    """A colour and a dash a run, so that no two differ in colour alone."""
    c = colours(theme)
    return [{"colour": c[f"class{i}"], "dash": DASHES[i]} for i in range(RUNS)]


def build(experiment: Experiment, options: Mapping[str, Any]) -> Figure:
    """The losses of the runs over updates, or over gradient evaluations."""
    theme = theme_of(options)
    data = [
        {"type": "scatter", "mode": "lines", "name": f"run {i + 1}", "x": [0, 0], "y": [0, 0], "hoverinfo": "x+y+name",
         "line": {"color": run["colour"], "dash": run["dash"], "width": 2, "simplify": False}}
        for i, run in enumerate(runs(theme))
    ]  # fmt: skip
    # Room for a number as long as 2000 under the right end, which Plotly would leave out. The start's cross lies on the left
    # axis, and half of it beyond, where it had run over the numbers there.
    losses = axis(theme, "training loss", range=[0, 1], ticklabelstandoff=5)
    placed = layout(theme, axis(theme, "updates", range=[0, 20]), losses, margin={"l": 52, "r": 18, "t": 8, "b": 36, "pad": 0})
    return figure(data, placed, name="Losses of the race", runs=runs(theme))


def paths(experiment: Experiment, options: Mapping[str, Any]) -> Figure:
    """The plane that the paths are drawn on: axes only, as for the contour."""
    theme = theme_of(options)
    trace = {"type": "scatter", "mode": "markers", "x": [0], "y": [0], "opacity": 0, "hoverinfo": "skip", "name": "the plane"}
    placed = layout(theme, axis(theme, "α", range=[-1, 1], showgrid=False), axis(theme, "β", range=[-1, 1], showgrid=False))
    return figure([trace], placed, name="Paths of the race", runs=runs(theme), scale=scale(theme))
