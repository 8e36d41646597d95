r"""What the numbers along the chain are called, in LaTeX, and where in the trace they stand.

Layers are counted as textbooks count them: a link with weights and its activation are one layer, z before the activation and a
behind it.  Indices in symbols count from 1, those in paths and addresses from 0; but a row of an embedding bears the number of
its word, as the data give it, from 0: so w_{x(t), u} is found where the rule says.
"""

from __future__ import annotations

from functools import cached_property
from math import prod

import numpy as np

from core.layers.wires import Index, Part
from core.network import Network
from core.spec import Kind, rules

STEMS = {"dropout": "d", "flatten": "f", "embedding": "e"}  # outputs that are neither z nor a


class Symbols:
    """The names of one network's numbers."""

    def __init__(self, network: Network) -> None:
        self.network = network

    @cached_property
    def blocks(self) -> list[int]:
        """For every link the layer it belongs to, from 1."""
        found, number = [], 0
        for params in self.network.param_shapes:
            number += bool(params)
            found.append(max(number, 1))
        return found

    def layer(self, link: int) -> str:
        """The layer's number as it stands above a symbol, in parentheses; none where there is one layer only."""
        return f"({self.blocks[link]})" if self.blocks[-1] > 1 else ""

    def _upper(self, link: int) -> str:
        return f"^{{{self.layer(link)}}}" if self.layer(link) else ""

    def is_z(self, boundary: int) -> bool:
        """Is ∂ℓ/∂(these numbers) what textbooks call δ?"""
        return boundary > 0 and bool(self.network.param_shapes[boundary - 1])

    def value(self, boundary: int, node: int) -> str:
        r"""A node's number: x_{1}, z^{(2)}_{3}, \hat y."""
        inner = 0 < boundary < len(self.network.layers)
        return self._sub(self.stem(boundary) + (self._upper(boundary - 1) if inner else ""), boundary, node)

    def stem(self, boundary: int) -> str:
        r"""The letter of a boundary's numbers: x, z, a, \hat y …"""
        if boundary in (0, len(self.network.layers)):
            return "x" if boundary == 0 else r"\hat y"
        layer = self.network.layers[boundary - 1]
        if layer.kind in STEMS:
            return STEMS[layer.kind]
        return "z" if self.is_z(boundary) else "a" if layer.activation else "p" if "pool" in layer.kind else "h"

    def _sub(self, name: str, boundary: int, node: int) -> str:
        shape = self.network.shapes[boundary]
        if prod(shape) == 1:
            return name
        return f"{name}_{{{_indices(tuple(map(int, np.unravel_index(node, shape))), shape)}}}"

    def grad(self, boundary: int, node: int) -> str:
        r"""∂ℓ/∂(a node): \delta^{(2)}_{3} where it is a pre-activation."""
        if self.is_z(boundary):
            return self._sub(r"\delta" + self._upper(boundary - 1), boundary, node)
        return rf"\frac{{\partial \ell}}{{\partial {self.value(boundary, node)}}}"

    def param(self, link: int, name: str, index: Index) -> str:
        """A parameter: w^{(2)}_{3 1}."""
        stem = name.lower() if len(name) == 1 else rf"\mathrm{{{name}}}"
        shape, of_words = self.network.param_shapes[link][name], self.network.layers[link].indices
        return rf"{stem}{self._upper(link)}_{{{_indices(index, shape, 0 if of_words else 1)}}}"

    def part(self, link: int, part: Part, into: int, out: int) -> str:
        """One factor of the slope of a link."""
        if part.array in self.network.param_shapes[link]:
            return self.param(link, part.array, part.at)
        x, y = self.value(link, into), self.value(link + 1, out)
        if part.array == "slope":
            return rf"\varphi'\!\left({x}\right)"
        if part.array == "mask":
            return f"m{self._upper(link)}_{{{_indices(part.at, self.network.shapes[link])}}}"
        if part.array == "scale":
            return r"\frac{1}{1-p}"
        if part.array == "argmax":
            return rf"[{x}\text{{ won }}{y}]"
        return rf"\frac{{\partial {y}}}{{\partial {x}}}"


def _indices(index: Index, shape: tuple[int, ...], first: int = 1) -> str:
    """Counted from 1, the rows from `first`; commas where one could have two digits, or where there are more than two."""
    counted = (index[0] + first, *(i + 1 for i in index[1:]))
    return ("," if max(shape) > 9 or len(shape) > 2 else "").join(map(str, counted))


def place(*parts: object) -> str:
    """A path in the page's store: trace.layers.2.output.0.3."""
    return ".".join(str(p) for part in parts for p in (part if isinstance(part, tuple) else (part,)))


GREEK = {
    "η": r"\eta", "μ": r"\mu", "β₁": r"\beta_1", "β₂": r"\beta_2", "ε": r"\varepsilon", "λ": r"\lambda", "ρ": r"\rho",
    "α": r"\alpha",
    "γ": r"\gamma", "δ": r"\delta", "ν": r"\nu", "κ": r"\kappa", "β": r"\beta",
}  # fmt: skip


def hyperparameters(kind: Kind) -> dict[str, tuple[str, float]]:
    """{symbol in LaTeX: (field, value)} of every field of a kind that has a symbol."""
    found = {rule.symbol: (name, getattr(kind, name)) for name, rule in rules(type(kind)).items() if rule.symbol}
    return {GREEK.get(symbol, symbol): entry for symbol, entry in found.items()}
