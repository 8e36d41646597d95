"""∂ℓ/∂w as a formula: the links' own `forward`, run on symbols, then the rules of differentiation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from core.address import Address
from core.gradients.backprop import Backprop
from core.network import Network, Noises
from core.numeric import Array, Params
from core.spec import SpecError
from core.symbol import Symbol, as_symbol, derivative, variable
from core.symbol_size import products

MOST_PRODUCTS = 5000  # in one evaluation of the network: a formula with more of them is neither made nor read
TOO_LARGE = "use fewer units"

Index = tuple[int, ...]


class Names:
    """What the variables are called: W^{(1)} is the weight array of link 1; indices count from 0."""

    def param(self, link: int, name: str, index: Index) -> str:
        """A weight or a bias."""
        return f"{name}^{{({link})}}_{{{_listed(index)}}}"

    def input(self, index: Index) -> str:
        """A number of the example's input."""
        return f"x_{{{_listed(index)}}}"

    def target(self, index: Index) -> str:
        """A number of its target."""
        return f"y_{{{_listed(index)}}}"


def _listed(index: Index) -> str:
    return ",".join(map(str, index))


class SymbolicDerivative(NamedTuple):
    """The loss of one example and its derivative by one weight, as formulas and as numbers."""

    weight: Symbol
    loss: Symbol
    derivative: Symbol

    @property
    def value(self) -> float:
        """∂ℓ/∂w at the present numbers."""
        return self.derivative.primal

    @property
    def multiplications(self) -> int:
        """How many products and quotients the derivative's formula holds, shared ones counted once."""
        return products(self.derivative)


@np.errstate(all="ignore")  # what overflows is an infinity in the formula's value too
def symbolic_derivative(
    network: Network, params: Params, x: Array, target: Array, address: Address, noises: Noises | None = None,
    names: Names | None = None,
) -> SymbolicDerivative:  # fmt: skip
    """∂ℓ/∂w of one example (x and target are batches of one), without the penalty.  Raises SpecError at "address".

    Weights and biases, inputs and targets become variables, called as `names` says.
    """
    check_weight(params, address)
    problem = too_large(network)
    if problem:
        raise SpecError("address", problem, TOO_LARGE)
    names = names or Names()
    symbols: Any = tuple(
        {name: _variables(a, partial(names.param, i, name)) for name, a in tensors.items()} for i, tensors in enumerate(params)
    )
    inputs = x if network.layers[0].indices else _variables(x[0], names.input)[None]
    outputs = network.forward(symbols, inputs, noises)
    loss = as_symbol(network.per_example(outputs, _variables(target[0], names.target)[None]))
    weight = symbols[address.layer][address.name][address.index]
    return SymbolicDerivative(weight, loss, derivative(loss, weight))


def _variables(values: Array, name: Callable[[Index], str]) -> Array:
    found: Array = np.empty(values.shape, dtype=object)
    for index in np.ndindex(values.shape):
        found[index] = variable(name(index), float(values[index]))
    return found


def check_weight(params: Params, address: Address) -> None:
    """Raises SpecError at "address" where there is no such weight."""
    array = params[address.layer].get(address.name) if address.layer < len(params) else None
    fits = array is not None and len(address.index) == array.ndim and bool(np.all(np.less(address.index, array.shape)))
    if not fits:
        raise SpecError("address", f"this network has no weight {address}", "an address is layer/name/indices, counted from 0")


def too_large(network: Network) -> str:
    """Why no derivative of this network is written out; empty if it can be."""
    needed = Backprop().count(network, 1).multiplications
    if needed <= MOST_PRODUCTS:
        return ""
    return f"a formula needs a network of at most {MOST_PRODUCTS:,} multiplications an example, got {needed:,}"
