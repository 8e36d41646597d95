"""The gradient as a sum over every path from a number to the loss, each path the product of its local slopes.

Their number, the sum of their sizes and the largest of them are found exactly, by going back link by link, without listing all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from core.derive.terms import Factor, Factors
from core.derive.told import Told
from core.numeric import Array

EXACT = 2**53  # whole numbers below are exact as JSON's numbers


class Hop(NamedTuple):
    """The wires of one link that paths run along, in the order of their inputs, then outputs: the order of equal paths."""

    out: Array
    into: Array
    slope: Array
    nodes: int  # how many inputs the link has


class Start(NamedTuple):
    """Where paths begin: at a node, after a first factor (the input that a weight meets; None for a bias or a node itself)."""

    node: int
    amount: float
    factor: Factor | None


class Best(NamedTuple):
    """The k largest paths (by size) from every node of a boundary to the loss, largest first."""

    value: Array  # (nodes, k)
    wire: Array  # (nodes, k) the first wire of each, a row of the link's wires; −1 where there are fewer paths
    rank: Array  # (nodes, k) which of the paths of the wire's output goes on from there


@dataclass(frozen=True)
class Path:
    """One way to the loss."""

    value: float
    factors: tuple[Factor, ...]
    addresses: tuple[str, ...]

    def document(self, size: float) -> dict[str, Any]:
        """The JSON form; `size` is the sum of the sizes of all paths."""
        share = abs(self.value) / size if size else 0.0
        factors = [f.document() for f in self.factors]
        return {"value": self.value, "share": share, "addresses": list(self.addresses), "factors": factors}


@dataclass(frozen=True)
class Paths:
    """All paths of one number."""

    count: int  # every way that the structure allows
    live: int  # those along which no slope is 0
    sum: float  # the gradient
    size: float  # Σ |value|
    listed: tuple[Path, ...]
    separate: int  # multiplications to work out every path by itself
    sweep: int  # multiplications of one sweep back, which shares what the paths have in common
    over: str = "example"  # whose products they are: one "example"'s, or their means over the "batch"

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        listed = [path.document(self.size) for path in self.listed]
        exact = {"count": self.count, "live": self.live, "separate": self.separate}
        plain: dict[str, Any] = {name: n if n < EXACT else float(n) for name, n in exact.items()}
        return {
            "over": self.over, "count": plain["count"], "live": plain["live"], "sum": self.sum, "size": self.size,
            "positive": (self.size + self.sum) / 2, "negative": (self.sum - self.size) / 2,
            "listed": listed, "listed_share": min(1.0, sum(path["share"] for path in listed)),
            "work": {"separate": plain["separate"], "sweep": self.sweep}, "digits": {name: str(n) for name, n in exact.items()},
        }  # fmt: skip


def paths(factors: Factors, boundary: int, starts: Sequence[Start], most: int, first: str = "") -> Paths:
    """Every path from `starts`, nodes of `boundary`, to the loss; the `most` largest listed, beginning at address `first`."""
    nodes, amounts = np.array([s.node for s in starts], np.intp), np.array([s.amount for s in starts])
    chain, end = reached(factors.told, boundary, nodes), factors.told.grad(factors.told.end)
    live = _back(chain, _ones(end != 0), lambda hop: _ones(hop.slope != 0))
    sizes = _back(chain, np.abs(end), lambda hop: np.abs(hop.slope))
    sums = _back(chain, end, lambda hop: hop.slope)
    count, factored = counted(chain, end.size, nodes), sum(s.factor is not None for s in starts)
    return Paths(
        count=count,
        live=int(sum(live[nodes] * _ones(amounts != 0))),
        sum=float(sums[nodes] @ amounts),
        size=float(sizes[nodes] @ np.abs(amounts)),
        listed=_listed(factors, boundary, chain, starts, most, first),
        separate=count * (len(chain) + (factored > 0)),
        sweep=sum(hop.out.size for hop in chain) + factored,
    )


def counted(chain: Sequence[Hop], ends: int, nodes: Array) -> int:
    """How many paths lead from the nodes to the loss."""
    counts = _back(chain, np.ones(ends, object), lambda hop: np.ones(hop.out.size, object))
    return int(sum(counts[nodes]))


def _ones(where: Array) -> Array:
    """1 and 0 as Python's integers, which have no largest."""
    return where.astype(int).astype(object)


def reached(told: Told, boundary: int, nodes: Array) -> list[Hop]:
    """The wires of every link from `boundary` to the chain's end, cut down to those that the nodes reach."""
    found, reached = [], np.zeros(told.value(boundary).size, bool)
    reached[nodes] = True
    for link in range(boundary, told.end):
        wires = told.wires(link)
        order = np.lexsort((wires.out, wires.into))
        kept = order[reached[wires.into[order]]]
        found.append(Hop(wires.out[kept], wires.into[kept], wires.slope[kept], reached.size))
        reached = np.zeros(told.value(link + 1).size, bool)
        reached[found[-1].out] = True
    return found


def _back(chain: Sequence[Hop], end: Array, weight: Callable[[Hop], Array]) -> Array:
    """From the end to the beginning: s(n) = Σ over wires n → m of weight · s(m)."""
    found = end
    for hop in reversed(chain):
        before = np.zeros(hop.nodes, found.dtype)
        np.add.at(before, hop.into, weight(hop) * found[hop.out])
        found = before
    return found


def _listed(
    factors: Factors, boundary: int, chain: Sequence[Hop], starts: Sequence[Start], most: int, first: str
) -> tuple[Path, ...]:
    """The `most` largest paths of all starts, largest first; equal ones in the order of their nodes."""
    end = factors.told.grad(factors.told.end)
    ladder = [Best(end[:, None], np.zeros((end.size, 1), int), np.zeros((end.size, 1), int))]
    for hop in reversed(chain):
        ladder.append(_best(hop, ladder[-1], most))
    ladder.reverse()
    found = [
        (-abs(s.amount * v), place, rank)
        for place, s in enumerate(starts)
        for rank, (v, wire) in enumerate(zip(ladder[0].value[s.node], ladder[0].wire[s.node], strict=True))
        if wire >= 0
    ]
    steps = list(zip(chain, ladder[:-1], strict=True))
    return tuple(_path(factors, boundary, steps, ladder[0], starts[p], rank, first) for _, p, rank in sorted(found)[:most])


def _best(hop: Hop, after: Best, most: int) -> Best:
    """The `most` largest paths from every input of a link, given those from every output.

    They all begin with one of the `most` wires whose own largest paths are largest, so only those are looked at.
    """
    open_wires = np.flatnonzero(after.wire[hop.out, 0] >= 0)
    leading = np.abs(hop.slope * after.value[hop.out, 0])[open_wires]
    wires = open_wires[_largest(hop.into[open_wires], leading, most)]
    there = after.wire[hop.out[wires]] >= 0  # (wires, k)
    value = (hop.slope[wires, None] * after.value[hop.out[wires]])[there]
    wire = np.broadcast_to(wires[:, None], there.shape)[there]
    rank = np.broadcast_to(np.arange(there.shape[1]), there.shape)[there]
    kept = _largest(hop.into[wire], np.abs(value), most)
    into = hop.into[wire[kept]]
    found = Best(np.zeros((hop.nodes, most)), np.full((hop.nodes, most), -1), np.zeros((hop.nodes, most), int))
    column = _place_in_group(into)
    for table, entries in zip(found, (value, wire, rank), strict=True):
        table[into, column] = entries[kept]
    return found


def _largest(group: Array, size: Array, most: int) -> Array:
    """The rows of the `most` largest of every group, by group, largest first; of equal ones the first."""
    order = np.lexsort((np.arange(group.size), -size, group))
    return order[_place_in_group(group[order]) < most]


def _place_in_group(group: Array) -> Array:
    """0, 1, 2, … within each run of equal entries."""
    first = np.searchsorted(group, group, side="left")
    found: Array = np.arange(group.size) - first
    return found


def _path(
    factors: Factors, boundary: int, steps: Sequence[tuple[Hop, Best]], begin: Best, start: Start, rank: int, first: str
) -> Path:
    """The path of a rank from a start, followed wire by wire, with its factors and the addresses that it passes."""
    node, value = start.node, start.amount * float(begin.value[start.node, rank])
    taken = []
    for hop, best in steps:
        wire, rank = int(best.wire[node, rank]), int(best.rank[node, rank])
        taken.append((hop, wire))
        node = int(hop.out[wire])
    return Path(value, *followed(factors, boundary, taken, start.node, start.factor, first))


def followed(
    factors: Factors, boundary: int, taken: Iterable[tuple[Hop, int]], node: int, factor: Factor | None, first: str
) -> tuple[tuple[Factor, ...], tuple[str, ...]]:
    """The factors of a path that takes these wires from a node, after a first factor, and the addresses that it passes."""
    product, names = [factor] if factor else [], [first] if first else []
    for link, (hop, wire) in enumerate(taken, start=boundary):
        names.append(factors.value(link, node).address or "")
        slope = factors.slope(link, int(hop.out[wire]), node, float(hop.slope[wire]))
        product += slope
        names += [f.address for f in slope if f.address]
        node = int(hop.out[wire])
    end = factors.told.end
    names.append(factors.value(end, node).address or "")
    return (*product, factors.grad(end, node)), tuple(names)
