"""∂ℓ/∂w written out: the formula of one weight's derivative, in the symbols of the story, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.address import Address
from core.derive.symbols import Symbols
from core.derive.told import Told
from core.gradients import SymbolicDerivative, symbolic_derivative
from core.gradients.symbolic import TOO_LARGE, Index, Names, check_weight, too_large
from core.symbol import definitions
from core.symbol_size import size, written_out
from core.work import Work, finished, quiet

LONGEST = 160  # letters of LaTeX that a line may have before its parts get names
MOST_PARTS = 24  # named parts that are sent
MOST_WRITTEN = 60_000  # operations of all examples' formulas together: half a second


class Textbook(Names):
    """The symbols of the story: w^{(2)}_{14}, x_1, y; layers and indices from 1."""

    def __init__(self, told: Told) -> None:
        self.told, self.symbols = told, Symbols(told.network)

    def param(self, link: int, name: str, index: Index) -> str:
        """w^{(2)}_{14}."""
        return self.symbols.param(link, name, index)

    def input(self, index: Index) -> str:
        """x_1."""
        return self.symbols.value(0, self._node(0, index))

    def target(self, index: Index) -> str:
        """y_1: as ŷ, without its hat."""
        last = len(self.told.network.layers)
        return self.symbols.value(last, self._node(last, index)).replace(r"\hat y", "y")

    def _node(self, boundary: int, index: Index) -> int:
        return int(np.ravel_multi_index(index, self.told.shape(boundary)))


def written(told: Told, address: Address) -> dict[str, Any]:
    """The whole of it at once; see `writing`."""
    return finished(writing(told, address))


def writing(told: Told, address: Address) -> Work[dict[str, Any]]:
    """The JSON form of the told example's ∂ℓ/∂w: formula, value, cost; a sentence instead where the network is too large.

    An example's formula is a piece.  Raises SpecError at "address" where there is no such weight.
    """
    return quiet(_writing(told, address))  # what overflows leaves as null


def _writing(told: Told, address: Address) -> Work[dict[str, Any]]:
    about = {"address": str(address), "example": told.row}
    check_weight(told.trace.before, address)
    problem = too_large(told.network)
    if problem:
        return about | {"message": problem, "hint": TOO_LARGE}
    found = _of(told, address, told.row)
    yield 0.0
    gradient = yield from _gradient(told, address, found)
    lines = definitions(found.derivative, LONGEST)
    parts = [{"latex": f"{name} = {text}", "value": node.primal} for name, node, text in lines[:-1]]
    whole = rf"\frac{{\partial \ell}}{{\partial {found.weight.tex}}} = {lines[-1][2]}"
    formula = {"latex": whole, "parts": parts[:MOST_PARTS], "left_out": len(parts[MOST_PARTS:])}
    return about | {
        "symbol": found.weight.tex, "formula": formula, "value": found.value, "gradient": gradient,
        "evaluations": 1, "multiplications": found.multiplications, "operations": size(found.derivative),
        "written_out": float(written_out(found.derivative)),
    }  # fmt: skip


def _of(told: Told, address: Address, row: int) -> SymbolicDerivative:
    """The derivative of one example of the batch."""
    one, batch = slice(row, row + 1), told.trace.batch
    noises = [None if noise is None else noise[one] for noise in told.noises]
    return symbolic_derivative(told.network, told.trace.before, batch.x[one], batch.y[one], address, noises, Textbook(told))


def _gradient(told: Told, address: Address, found: SymbolicDerivative) -> Work[float | None]:
    """∂L/∂w: the mean of all examples' formulas, and the penalty's part; None where writing them all would take long."""
    if size(found.loss, found.derivative) * told.count > MOST_WRITTEN:
        return None
    value = told.trace.before[address.layer][address.name]
    pull = float(told.experiment.penalty.gradient_of(address.name, value)[address.index])
    values = []
    for row in range(told.count):
        values.append(_of(told, address, row).value)
        yield len(values) / told.count
    return float(np.mean(values)) + pull
