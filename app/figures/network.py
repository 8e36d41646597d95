"""stage = columns of neurons + an edge a weight: the network as a Plotly figure, built once per architecture and size.

`data` holds one named trace per group of actors; `meta` says where everything stands and which trace and point is which address.
The numbers are not in it: the page puts each step's on these actors, and moves them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from app.figures.network_ending import NARROW, Ending
from app.figures.network_layout import BOTTOM, MOST_NUMBERED, TOP, Column, columns, crowded, kernel_share, place, side
from core.experiment import Experiment

EACH = 100  # up to so many edges in all, an edge is a trace of its own
BINNED = 400  # up to so many, they share BINS traces; beyond, the largest links are drawn as matrices
BINS = 16  # by sign and magnitude
SAMPLES = 9  # points of one edge's curve
LOSS = 58.0  # the height of the loss
ROOMY = 28.0  # between two columns, for the biases' markers as large as they are drawn
BEND = 0.3  # how far an edge runs level before it turns; the page draws the same curve
INK = "#8a8f98"  # until the page sets the theme's colours
SIZES = {"width": (260, 2400, 760), "height": (220, 1600, 440)}  # least, most, default

Trace = dict[str, Any]


def network(experiment: Experiment, options: Mapping[str, Any]) -> dict[str, Any]:
    """{"data", "layout", "meta"} for a stage of options' width and height in pixels."""
    width, height = (_pixels(options, name) for name in SIZES)
    found = columns(experiment)
    links = _links(experiment, found)
    ending = _placed(experiment, found, links, width, height)
    loss = _loss(experiment, found, ending, width, height)
    traces: list[Trace] = []
    addresses: dict[str, list[int]] = {}
    for link in links:
        _edges(link, found, experiment, traces, addresses)
    if any(link["mode"] == "binned" for link in links):
        first = len(traces)
        traces += [_line(f"bin:{k}", [width / 2] * 2, [height / 2] * 2, []) for k in range(BINS)]
        for link in links:
            link["bins"] = [first, BINS] if link["mode"] == "binned" else None
    for number, column in enumerate(found):
        _nodes(number, column, traces, addresses)
    for link in links:
        _biases(link, found, experiment, traces, addresses)
    addresses["loss"] = [len(traces), 0]
    traces.append(_points("loss", [loss["x"]], [loss["y"]], ["loss"], 40, "square"))
    meta = {
        "name": "network", "width": width, "height": height, "columns": [vars(c) | {"count": c.count} for c in found],
        "links": links, "loss": loss, "addresses": addresses, "size": experiment.network.size,
    }  # fmt: skip
    return {"data": traces, "layout": _layout(width, height), "meta": meta}


def _pixels(options: Mapping[str, Any], name: str) -> float:
    least, most, default = SIZES[name]
    return float(min(max(options.get(name, default), least), most))


def _links(experiment: Experiment, found: list[Column]) -> list[dict[str, Any]]:
    """One entry a link, with the columns it joins and how its weights are drawn."""
    where = {half["link"]: number for number, column in enumerate(found) for half in column.halves if half["name"] == "output"}
    links: list[dict[str, Any]] = []
    for i, layer in enumerate(experiment.layers):
        shapes = {name: list(shape) for name, shape in experiment.network.param_shapes[i].items()}
        to = where[i]
        joined = found[to].halves[0]["link"] != i
        links.append({"link": i, "kind": layer.kind, "activation": layer.activation, "from": to if joined else to - 1, "to": to,
                      "mode": "each" if layer.kind == "dense" else "none", "params": shapes, "bins": None})  # fmt: skip
    dense = [link for link in links if link["mode"] == "each"]
    count = {link["link"]: math.prod(link["params"]["W"]) for link in dense}
    whole = sum(count.values())
    for link in sorted(dense, key=lambda link: -count[link["link"]]):
        if whole <= BINNED and found[link["from"]].kind == "units":
            continue
        picture = found[link["from"]].kind == "maps" and link["from"] == 0 and link["params"]["W"][0] <= 64
        link["mode"] = "fields" if picture else "matrix"
        whole -= count[link["link"]]
    for link in dense:
        if link["mode"] == "each" and whole > EACH:
            link["mode"] = "binned"
    return links


def _placed(experiment: Experiment, found: list[Column], links: list[dict[str, Any]], width: float, height: float) -> Ending:
    """Place the columns.  Where weights' numbers are crowded, a single target stands above the loss and leaves them its room.

    On a phone it stands there anyway, and the loss is as narrow as its number."""
    fields = {link["to"]: found[link["from"]].cells for link in links if link["mode"] == "fields"}
    kernels = {link["to"]: kernel_share(tuple(link["params"]["W"])) for link in links if link["kind"].startswith("conv")}
    numbered = experiment.network.size <= MOST_NUMBERED
    ending = Ending.fitting(width, found[-1].count, experiment.data.task not in ("regression", "counts"))
    place(found, width, height, ending, fields, kernels, numbered)
    if numbered and found[-1].count == 1 and crowded(found):
        ending = ending.target_above if width >= NARROW else ending.slim
        place(found, width, height, ending, fields, kernels, numbered)
    # What comes out has its number before the loss has large letters.
    if found[-1].count == 1 and found[-1].style == "dot":
        ending = ending.slim
        place(found, width, height, ending, fields, kernels, numbered)
    return ending


def _loss(experiment: Experiment, found: list[Column], ending: Ending, width: float, height: float) -> dict[str, Any]:
    """The loss is the last node; a chip for each target stands before it, level with its output, or above the loss."""
    last = found[-1]
    middle = TOP + (height - TOP - BOTTOM) / 2
    x = width - side(width) - ending.loss / 2
    spacing = last.ys[1] - last.ys[0] if len(last.ys) > 1 else 60.0
    shown = last.kind == "units" and last.style not in ("field", "cell")
    chips: dict[str, Any] = {
        "x": x - ending.loss / 2 - ending.gap - ending.chip / 2, "w": ending.chip, "h": min(22.0, abs(spacing) * 0.7),
        "ys": last.ys if shown else [],
    }  # fmt: skip
    if ending.chip == 0:
        chips |= {"x": x, "w": ending.loss, "h": 22.0, "ys": [middle - LOSS / 2 - 22.0] if shown else []}
    return {
        "kind": experiment.loss.kind, "title": experiment.loss.title, "link": len(experiment.layers) - 1,
        "x": x, "y": middle, "w": ending.loss, "h": LOSS, "chips": chips,
    }  # fmt: skip


def curve(x0: float, y0: float, x1: float, y1: float) -> tuple[list[float], list[float]]:
    """B(t) of the cubic that leaves (x0, y0) and reaches (x1, y1) level, with control points BEND of the way in."""
    xs, ys = [], []
    for k in range(SAMPLES):
        t = k / (SAMPLES - 1)
        s = 1 - t
        first, second = x0 + BEND * (x1 - x0), x1 - BEND * (x1 - x0)
        xs.append(round(s**3 * x0 + 3 * s * s * t * first + 3 * s * t * t * second + t**3 * x1, 2))
        ys.append(round((s**3 + 3 * s * s * t) * y0 + (3 * s * t * t + t**3) * y1, 2))
    return xs, ys


def _edges(link: dict[str, Any], found: list[Column], experiment: Experiment, traces: list[Trace],
           addresses: dict[str, list[int]]) -> None:  # fmt: skip
    """A trace for every weight of a link that is drawn edge by edge."""
    if link["mode"] != "each":
        return
    source, target = found[link["from"]], found[link["to"]]
    outputs, inputs = link["params"]["W"]
    for j in range(outputs):
        for k in range(inputs):
            address = f"{link['link']}/W/{j},{k}"
            xs, ys = curve(source.xs[k] + source.w / 2, source.ys[k], target.xs[j] - target.w / 2, target.ys[j])
            addresses[address] = [len(traces), 0]
            traces.append(_line(f"edge:{address}", xs, ys, [address] * len(xs)))


def _nodes(number: int, column: Column, traces: list[Trace], addresses: dict[str, list[int]]) -> None:
    """A trace for each half of the column's units: z to the left, a to the right."""
    for place_, half in enumerate(column.halves):
        names = [f"{half['link']}/{half['name']}/{_index(column, i)}" for i in range(column.count)]
        shift = 0.0 if len(column.halves) == 1 or column.kind == "maps" else (place_ - 0.5) * column.w / 2
        half["trace"] = len(traces)
        if column.kind != "maps":
            addresses.update({name: [len(traces), i] for i, name in enumerate(names)})
        size = max(min(column.h, column.w / len(column.halves)), 2.0)
        traces.append(_points(f"{half['role']}:{number}", [x + shift for x in column.xs], column.ys, names, size, "square"))


def _index(column: Column, unit: int) -> str:
    """The address's index of a unit; of a map, its first cell's."""
    if column.kind != "maps":
        return str(unit)
    return "0" if len(column.shape) == 1 else ",".join([str(unit)] + ["0"] * (len(column.shape) - 1))


def _biases(link: dict[str, Any], found: list[Column], experiment: Experiment, traces: list[Trace],
            addresses: dict[str, list[int]]) -> None:  # fmt: skip
    """A marker and a short edge into every neuron: its bias, the weight of an input that is always 1."""
    if "b" not in link["params"]:
        return
    target = found[link["to"]]
    drawn = target.kind == "units" and target.style in ("full", "one", "dot")
    names = [f"{link['link']}/b/{j}" for j in range(target.count)] if drawn else []
    pitch = abs(target.ys[1] - target.ys[0]) if len(target.ys) > 1 else TOP + target.h
    drop = min(target.h / 2 + 9, pitch / 2 - 1)
    before = found[link["to"] - 1]
    small = target.style == "dot" or target.x - before.x - (target.width + before.width) / 2 < ROOMY
    link["bias"] = {"trace": len(traces), "dx": -target.w / 2 - (7 if small else 15), "dy": drop}
    link["size"] = 5.0 if small else 11.0
    xs = [x + link["bias"]["dx"] for x in target.xs] if drawn else []
    addresses.update({name: [len(traces), i] for i, name in enumerate(names)})
    ys = [y + drop for y in target.ys] if drawn else []
    traces.append(_points(f"bias:{link['link']}", xs, ys, names, link["size"], "square"))
    if link["mode"] == "each":
        for j, name in enumerate(names):
            ends = [xs[j], target.xs[j] - target.w / 2 + 3], [target.ys[j] + drop, target.ys[j] + target.h / 2 - 4]
            addresses[f"edge:{name}"] = [len(traces), 0]
            traces.append(_line(f"edge:{name}", *ends, [name] * 2))


def _line(name: str, xs: list[float], ys: list[float], custom: list[str]) -> Trace:
    line = {"color": INK, "width": 1.5, "shape": "linear", "simplify": False}
    return {"type": "scatter", "mode": "lines", "name": name, "x": xs, "y": ys, "customdata": custom, "line": line,
            "hoverinfo": "none", "showlegend": False}  # fmt: skip


def _points(name: str, xs: list[float], ys: list[float], custom: list[str], size: float, symbol: str) -> Trace:
    marker = {"size": size, "symbol": symbol, "color": INK, "opacity": 1, "line": {"width": 1, "color": INK}}
    return {"type": "scatter", "mode": "markers", "name": name, "x": xs, "y": ys, "customdata": custom, "marker": marker,
            "hoverinfo": "none", "showlegend": False, "cliponaxis": False}  # fmt: skip


def _layout(width: float, height: float) -> dict[str, Any]:
    """Axes in pixels of the stage, y downwards, with nothing drawn of them."""
    axis = {"visible": False, "fixedrange": True, "autorange": False}
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}, "showlegend": False, "hovermode": False, "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": axis | {"range": [0, width]}, "yaxis": axis | {"range": [height, 0]},
    }  # fmt: skip
