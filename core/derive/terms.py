"""A number as a sum of products, each factor named by symbol, value and place in the trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

import numpy as np

from core.derive.symbols import Symbols, place
from core.derive.told import Told
from core.layers.wires import Index, Part, Uses
from core.numeric import exact_sum


@dataclass(frozen=True)
class Factor:
    """One number of a product: its symbol (LaTeX), its place in the page's store, and the address that opens it."""

    symbol: str
    value: float
    path: str | None = None
    address: str | None = None

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        found: dict[str, Any] = {"symbol": self.symbol, "value": self.value, "path": self.path}
        return found | ({"address": self.address} if self.address else {})


@dataclass(frozen=True)
class Term:
    """value = Π factors."""

    factors: tuple[Factor, ...]
    sign: float = 1.0

    @property
    def value(self) -> float:
        """The product."""
        return self.sign * prod(f.value for f in self.factors)

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        found: dict[str, Any] = {"value": self.value, "factors": [f.document() for f in self.factors]}
        return found | ({"sign": self.sign} if self.sign != 1.0 else {})


Opened = tuple[Term, list[Term]]  # a term, and what it becomes one link further


def documents(expansion: Sequence[Opened]) -> list[dict[str, Any]]:
    """The JSON form of terms opened."""
    opened = [(term.factors[0].address, term, [t.document() for t in terms]) for term, terms in expansion]
    return [{"of": address, "value": term.value, "terms": terms} for address, term, terms in opened]


MOST_OPENED = 400  # terms one link further that a document holds


def opened(terms: Sequence[Term], further: Callable[[int], list[Term]]) -> list[Opened]:
    """The terms opened one link further, `further(n)` being what the n-th becomes: the largest first, until there are many.

    They are given in their own order; terms that are left out stay folded.
    """
    found: dict[int, list[Term]] = {}
    for n in sorted(range(len(terms)), key=lambda n: -abs(terms[n].value)):
        if sum(map(len, found.values())) >= MOST_OPENED:
            break
        found[n] = further(n)
    return [(terms[n], found[n]) for n in sorted(found)]


def total(terms: Sequence[Term]) -> float:
    """Σ terms, rounded once."""
    return exact_sum(t.value for t in terms)


class Factors:
    """The factors of one told step; each is named once, however many paths it stands in."""

    def __init__(self, told: Told) -> None:
        self.told, self.symbols = told, Symbols(told.network)
        self.grad, self.value = cache(self._grad), cache(self._value)
        self.param, self.slope = cache(self._param), cache(self._slope)

    def _grad(self, boundary: int, node: int) -> Factor:
        """∂ℓ/∂(a node) of the example."""
        link, array = (boundary - 1, "grad_output") if boundary else (0, "grad_input")
        index = self.told.index(boundary, node)
        return Factor(
            self.symbols.grad(boundary, node), float(self.told.grad(boundary)[node]),
            place("trace.layers", link, array, self.told.row, index), f"{link}/{array}/{','.join(map(str, index))}",
        )  # fmt: skip

    def _value(self, boundary: int, node: int) -> Factor:
        """A node's own number."""
        link, array = (boundary - 1, "output") if boundary else (0, "input")
        index = self.told.index(boundary, node)
        return Factor(
            self.symbols.value(boundary, node), float(self.told.value(boundary)[node]),
            place("trace.layers", link, array, self.told.row, index), f"{link}/{array}/{','.join(map(str, index))}",
        )  # fmt: skip

    def _param(self, link: int, name: str, index: Index) -> Factor:
        """A parameter as it was before the step."""
        value = float(self.told.trace.before[link][name][index])
        address = f"{link}/{name}/{','.join(map(str, index))}"
        return Factor(self.symbols.param(link, name, index), value, place("trace.before", link, name, index), address)

    def _slope(self, link: int, out: int, into: int, value: float) -> tuple[Factor, ...]:
        """The factors of ∂(output `out`)/∂(input `into`) of a link; none where it is just 1."""
        told = self.told
        parts = told.network.layers[link].parts(told.index(link + 1, out), told.index(link, into))
        if parts is None:
            return (Factor(self.symbols.part(link, Part("", ()), into, out), value),)
        return tuple(self._part(link, part, out, into, value) for part in parts)

    def _part(self, link: int, part: Part, out: int, into: int, slope: float) -> Factor:
        symbol, told = self.symbols.part(link, part, into, out), self.told
        if part.array in told.trace.before[link]:
            return self.param(link, part.array, part.at)
        if part.array not in told.trace.layers[link].own:
            return Factor(symbol, slope if part.value is None else part.value)
        if part.array == "argmax":  # the trace's array says who won; this factor, whether this input did
            return Factor(symbol, slope)
        where = place("trace.layers", link, part.array, told.row, part.at)
        return Factor(symbol, float(told.trace.layers[link].own[part.array][told.row][part.at]), where)


def parameter_terms(factors: Factors, link: int, uses: Uses) -> list[Term]:
    """∂ℓ/∂w = Σ δ[out] · x[in]: one term for each place at which the parameter enters the example."""
    found = []
    for out, into, amount in zip(uses.out.tolist(), uses.into.tolist(), uses.amount.tolist(), strict=True):
        delta = factors.grad(link + 1, out)
        bare = () if amount == 1.0 else (Factor(r"\frac{\partial z}{\partial w}", amount),)
        found.append(Term((delta, *((factors.value(link, into),) if into >= 0 else bare))))
    return found


def node_terms(factors: Factors, boundary: int, node: int) -> list[Term]:
    """∂ℓ/∂(a node) one layer further: Σ over the ways to the next δ, φ′(zⱼ) wₘⱼ δₘ; at the chain's end, the loss's own slope.

    It goes on through links without weights (activation, pooling, dropout, flatten) to the output of the next link with weights.
    """
    told = factors.told
    if boundary == told.end:
        return end_terms(factors, node)
    ways: list[tuple[tuple[Factor, ...], int]] = [((), node)]
    while True:
        ways = [(way + slope, m) for way, n in ways for m, slope in _onward(factors, boundary, n)]
        boundary += 1
        if boundary == told.end or factors.symbols.is_z(boundary):
            break
    return [Term((*way, factors.grad(boundary, n))) for way, n in ways]


def _onward(factors: Factors, link: int, node: int) -> list[tuple[int, tuple[Factor, ...]]]:
    """The wires that leave a node through a link: (output, factors of the slope)."""
    wires = factors.told.wires(link)
    leaving = np.flatnonzero(wires.into == node)
    pairs = zip(wires.out[leaving].tolist(), wires.slope[leaving].tolist(), strict=True)
    return [(out, factors.slope(link, out, node, value)) for out, value in pairs]


def end_terms(factors: Factors, node: int) -> list[Term]:
    """Where the chain ends: δ = ŷ − y of a matched pair, as two terms; else ∂ℓ/∂ŷ, as the loss gives it."""
    told = factors.told
    head, last = told.network.head, len(told.network.layers)
    if head is None:
        return [Term((factors.grad(last, node),))]
    scale = () if head.factor == 1.0 else (Factor(f"{head.factor:g}", head.factor),)
    return [Term((*scale, factors.value(last, node))), Term((*scale, target(factors, node)), sign=-1.0)]


def target(factors: Factors, node: int) -> Factor:
    """y, what an output of the example should be."""
    told, last = factors.told, len(factors.told.network.layers)
    y = told.trace.batch.y[told.row]
    symbol = "y" if y.size == 1 else f"y_{{{node + 1}}}"
    return Factor(symbol, float(y.ravel()[node]), place("trace.batch.y", told.row, told.index(last, node)))


def is_sum(told: Told, boundary: int) -> bool:
    """Are the numbers there told as sums of products, or (of an embedding) as a row that was chosen?"""
    layer = told.network.layers[boundary - 1]
    return boundary > 0 and (layer.affine or layer.indices)


def forward_terms(factors: Factors, boundary: int, node: int) -> list[Term]:
    """A neuron's own number as it arose: Σ w x + b behind a link that is such a sum; itself elsewhere."""
    told, link = factors.told, boundary - 1
    if not is_sum(told, boundary):
        return [Term((factors.value(boundary, node),))]
    layer, wires = told.network.layers[link], told.wires(link)
    arriving = np.flatnonzero(wires.out == node)
    found = [
        Term((*factors.slope(link, node, into, slope), factors.value(link, into)))
        for into, slope in zip(wires.into[arriving].tolist(), wires.slope[arriving].tolist(), strict=True)
    ]
    if layer.indices:
        word = int(told.value(link)[told.index(boundary, node)[-1]])
        return [Term((factors.param(link, "W", (word, told.index(boundary, node)[0])),))]
    return [*found, Term((factors.param(link, "b", (told.index(boundary, node)[0],)),))]
