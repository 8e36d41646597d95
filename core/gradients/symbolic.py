"""∂ℓ/∂w as a formula: the links' own `forward`, run on symbols, then the rules of differentiation."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from core.address import Address
from core.gradients.backprop import Backprop
from core.network import Network, Noises
from core.numeric import Array, Params
from core.spec import SpecError
from core.symbol import Symbol, as_symbol, definitions, derivative, size, variables

MOST_PRODUCTS = 5000  # in one evaluation of the network: a formula with more of them is neither made nor read


class SymbolicDerivative(NamedTuple):
    """The loss of one example and its derivative by one weight, as formulas and as numbers."""

    weight: Symbol
    loss: Symbol
    derivative: Symbol

    @property
    def value(self) -> float:
        """∂ℓ/∂w at the present numbers."""
        return self.derivative.primal

    def document(self) -> dict[str, Any]:
        """Both formulas, shared parts first, with the value and the size of each."""
        return {
            "weight": self.weight.tex,
            "value": self.value,
            "loss": _formula(self.loss),
            "derivative": _formula(self.derivative),
        }


def _formula(y: Symbol) -> dict[str, Any]:
    parts = [{"name": name, "latex": text, "value": node.primal} for name, node, text in definitions(y)]
    return {"parts": parts, "value": y.primal, "operations": size(y)}


def symbolic_derivative(
    network: Network, params: Params, x: Array, target: Array, address: Address, noises: Noises | None = None
) -> SymbolicDerivative:
    """∂ℓ/∂w of one example (x and target are batches of one), without the penalty.  Raises SpecError at "address".

    Weights and biases, inputs and targets become variables: W¹ is the weight array of link 1; indices count from 0.
    """
    _check(network, params, address)
    symbols: Any = tuple(
        {name: variables(f"{name}^{{({i})}}", a) for name, a in tensors.items()} for i, tensors in enumerate(params)
    )
    inputs = x if network.layers[0].indices else variables("x", x[0])[None]
    outputs = network.forward(symbols, inputs, noises)
    loss = as_symbol(network.per_example(outputs, variables("y", target[0])[None]))
    weight = symbols[address.layer][address.name][address.index]
    return SymbolicDerivative(weight, loss, derivative(loss, weight))


def _check(network: Network, params: Params, address: Address) -> None:
    array = params[address.layer].get(address.name) if address.layer < len(params) else None
    fits = array is not None and len(address.index) == array.ndim and bool(np.all(np.less(address.index, array.shape)))
    if not fits:
        raise SpecError("address", f"this network has no weight {address}", "an address is layer/name/indices, counted from 0")
    products = Backprop().count(network, 1).multiplications
    if products > MOST_PRODUCTS:
        raise SpecError("address", f"a formula needs a network of at most {MOST_PRODUCTS:,} multiplications, got {products:,}",
                        "use fewer units")  # fmt: skip


