"""L(k) over the updates: the training and the test loss at the parameters they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.figures.plots import Figure, axis, colours, figure, layout, theme_of
from core.experiment import Experiment

CURVES = (("train", "training loss", "solid"), ("test", "test loss", "dash"))


def curve(name: str, colour: str, dash: str) -> dict[str, Any]:
    """One curve, still without length (Plotly makes no path for nothing at all); the page draws it update by update."""
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": [0, 0], "y": [0, 0], "hoverinfo": "x+y+name",
        "line": {"color": colour, "width": 2, "dash": dash, "simplify": False},
    }  # fmt: skip


def build(experiment: Experiment, options: Mapping[str, Any]) -> Figure:
    """L_train(k) and L_test(k); the test curve is there only if examples are held back."""
    theme = theme_of(options)
    c = colours(theme)
    shown = [row for row in CURVES if row[0] == "train" or len(experiment.test)]
    data = [curve(title, c[name], dash) for name, title, dash in shown]
    placed = layout(
        theme,
        axis(theme, "updates", range=[-0.5, 20]),
        axis(theme, "loss", range=[0, 1], type="linear"),
        title={"text": ""},
    )
    counts = {"train": len(experiment.train), "test": len(experiment.test)}
    return figure(data, placed, name="Loss over the updates", curves=[row[0] for row in shown], counts=counts)
