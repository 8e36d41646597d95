"""(x, y) of every actor of the network's diagram: columns from left to right, in pixels of the stage that asked.

A link with numbers of its own gives a column; the activation after it joins that column: z and a are two numbers of one neuron.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from app.figures.network_ending import NARROW, Ending
from core.experiment import Experiment

TOP, BOTTOM = 44.0, 22.0  # room for the titles above, and for bias labels below
SIDE, NARROW_SIDE = 14.0, 8.0  # and at both sides; of a phone's stage, which has none to spare
ROW = 132.0  # rows are never further apart
TALLEST = 54.0  # the height of a neuron
TIGHTEST = 12.0  # the room between two columns when there is none to spare
LEAST_GAP = 44.0  # between two columns, or the gradient has no room to travel
ROOMY_GAP = 150.0  # enough for a gradient and the weights' numbers
# What a neuron shows, from the roomiest: two numbers side by side, one at a time, or colours alone.
WIDTHS = {"full": 104.0, "one": 54.0, "dot": 16.0}
NUMBERED, NUMBERED_ROW = 36.0, 17.0  # the least width of an output or an input that bears its number, and from one to the next
ENDS_GAP = 14.0  # the room between two columns that is left when these have theirs
WORD = (68.0, 26.0)  # the capsule that holds a word
MAP_GAP = 26.0  # from a map to the one below
BESIDE, BELOW = 5.0, 3.0  # from one of several maps to its gradient's
STACKED = 0.7  # a gradient stands below its map unless the cells would be smaller than this share of what they were beside it
MAPS = 0.42  # the share of the stage's width that maps may take, all columns together
STRIP_CELL = 22.0  # the height of a number in a vector that is drawn as a strip, where there is room
MOST_IN_COLUMN = 26  # more units are set in a grid
# The room between two columns, by what stands there: weights; a link without any; the way from the outputs to the loss.
GAPS = {"z": 1.0, "y": 0.5, "a": 0.5, "embedding": 2.2}
LAST_GAP = 0.45
# Up to so many parameters in all, weights have their numbers (MOST_LABELLED in stage/label-places.js): then room is theirs.
MOST_NUMBERED, LAST_GAP_NUMBERED = 24, 0.25
SHORT, LEGIBLE = 78.0, 56.0  # between two columns: as in stage/label-places.js; and room for a number
LETTER = 7.0  # the width of a letter of a name
KERNEL_CELL, MOST_KERNELS = 9.0 / 64, 2.6  # the share of one cell of a kernel; and of all those side by side
PIXEL_NAME = re.compile(r"r(\d+)c(\d+)")


@dataclass
class Column:
    """The output of one or two links: its units' centres and the size of one of them."""

    title: str  # one or two names, joined by a middle dot
    shape: tuple[int, ...]  # as the chain gives it, without the batch
    halves: list[dict[str, Any]]  # left to right, {"role": x, z, a or y, "link", "name": input or output}
    kind: str = "units"  # or "maps": each unit is a small image; or "words": each unit is a word's number
    cells: tuple[int, int] = (1, 1)  # rows and columns of one map
    names: list[str] = field(default_factory=list)
    style: str = "full"
    x: float = 0.0  # the centre of the column
    width: float = 0.0  # of the whole column
    w: float = 0.0  # of one unit
    h: float = 0.0
    xs: list[float] = field(default_factory=list)
    ys: list[float] = field(default_factory=list)
    back: tuple[float, float] = (0.0, 0.0)  # from a map to the map of its gradient

    @property
    def count(self) -> int:
        """The number of units, or of maps."""
        return math.prod(self.shape) // math.prod(self.cells)


def columns(experiment: Experiment) -> list[Column]:
    """Input, then one column a link; an activation joins the column of the link before it."""
    shapes, names = experiment.network.shapes, list(experiment.data.input_titles())
    first = Column("input", shapes[0], [{"role": "x", "link": 0, "name": "input"}], names=names)
    first.kind, first.cells = _picture(shapes[0], names)
    if experiment.layers[0].indices:
        first.kind = "words"
    found = [first]
    for i, layer in enumerate(experiment.layers):
        weighted = bool(experiment.network.param_shapes[i])
        half = {"role": "a" if layer.activation else "z" if weighted else "y", "link": i, "name": "output", "kind": layer.kind}
        last = found[-1]
        if layer.activation and len(last.halves) == 1 and last.halves[0]["role"] == "z":
            last.halves.append(half)
            last.title = f"{last.title} · {_title(layer.title)}"
        else:
            column = Column(_title(layer.title), shapes[i + 1], [half])
            column.kind, column.cells = _picture(shapes[i + 1], [])
            if layer.kind == "flatten":
                column.kind, column.cells = "maps", (math.prod(shapes[i + 1]), 1)
            found.append(column)
    found[-1].names = list(experiment.data.class_names) if math.prod(found[-1].shape) > 1 else []
    return found


def _title(title: str) -> str:
    """«Max pooling 1-D» in the middle of a line, where «ReLU» stays as it is."""
    return re.sub(r"\b[A-Z][a-z]+\b", lambda word: word[0].lower(), title)


def _picture(shape: tuple[int, ...], names: list[str]) -> tuple[str, tuple[int, int]]:
    """Is it drawn as maps, and of how many rows and columns?  Pixels called r0c0, r0c1 … make one map of a vector."""
    if len(shape) == 3:
        return "maps", (shape[1], shape[2])
    if len(shape) == 2:
        return "maps", (1, shape[1])
    found = [PIXEL_NAME.fullmatch(name) for name in names]
    if names and all(found):
        rows, cols = (1 + max(int(match[i]) for match in found if match) for i in (1, 2))
        return ("maps", (rows, cols)) if rows * cols == len(names) else ("units", (1, 1))
    return "units", (1, 1)


def side(width: float) -> float:
    """The room at either side of a stage of this width."""
    return SIDE if width >= NARROW else NARROW_SIDE


def place(found: list[Column], width: float, height: float, ending: Ending, fields: dict[int, tuple[int, int]],
          kernels: Mapping[int, float] = MappingProxyType({}), numbered: bool = False) -> None:  # fmt: skip
    """Give every column its style, its place and the size of its units.

    `fields` maps a column's number to the rows and columns of the receptive field that each of its units is drawn with;
    `kernels`, to the share of the width that the kernels before it need; `numbered`: weights have their numbers.
    """
    room = height - TOP - BOTTOM
    least = LEAST_GAP if width >= NARROW else LEAST_GAP * 0.6
    pairs = [a.count * b.count for a, b in pairwise(found) if a.kind == b.kind == "units"]
    least *= 1.6 if max(pairs, default=0) > 100 else 1.0
    shares = [kernels.get(i) or GAPS.get(c.halves[0]["kind"], GAPS[c.halves[0]["role"]]) for i, c in enumerate(found) if i > 0]
    # the outputs' names stand beside them, where a narrow stage has not dropped them
    shown = max(map(len, found[-1].names), default=0)
    # and behind them an arrowhead, where the gap alone has no room for one
    names = LETTER * shown + (8.0 if width >= NARROW else 10.5) if shown and (width >= NARROW or shown <= 3) else 0.0
    shares.append(LAST_GAP if names == 0.0 else 0.17)
    pictures = sum(0.4 if c.cells[1] == 1 and c.cells[0] > 1 else 1.0 for c in found if c.kind == "maps")
    widest = MAPS * (width - ending.width - 2 * side(width)) / max(pictures, 2.0)
    used = 0.0
    for style in WIDTHS:
        for i, column in enumerate(found):
            _size(column, style, room, fields.get(i), (width, widest))
        used = sum(c.width for c in found) + names + ending.width + 2 * side(width)
        if width - used >= least * sum(shares):
            break
    used += _number_ends(found, room, width - used - ENDS_GAP * sum(shares))
    if numbered:
        shares = _by_weights(found, shares, width - used)
    gap = (width - used) / sum(shares)
    if gap < TIGHTEST:
        _shrink(found, 1 - (TIGHTEST - gap) * sum(shares) / sum(c.width for c in found))
        gap = TIGHTEST
    # a stage with room to spare gives some of it to the neurons
    wide = min(max(gap - ROOMY_GAP, 0.0) * 0.4, 34.0)
    x = side(width)
    for column, share in zip(found, shares, strict=True):
        grow = wide if column.kind == "units" and column.style == "full" else 0.0
        column.w += grow
        column.width += grow
        column.x = x + column.width / 2
        x += column.width + gap * share - grow
    for column in found:
        _centres(column, TOP + room / 2, room)


def _by_weights(found: list[Column], shares: list[float], spare: float) -> list[float]:
    """The gaps' shares where weights have numbers: where these are tight, a gap is the wider the more it has to hold.

    By the root, for numbers stand side by side and one above the other; and never so that others have no room for theirs.
    """
    roots = [math.sqrt(a.count * b.count) if b.halves[0]["kind"] == "dense" else 0.0 for a, b in pairwise(found)]
    if not any(roots) or spare >= SHORT * sum(shares):
        return shares
    last = min(shares[-1], LAST_GAP_NUMBERED)
    even = spare / (sum(shares[:-1]) + last)
    mean = sum(roots) / sum(root > 0 for root in roots)
    narrowest = min(root for root in roots if root) / mean
    spared = max(even - LEGIBLE, 0.0) / even
    much = min(spared / (1 - narrowest), 1.0) if narrowest < 1 and even < SHORT else 0.0
    return [share * (1 + much * (root / mean - 1) if root else 1.0) for share, root in zip(shares, roots, strict=False)] + [last]


def crowded(found: list[Column]) -> bool:
    """Is there a gap in which an edge is hardly longer than its number?"""
    return any(b.x - a.x - (a.width + b.width) / 2 < SHORT for a, b in pairwise(found) if b.halves[0]["kind"] == "dense")


def _number_ends(found: list[Column], room: float, spare: float) -> float:
    """What comes out, and then what goes in, shows its numbers where all the rest has room for colours alone.

    `spare`: what the gaps can do without; some of it they keep, so long as a number can be read.  Returns what was taken.
    """
    taken = 0.0
    for column in (found[-1], found[0]):
        spacing = min(room / column.count, ROW)
        left = spare - taken
        if column.style != "dot" or column.kind != "units" or spacing < NUMBERED_ROW or column.width + left < NUMBERED:
            continue
        before = column.width
        column.style = "one"
        column.h = min(TALLEST, spacing * (0.8 if spacing < 27 else 0.66))
        column.w = column.width = min(max(before + 0.6 * left, NUMBERED), WIDTHS["one"], max(NUMBERED, 2.6 * column.h))
        taken += column.width - before
    return taken


def _shrink(found: list[Column], factor: float) -> None:
    """Make every column narrower: a small screen, or a long chain."""
    for column in found:
        column.w, column.width = column.w * factor, column.width * factor
        column.back = (column.back[0] * factor, column.back[1])
        if column.style in ("field", "cell"):
            column.h *= factor


def kernel_share(shape: tuple[int, ...]) -> float:
    """How much of the width a convolution's kernels and their gradients need side by side; over sequences, a channel is a row."""
    channels = shape[1] if len(shape) == 4 else 1
    return min(max(1.0, (2 * channels * (shape[-1] + 0.6) + 2) * KERNEL_CELL), MOST_KERNELS)


def _size(column: Column, style: str, room: float, receptive: tuple[int, int] | None, widths: tuple[float, float]) -> None:
    """The size of one unit and of the column, in this style; `widths`: of the stage, and what a column of maps may take."""
    column.style = style
    width, widest = widths
    if column.kind == "maps":
        _size_maps(column, room, widest)
        return
    if column.kind == "words":
        column.style, column.h = "word", min(WORD[1], room / column.count * 0.7)
        column.w = column.width = min(WORD[0], 0.13 * width)
        return
    count, spacing = column.count, min(room / column.count, ROW)
    if receptive or count > MOST_IN_COLUMN:
        side = _grid_side(count)
        pitch = min(room / -(-count // side), (0.31 if receptive else 0.2) * width / side)
        column.style = "field" if receptive else "cell"
        column.w = column.h = pitch * (0.74 if receptive else 0.84)
        column.width = pitch * side
        return
    if style != "dot" and spacing < 21:
        column.style = "dot"
    column.h = min(TALLEST, spacing * 0.66)
    column.w = WIDTHS[column.style]
    if len(column.halves) == 1:
        column.w = min(column.w, WIDTHS["one"] + 6)
    if column.style == "dot":
        column.h = min(spacing * 0.8, 22.0)
        column.w = max(WIDTHS["dot"], column.h * (1.35 if len(column.halves) > 1 else 1.0))
    column.width = column.w


def _size_maps(column: Column, room: float, widest: float) -> None:
    """One map stands above its gradient's map; of several, each has its gradient's below it or, where that is tight, beside."""
    rows, cols = column.cells
    count = column.count
    if cols == 1 and rows > 1:  # a vector drawn as a strip
        column.w, column.h, column.back = 12.0, min(room * 0.9, STRIP_CELL * rows), (17.0, 0.0)
        column.width = column.w + column.back[0]
        return
    if rows == 1:  # a sequence: its cells need not be square
        column.w = min(22.0 * cols, widest)
        column.h = min(max(room / (count * 3.2), 4.0), 26.0)
        column.back, column.width = (0.0, column.h + (MAP_GAP if count == 1 else BELOW)), column.w
        return
    if count == 1:
        cell = min((room - MAP_GAP) * 0.5 / rows, widest / cols, 26.0)
        column.w, column.h, column.width = cell * cols, cell * rows, cell * cols
        column.back = (0.0, column.h + MAP_GAP)
        return
    beside = min(room / (rows * count + (count - 1) * 0.6), (widest - BESIDE) / (2 * cols), 22.0)
    below = min((room / count - BELOW) / (2 * rows + 0.8), widest / cols, 22.0)
    stacked = below >= STACKED * beside
    cell = max(below if stacked else beside, 1.0)
    column.w, column.h = cell * cols, cell * rows
    column.back = (0.0, column.h + BELOW) if stacked else (column.w + BESIDE, 0.0)
    column.width = column.w + column.back[0]


def _grid_side(count: int) -> int:
    """Columns of the grid in which many units are set: about square."""
    return math.ceil(math.sqrt(count))


def _centres(column: Column, middle: float, room: float) -> None:
    """The centre of every unit; maps stand to the left of their gradients' maps."""
    count = column.count
    if column.style in ("field", "cell"):
        side = _grid_side(count)
        rows, pitch = -(-count // side), column.width / side
        column.xs = [column.x + (i % side - (side - 1) / 2) * pitch for i in range(count)]
        column.ys = [middle + (i // side - (rows - 1) / 2) * pitch for i in range(count)]
        return
    block = column.h + column.back[1]  # with the gradient's map, where that stands below
    spacing = min(room / count, max(block * 1.6, 34.0) if column.kind == "maps" else ROW)
    column.xs = [column.x - column.back[0] / 2] * count
    column.ys = [middle - column.back[1] / 2 + (i - (count - 1) / 2) * spacing for i in range(count)]
