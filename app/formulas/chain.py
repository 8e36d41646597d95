"""What the numbers along the chain are called, and where in the page's store they stand.

Spaces are the places between the links: space 0 is the input x, space s the output of link s − 1.  Layers are counted as in
textbooks: a link with weights and its activation are one layer, `z` before the activation and `a` behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from math import prod

from app.formulas.mathml import signed, slot
from core.experiment import Experiment
from core.layers import Layer

STEMS = {"dropout": "d", "flatten": "f", "embedding": "e"}  # what the outputs of links are called that are neither z nor a


def var(name: str) -> str:
    """A place's part that the page chooses: a unit, a row, a term."""
    return "{" + name + "}"


def index(name: str) -> str:
    """The number, counted from 1, of what the page has chosen."""
    return f"{{⟦#{name}⟧}}"


def row(name: str) -> str:
    """The same of a number in an embedding's table, whose row bears the number of its word, from 0."""
    return f"{{⟦#0:{name}⟧}}"


@dataclass(frozen=True)
class Chain:
    """The names and places of one experiment, in one mode: an example's numbers or the batch's means."""

    experiment: Experiment
    mean: bool = False
    example: str = ""  # the name of an index: these are the numbers of that example of a sum over the batch

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The links."""
        return self.experiment.layers

    @cached_property
    def blocks(self) -> list[int]:
        """For every link the layer it belongs to, from 1; links in front of the first weights belong to it too."""
        shapes, found, number = self.experiment.network.param_shapes, [], 0
        for params in shapes:
            number += bool(params)
            found.append(max(number, 1))
        return found

    def layer_name(self, link: int) -> str:
        """«hidden layer 2», «output layer»."""
        block, last = self.blocks[link], self.blocks[-1]
        return "output layer" if block == last else f"hidden layer {block}" if last > 2 else "hidden layer"

    def size(self, space: int) -> int:
        """How many numbers an example has there."""
        return prod(self.experiment.network.shapes[space])

    def _stem(self, space: int) -> str:
        if space == 0:
            return "x"
        if space == len(self.layers):
            return r"\hat y"
        kind, params = self.layers[space - 1], self.experiment.network.param_shapes[space - 1]
        if kind.kind in STEMS:
            return STEMS[kind.kind]
        return "z" if params else "a" if kind.activation else "p" if "pool" in kind.kind else "h"

    def rule(self, link: int, written: str) -> str:
        """A rule of a link that has no weights: what goes in, a in the catalogue, by the letter of the numbers beside it."""
        return re.sub(r"(?<![\\A-Za-z])a(?![A-Za-z])", lambda _: self._stem(link), written)

    def _upper(self, space: int, named: bool = True) -> str:
        """The indices above: the layer in parentheses, the example in square brackets."""
        layer = f"({self.blocks[space - 1]})" if named and self.blocks[-1] > 1 else ""
        example = f"[{self.number}]" if self.example else ""
        return f"^{{{layer}{example}}}" if layer or example else ""

    def value(self, space: int, at: str = "j") -> str:
        """LaTeX of one number of a space; `at` names the page's choice of the unit.  ⟨…⟩ is the batch's mean."""
        name = self._stem(space) + self._upper(space, 0 < space < len(self.layers))
        return self._mean(name if self.size(space) == 1 else f"{name}_{{{index(at)}}}")

    def _mean(self, latex: str) -> str:
        return rf"\langle {latex} \rangle" if self.mean else latex

    def vector(self, space: int) -> str:
        """LaTeX of a space's numbers as a vector."""
        if space == len(self.layers):
            return r"\hat{\mathbf y}" + self._upper(space, named=False)
        return rf"\mathbf {self._stem(space)}{self._upper(space, space > 0)}"

    def is_z(self, space: int) -> bool:
        """Is ∂ℓ/∂(these numbers) what textbooks call δ?"""
        return space > 0 and bool(self.experiment.network.param_shapes[space - 1])

    def grad(self, space: int, at: str = "j") -> str:
        """LaTeX of ∂ℓ/∂(one number of a space): δ where it is a pre-activation."""
        if self.is_z(space):
            name = rf"\delta{self._upper(space)}"
            return self._mean(name if self.size(space) == 1 else f"{name}_{{{index(at)}}}")
        below = Chain(self.experiment).value(space, at)
        return self._mean(rf"\frac{{\partial {self.loss}}}{{\partial {below}}}")

    @property
    def number(self) -> str:
        """The example's number in the data, as the page names it everywhere: «example 42» is 42."""
        return slot(f"trace.batch.indices.{var(self.example)}")

    @property
    def loss(self) -> str:
        """LaTeX of an example's loss."""
        return rf"\ell^{{[{self.number}]}}" if self.example else r"\ell"

    def grad_vector(self, space: int) -> str:
        """LaTeX of ∂ℓ/∂(a space's numbers) as a vector."""
        if self.is_z(space):
            return rf"\boldsymbol\delta{self._upper(space)}"
        return rf"\frac{{\partial \ell}}{{\partial {self.vector(space)}}}"

    def of(self, example: str) -> Chain:
        """The same names for one example of a sum over the batch."""
        return Chain(self.experiment, example=example)

    def weight(self, link: int, *at: str, name: str = "w") -> str:
        """LaTeX of one parameter."""
        upper = f"^{{({self.blocks[link]})}}" if self.blocks[-1] > 1 else ""
        shapes = self.experiment.network.param_shapes[link].values()
        wide = any(len(shape) > 2 or max(shape) > 9 for shape in shapes)
        first, *others = at
        indices = ((row if self.layers[link].indices else index)(first), *map(index, others))
        return rf"{name}{upper}_{{{(',' if wide else '').join(indices)}}}"

    def matrix(self, link: int, name: str = "W") -> str:
        """LaTeX of a link's weights or biases, all of them."""
        upper = f"^{{({self.blocks[link]})}}" if self.blocks[-1] > 1 else ""
        return (r"\mathbf b" if name == "b" else name) + upper

    def place(self, link: int, array: str, at: str = "j") -> str:
        """Where a number of a link's array stands: the shown example's, or the batch's mean."""
        return f"trace.mean.{link}.{array}.{var(at)}" if self.mean else f"trace.layers.{link}.{array}.{var('row')}.{var(at)}"

    def param(self, link: int, name: str, *at: str) -> str:
        """Where a parameter stands, as it was before the update."""
        return ".".join(("trace.before", str(link), name, *map(var, at)))

    def out(self, link: int, at: str = "j") -> str:
        """A link's output, as a number slot."""
        return slot(self.place(link, "output", at))

    def into(self, link: int, at: str = "j") -> str:
        """A link's input, as a number slot that may stand within a product."""
        return signed(self.place(link, "input", at))
