"""The batch's gradient as a sum over paths: each path's product, averaged over the examples, Σ over paths of (1/N) Σᵢ Π slopesᵢ.

A mean of products is no product of means, so the largest cannot be found by going back link by link: every path is taken with
every example, where that is within reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from core.derive.paths import Hop, Path, Paths, counted, followed, reached
from core.derive.terms import Factor, Factors
from core.numeric import Array, exact_sum

MOST_PRODUCTS = 500_000  # paths times examples that are taken one by one: some hundredths of a second


class Meeting(NamedTuple):
    """Where paths begin: at a node, after a first factor, another amount in every example (0 where one does not meet it)."""

    node: int
    amounts: Array  # (N,)
    factor: Factor | None


class Varying(Factor):
    """A factor that is another number in every example, so that the batch has none for it."""

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        return super().document() | {"value": None, "path": None}


@dataclass(frozen=True)
class Ways:
    """All paths so far: where each began, the wires it took, where it has come to, its product in every example."""

    begun: Array  # (P,) which meeting
    wires: tuple[Array, ...]  # of every link (P,)
    node: Array  # (P,)
    product: Array  # (N, P)

    def along(self, hop: Hop, slopes: Array) -> Ways:
        """One link further: every path goes on along every wire of its node."""
        first, end = (np.searchsorted(hop.into, self.node, side) for side in ("left", "right"))
        many = end - first
        of = np.repeat(np.arange(many.size), many)
        wire = np.arange(of.size) - np.repeat(np.cumsum(many) - many, many) + first[of]
        taken = (*(each[of] for each in self.wires), wire)
        return Ways(self.begun[of], taken, hop.out[wire], self.product[:, of] * slopes[:, wire])


def mean_paths(factors: Factors, boundary: int, meetings: Sequence[Meeting], most: int, first: str = "") -> Paths | None:
    """Every path from nodes of `boundary` to the loss, averaged over the batch; None where they are too many to take them all."""
    told = factors.told
    each = [replace(told, row=row) for row in range(told.count)]
    nodes = np.array([m.node for m in meetings], np.intp)
    chain = reached(told, boundary, nodes)
    count = counted(chain, told.grad(told.end).size, nodes)
    if count * told.count > MOST_PRODUCTS:
        return None
    amounts = np.array([m.amounts for m in meetings]).reshape(-1, told.count).T
    ways = Ways(np.arange(nodes.size), (), nodes, amounts)
    slopes = [[hop.slope for hop in reached(one, boundary, nodes)] for one in each]
    for link, hop in enumerate(chain):
        ways = ways.along(hop, np.array([own[link] for own in slopes]))
    products = ways.product * np.array([one.grad(one.end) for one in each])[:, ways.node]
    means = products.mean(axis=0)
    largest = np.lexsort((np.arange(count), -np.abs(means)))[:most].tolist()
    factored = sum(m.factor is not None for m in meetings)
    return Paths(
        count=count,
        live=int(np.count_nonzero(products.any(axis=0))),
        sum=exact_sum(means.tolist()),
        size=exact_sum(np.abs(means).tolist()),
        listed=tuple(_path(factors, boundary, chain, ways, p, meetings[ways.begun[p]], float(means[p]), first) for p in largest),
        separate=count * (len(chain) + (factored > 0)) * told.count,
        sweep=(sum(hop.out.size for hop in chain) + factored) * told.count,
        over="batch",
    )


def _path(
    factors: Factors, boundary: int, chain: Sequence[Hop], ways: Ways, p: int, start: Meeting, mean: float, first: str
) -> Path:
    """A path with the symbols of its factors, and the numbers of those that are the same in every example: the weights."""
    taken = [(hop, int(wires[p])) for hop, wires in zip(chain, ways.wires, strict=True)]
    product, names = followed(factors, boundary, taken, start.node, start.factor, first)
    return Path(mean, tuple(map(_common, product)), names)


def _common(factor: Factor) -> Factor:
    """The factor as the batch has it: a weight's number is the same in every example."""
    weight = (factor.path or "").startswith("trace.before.")
    return factor if weight else Varying(factor.symbol, factor.value, factor.path, factor.address)
