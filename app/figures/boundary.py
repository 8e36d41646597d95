"""ŷ(x) under the data: what the network answers everywhere, for one or two raw inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.figures.plots import SYMBOLS, Figure, axis, colours, figure, layout, theme_of
from core.datasets import Dataset
from core.datasets.titles import written
from core.experiment import Experiment, Part
from core.numeric import Array

MARGIN = 0.05  # the part of the box left free around the outermost example


def view_of(experiment: Experiment) -> str:
    """`plane` for two raw inputs, `curve` for one, `example` for more: nothing of more than two can be drawn as a map."""
    return {1: "curve", 2: "plane"}.get(len(experiment.data.domain()), "example")


def build(experiment: Experiment, options: Mapping[str, Any]) -> Figure:
    """The data of one or two raw inputs as markers, train and test apart; the answer is painted under them by the page."""
    theme = theme_of(options)
    view = view_of(experiment)
    if view == "example":
        ends = _tints(experiment, _largest([experiment.data.make().y]))["ends"]
        return figure([], {}, view=view, name="The network's answer for one example", ends=ends)
    return _plane(experiment, theme) if view == "plane" else _curve(experiment, theme)


def raw(experiment: Experiment, part: Part) -> Array:
    """Raw inputs (N, raw numbers) of one half of the data: what the axes show, whichever features the network is given."""
    samples = experiment.data.make()
    found: Array = samples.x[part.indices].reshape(len(part), -1)
    return found


def targets(experiment: Experiment, part: Part) -> Array:
    """(N,) labels of a classification, or the first target of a regression."""
    y = experiment.data.make().y[part.indices]
    found: Array = y if y.ndim == 1 else y[:, 0]
    return found


def box(data: Dataset, x: Array) -> list[list[float]]:
    """(low, high) of each raw input: the data set's own domain, or the examples' reach and a margin."""
    domain = data.domain()
    if domain:
        return [list(side) for side in domain]
    low, high = x.min(axis=0), x.max(axis=0)
    pad = MARGIN * np.where(high > low, high - low, 1.0)
    return [[float(a), float(b)] for a, b in zip(low - pad, high + pad, strict=True)]


def _halves(experiment: Experiment) -> list[tuple[str, Part]]:
    return [(name, part) for name, part in (("train", experiment.train), ("test", experiment.test)) if len(part)]


def _marker(symbol: str, colour: Any, c: dict[str, str], half: str) -> dict[str, Any]:
    """Training examples are filled, test examples hollow: the second cue beside the class's shape."""
    if half == "test":
        return {"symbol": f"{symbol}-open", "color": colour, "size": 6, "line": {"width": 1.5, "color": colour}}
    return {"symbol": symbol, "color": colour, "size": 7, "line": {"width": 1, "color": c["paper"]}}


def _points(name: str, half: str, rows: Array, x: Array, y: Array, marker: dict[str, Any]) -> dict[str, Any]:
    """One group of examples; `customdata` holds their rows in the data set, which is how the page knows which was clicked."""
    return {
        "type": "scatter", "mode": "markers", "name": f"{name}, {half}", "x": x.tolist(), "y": y.tolist(), "marker": marker,
        "customdata": rows.tolist(),
        "hovertemplate": "example %{customdata}: (%{x:.3f}, %{y:.3f})<extra>%{fullData.name}</extra>",
    }  # fmt: skip


def _plane(experiment: Experiment, theme: str) -> Figure:
    c, data = colours(theme), experiment.data
    classes = data.task in ("binary", "classes")
    reach = _largest([targets(experiment, part) for _, part in _halves(experiment)])
    traces = []
    for half, part in _halves(experiment):
        x, y = raw(experiment, part), targets(experiment, part)
        if not classes:
            scale = {"colorscale": [[0, c["negative"]], [0.5, c["neutral"]], [1, c["positive"]]], "cmin": -reach, "cmax": reach}
            marker = _marker("circle", y.tolist(), c, half) | scale
            marker["line"] = {"width": 1, "color": c["ink"]}
            traces.append(_points("target", half, part.indices, x[:, 0], x[:, 1], marker))
            continue
        for label, name in enumerate(data.class_names):
            own = y == label
            marker = _marker(SYMBOLS[label % len(SYMBOLS)], class_colour(label, len(data.class_names), c), c, half)
            traces.append(_points(name, half, part.indices[own], x[own, 0], x[own, 1], marker))
    (x_low, x_high), (y_low, y_high) = sides = box(data, _all(experiment))
    first, second = map(written, data.feature_names)
    placed = layout(
        theme,
        axis(theme, first, range=[x_low, x_high], showgrid=False),
        axis(theme, second, range=[y_low, y_high], showgrid=False, scaleanchor="x", constrain="domain"),
        margin={"l": 40, "r": 8, "t": 8, "b": 34, "pad": 0},
    )
    placed["xaxis"]["constrain"] = "domain"
    return figure(traces, placed, view="plane", name="Decision boundary" if classes else "The answer over the plane",
                  box=sides, classes=list(data.class_names), **_tints(experiment, reach))  # fmt: skip


def _largest(amounts: list[Array]) -> float:
    """The largest magnitude of all, 1 where all are 0."""
    return max(float(np.abs(each).max()) for each in amounts) or 1.0


def _tints(experiment: Experiment, reach: float) -> dict[str, Any]:
    """The answers that have the colours of the palette's two ends, and the one on which two classes are equally likely."""
    if not experiment.data.class_names:
        return {"ends": [-reach, reach], "middle": None}
    return {"ends": [-1.0, 1.0], "middle": 0.0} if experiment.loss.signs else {"ends": [0.0, 1.0], "middle": 0.5}


def class_colour(label: int, count: int, c: dict[str, str]) -> str:
    """Two classes are the palette's two poles, as on the edges; more take the categorical colours."""
    if count <= 2:
        return c["positive"] if label else c["negative"]
    return c[f"class{label % 10}"]


def _curve(experiment: Experiment, theme: str) -> Figure:
    c, data = colours(theme), experiment.data
    traces = [
        _points("data", half, part.indices, raw(experiment, part)[:, 0], targets(experiment, part),
                _marker("circle", c[half], c, half))
        for half, part in _halves(experiment)
    ]  # fmt: skip
    traces.append({
        "type": "scatter", "mode": "lines", "name": "the network's answer", "x": [0, 0], "y": [0, 0],
        "line": {"color": c["accent"], "width": 3, "simplify": False}, "hoverinfo": "skip",
    })  # fmt: skip
    sides = box(data, _all(experiment))
    amounts = np.concatenate([targets(experiment, part) for _, part in _halves(experiment)])
    pad = 0.15 * (float(np.ptp(amounts)) or 1.0)
    placed = layout(
        theme,
        axis(theme, written(data.feature_names[0]), range=sides[0]),
        axis(theme, "y", range=[float(amounts.min()) - pad, float(amounts.max()) + pad]),
    )
    return figure(traces, placed, view="curve", name="The fitted curve", box=sides[:1], classes=[])


def _all(experiment: Experiment) -> Array:
    found: Array = np.concatenate([raw(experiment, part) for _, part in _halves(experiment)])
    return found
