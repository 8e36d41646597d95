"""The derivation of one parameter: its gradient as sums of products, and what the optimizer made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from core.address import Address
from core.derive import latex
from core.derive.damped import damped_system
from core.derive.gates import gates, head, meetings
from core.derive.mean_paths import Meeting, mean_paths
from core.derive.paths import Paths, Start, paths
from core.derive.rule import gradient_rule
from core.derive.sweep import sweeps
from core.derive.symbols import place
from core.derive.terms import Factors, Opened, Term, documents, node_terms, opened, parameter_terms, total
from core.derive.told import Told
from core.derive.update import update
from core.layers.wires import Uses
from core.numeric import exact_sum
from core.optimizers import Sgd

MOST_SPELT = 120  # products of all the batch's examples that are spelt out


@dataclass(frozen=True)
class Parameter:
    """∂L/∂w = (1/N) Σᵢ Σ δ[out] · x[in] + ∂P/∂w."""

    told: Told
    address: Address

    @cached_property
    def factors(self) -> Factors:
        """The named numbers of the told example."""
        return Factors(self.told)

    @cached_property
    def uses(self) -> Uses:
        """Where it enters the told example."""
        return self.told.uses(self.address.layer, self.address.name, self.address.index)

    @cached_property
    def terms(self) -> list[Term]:
        """The local form: δ · x for every place at which it enters."""
        return parameter_terms(self.factors, self.address.layer, self.uses)

    def further(self, n: int) -> list[Term]:
        """One link further: what the n-th term becomes with its δ opened, δⱼ = φ′(zⱼ) Σₘ wₘⱼ δₘ."""
        term, boundary = self.terms[n], self.address.layer + 1
        if boundary > self.told.end:
            return [term]
        onward = node_terms(self.factors, boundary, int(self.uses.out[n]))
        return [Term((*t.factors, *term.factors[1:]), t.sign) for t in onward]

    def paths(self, most: int) -> Paths:
        """All paths to the loss, the `most` largest of them listed."""
        entries = zip(self.uses.out.tolist(), self.uses.amount.tolist(), self.terms, strict=True)
        starts = [Start(out, amount, t.factors[1] if len(t.factors) > 1 else None) for out, amount, t in entries]
        return paths(self.factors, self.address.layer + 1, starts, most, str(self.address))

    def mean_paths(self, most: int) -> Paths | None:
        """The same averaged over the batch, whose sum is the data's gradient; None where they are too many."""
        told, (link, name, index) = self.told, (self.address.layer, self.address.name, self.address.index)
        each = [told.uses(link, name, index, row) for row in range(told.count)]
        places = sorted({place for uses in each for place in zip(uses.out.tolist(), uses.into.tolist(), strict=True)})
        amounts = {place: np.zeros(told.count) for place in places}
        for row, uses in enumerate(each):
            for out, into, amount in zip(uses.out.tolist(), uses.into.tolist(), uses.amount.tolist(), strict=True):
                amounts[out, into][row] += amount
        met = [Meeting(out, amounts[out, into], self.factors.value(link, into) if into >= 0 else None) for out, into in places]
        return mean_paths(self.factors, link + 1, met, most, str(self.address))

    @property
    def gradient(self) -> float:
        """∂L/∂w of the batch, penalty included, by the experiment's method: what the optimizer is given."""
        return float(self.told.trace.layers[self.address.layer].grads[self.address.name][self.address.index])

    @property
    def swept(self) -> float:
        """∂L/∂w as the sum of products comes to: backpropagation's, also where the step was given another method's."""
        return float(self.told.trace.layers[self.address.layer].swept[self.address.name][self.address.index])

    @property
    def given(self) -> tuple[float, str] | None:
        """(g, the method's title), where another method than backpropagation finds what the optimizer is given."""
        method = self.told.experiment.gradient
        return None if method.kind == "backprop" else (self.gradient, method.title)

    @property
    def penalty(self) -> float:
        """∂P/∂w."""
        name, value = self.address.name, self.told.trace.before[self.address.layer][self.address.name]
        return float(self.told.experiment.penalty.gradient_of(name, value)[self.address.index])

    @cached_property
    def expansion(self) -> list[Opened]:
        """The largest terms, each opened one link further."""
        return opened(self.terms, self.further)

    @cached_property
    def examples(self) -> list[dict[str, Any]]:
        """What every example of the batch contributes: their mean is the data's gradient.  Spelt out while they are few."""
        i, name, index, told = self.address.layer, self.address.name, self.address.index, self.told
        delta, found = told.trace.layers[i].grad_output.reshape(told.count, -1), []
        for row, number in enumerate(told.trace.batch.indices.tolist()):
            uses = told.uses(i, name, index, row)
            products = delta[row, uses.out] * uses.amount
            entry: dict[str, Any] = {"index": number, "row": row, "value": float(delta[row, uses.out] @ uses.amount),
                                     "products": products.size, "live": int(np.count_nonzero(products))}  # fmt: skip
            if len(uses.out) * told.count <= MOST_SPELT:
                entry["terms"] = [t.document() for t in parameter_terms(Factors(replace(told, row=row)), i, uses)]
            found.append(entry)
        return found

    def formulas(self, symbol: str) -> dict[str, str]:
        """The sums in LaTeX."""
        left = rf"\frac{{\partial \ell}}{{\partial {symbol}}}"
        batch = latex.batch(symbol, [e["value"] for e in self.examples], self.penalty, self.swept, self.given)
        optimizer = self.told.experiment.optimizer
        rate = float(optimizer.learning_rate) if type(optimizer) is Sgd else None
        local = latex.sums(left, self.terms, [terms for _, terms in self.expansion])
        paths_ = latex.path_sums(left, self.paths(latex.SHOWN))
        return local | paths_ | {"batch": batch} | latex.update_lines(symbol, update(self.told, self.address), rate)

    def all_paths(self, most: int, batch: bool) -> dict[str, Any]:
        """The batch's, where they are wanted and can be had; else the example's."""
        found = self.mean_paths(most) if batch else None
        return (found or self.paths(most)).document()

    def parts(self, listed: int, batch: bool) -> dict[str, Callable[[], Any]]:
        """The fields of the JSON form; each is made when it is asked for."""
        told, address = self.told, self.address
        this = self.factors.param(address.layer, address.name, address.index)
        return {
            "quantity": lambda: "gradient",
            "symbol": lambda: rf"\frac{{\partial L}}{{\partial {this.symbol}}}",
            "gradient": lambda: self.gradient,
            "backprop": lambda: self.swept,
            "path": lambda: place("trace.layers", address.layer, "grads", address.name, address.index),
            "method": lambda: told.experiment.gradient.kind,
            "value": lambda: total(self.terms),
            "examples": lambda: self.examples,
            "sum": lambda: exact_sum(e["value"] for e in self.examples),
            "penalty": lambda: self.penalty,
            "parameter": this.document,
            "rule": lambda: gradient_rule(told.network, told.experiment.penalty, address.layer, address.name),
            "terms": lambda: [t.document() for t in self.terms],
            "inputs": list,
            "expansion": lambda: documents(self.expansion),
            "folded": lambda: len(self.terms) - len(self.expansion),
            "paths": lambda: self.all_paths(listed, batch),
            "gates": lambda: gates(self.factors, address.layer + 1, self.uses.out.tolist()),
            "meetings": lambda: meetings(told, address, self.uses),
            "head": lambda: head(self.factors),
            "sweeps": lambda: sweeps(told.network, told.count),
            "update": lambda: update(told, address),
            "equations": lambda: list(told.experiment.optimizer.equations),
            "system": lambda: damped_system(told, address),
            "latex": lambda: self.formulas(this.symbol),
        }
