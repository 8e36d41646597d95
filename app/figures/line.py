"""L(t) along one direction, its tangent and the step: what the tangent promised against what the loss did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.figures.plots import Figure, axis, colours, figure, layout, theme_of
from core.experiment import Experiment


def build(experiment: Experiment, options: Mapping[str, Any]) -> Figure:
    """Three named curves: the loss along the line, the tangent at the ball, the step along the tangent."""
    theme = theme_of(options)
    c = colours(theme)
    rows = (("the loss along the line", c["accent"], "solid", 3), ("the tangent at the ball", c["muted"], "dash", 1.5),
            ("steps", c["positive"], "solid", 2))  # fmt: skip
    data = [
        {"type": "scatter", "mode": "lines", "name": name, "x": [0, 0], "y": [0, 0], "hoverinfo": "skip",
         "line": {"color": colour, "dash": dash, "width": width, "simplify": False}}
        for name, colour, dash, width in rows
    ]  # fmt: skip
    placed = layout(theme, axis(theme, "t", range=[-1, 1]), axis(theme, "loss", range=[0, 1], nticks=4),
                    margin={"l": 64, "r": 12, "t": 8, "b": 36, "pad": 0})  # fmt: skip
    return figure(data, placed, name="Loss along a line", curves=["loss", "tangent", "steps"])
