"""The derivation of a δ or of a neuron: what it is made of, and how the loss hangs on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from core.address import Address
from core.derive import latex
from core.derive.gates import gates, head
from core.derive.mean_paths import Meeting, mean_paths
from core.derive.paths import Start, paths
from core.derive.rule import handed_back
from core.derive.sweep import sweeps
from core.derive.symbols import hyperparameters
from core.derive.terms import Factor, Factors, Opened, Term, documents, forward_terms, is_sum, node_terms, opened, target, total
from core.derive.told import Told
from core.numeric import Array

MOST_INPUTS = 16  # of a number behind a link without weights that are named
QUANTITIES = {"input": "value", "output": "value", "grad_input": "grad", "grad_output": "grad"}


@dataclass(frozen=True)
class Node:
    """One number of the chain, at a boundary: δⱼ = φ′(zⱼ) Σₘ wₘⱼ δₘ, or zⱼ = Σₖ wⱼₖ xₖ + bⱼ."""

    told: Told
    address: Address

    @cached_property
    def factors(self) -> Factors:
        """The named numbers of the told example."""
        return Factors(self.told)

    @property
    def back(self) -> bool:
        """Is it a derivative of the loss rather than a number of the way forward?"""
        return QUANTITIES[self.address.name] == "grad"

    @property
    def boundary(self) -> int:
        """Where it stands."""
        return self.address.layer + self.address.name.endswith("output")

    @cached_property
    def node(self) -> int:
        """Its place there."""
        return int(np.ravel_multi_index(self.address.index, self.told.shape(self.boundary)))

    @property
    def inside(self) -> bool:
        """Does it stand before the end of the chain of products?"""
        return self.boundary <= self.told.end

    @cached_property
    def onward(self) -> list[Term]:
        """∂ℓ/∂(this number) one link further."""
        if not self.inside:
            return [Term((self.factors.grad(self.boundary, self.node),))]
        return node_terms(self.factors, self.boundary, self.node)

    @cached_property
    def expansion(self) -> list[Opened]:
        """Those terms that hold a further δ, with it opened once more."""
        terms = [t for t in self.onward if self.inside and self._open(t.factors[-1])]
        return opened(terms, lambda n: self._opened(terms[n]))

    def _open(self, factor: Factor) -> tuple[int, int] | None:
        """The boundary and place of a factor that is a δ within the chain."""
        if not factor.address or "/grad_output/" not in factor.address:
            return None
        there = Node(self.told, Address.parse(factor.address))
        return (there.boundary, there.node) if there.inside else None

    def _opened(self, term: Term) -> list[Term]:
        there = self._open(term.factors[-1])
        further = node_terms(self.factors, *there) if there else []
        return [Term((*term.factors[:-1], *t.factors), t.sign * term.sign) for t in further]

    @cached_property
    def terms(self) -> list[Term]:
        """What the number is the sum of."""
        return self.onward if self.back else forward_terms(self.factors, self.boundary, self.node)

    def each(self) -> Array:
        """The number for every example of the batch, (N,)."""
        links, b = self.told.trace.layers, self.boundary
        link = links[b - 1] if b else links[0]
        back, forth = (link.grad_output, link.output) if b else (link.grad_input, link.input)
        found: Array = (back if self.back else forth).reshape(self.told.count, -1)[:, self.node]
        return found

    def rule(self) -> str:
        """The general rule, LaTeX, of which this number is a case."""
        network, b = self.told.network, self.boundary
        if not self.back:
            return network.layers[b - 1].latex if b else "x"
        if b < self.told.end:
            return handed_back(network, b)
        return rf"\delta = {network.head.latex}" if self.inside and network.head else network.loss.gradient

    def examples(self) -> list[dict[str, Any]]:
        """The number for every example of the batch."""
        indices = self.told.trace.batch.indices
        return [{"index": int(indices[row]), "row": row, "value": v} for row, v in enumerate(self.each().tolist())]

    def inputs(self) -> list[Factor]:
        """What a number that is told as no sum was computed from: the z of an a, the cells of a window, the ŷ and y of ∂ℓ/∂ŷ."""
        if self.back:
            last = self.boundary == len(self.told.network.layers)
            return [self.factors.value(self.boundary, self.node), target(self.factors, self.node)] if last else []
        if self.boundary == 0 or is_sum(self.told, self.boundary):
            return []
        wires = self.told.wires(self.boundary - 1)
        found = wires.into[wires.out == self.node].tolist()
        return [self.factors.value(self.boundary - 1, n) for n in found[:MOST_INPUTS]]

    def paths(self, most: int, batch: bool) -> dict[str, Any] | None:
        """All paths to the loss, the batch's where wanted and within reach; None behind the end of the chain of products."""
        if not self.inside:
            return None
        always = Meeting(self.node, np.ones(self.told.count), None)
        means = mean_paths(self.factors, self.boundary, [always], most) if batch else None
        found = means or paths(self.factors, self.boundary, [Start(self.node, 1.0, None)], most)
        return found.document()

    def formulas(self, symbol: str) -> dict[str, str]:
        """The sums in LaTeX; of ∂ℓ/∂ŷ, which is none, the loss's own formula and its numbers."""
        if not (self.back and self.boundary == len(self.told.network.layers)):
            return latex.sums(symbol, self.terms, [t for _, t in self.expansion] if self.back else [])
        loss, (predicted, wanted) = self.told.network.loss, self.inputs()
        known = {sign: float(value) for sign, (_, value) in hyperparameters(loss).items()}
        numbers = latex.substituted(loss.gradient, known | {r"\hat y": predicted.value, "y": wanted.value})
        names = {r"\hat y": predicted.symbol, "y": wanted.symbol}
        indexed = re.sub(r"\\hat y|(?<![A-Za-z\\])y(?![A-Za-z])", lambda found: f"{{{names[found[0]]}}}", loss.gradient)
        return {"symbols": f"{symbol} = {indexed}", "numbers": f"{numbers} = {latex.number(total(self.terms))}"}

    def parts(self, listed: int, batch: bool) -> dict[str, Callable[[], Any]]:
        """The fields of the JSON form, those of a parameter's; each is made when it is asked for."""
        factors, told = self.factors, self.told
        grad, value = factors.grad(self.boundary, self.node), factors.value(self.boundary, self.node)
        this = grad if self.back else value
        return {
            "quantity": lambda: QUANTITIES[self.address.name],
            "symbol": lambda: this.symbol,
            "gradient": lambda: float(self.each().mean()),
            "path": lambda: this.path,
            "value": lambda: this.value,
            "examples": self.examples,
            "penalty": lambda: 0.0,
            "parameter": lambda: None,
            "grad": grad.document,
            "output": value.document,
            "rule": self.rule,
            "terms": lambda: [t.document() for t in self.terms],
            "inputs": lambda: [f.document() for f in self.inputs()],
            "onward": lambda: [t.document() for t in self.onward],
            "expansion": lambda: documents(self.expansion),
            "folded": lambda: len(self.onward) - len(self.expansion),
            "paths": lambda: self.paths(listed, batch),
            "gates": lambda: gates(factors, self.boundary, [self.node]) if self.inside else [],
            "meetings": lambda: None,
            "head": lambda: head(factors),
            "sweeps": lambda: sweeps(told.network, told.count),
            "update": list,
            "equations": list,
            "system": lambda: None,
            "latex": lambda: self.formulas(this.symbol),
        }
