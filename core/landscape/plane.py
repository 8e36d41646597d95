"""The contract of a plane: from a state, and what the run has visited, to a basis."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.address import Address
from core.experiment import Experiment
from core.flat import flat
from core.landscape.basis import Basis
from core.landscape.directions import filter_normalised, gaussian, independent, perpendicular, unit
from core.numeric import Params
from core.spec import Kind, Rule, SpecError, integer, shown
from core.state import State
from core.training import stepping
from core.work import Work, finished


@dataclass(frozen=True)
class View:
    """What a plane is laid through: an experiment, the state it has reached, the states that the run has visited."""

    experiment: Experiment
    state: State
    visits: Sequence[State] = ()
    update: Params = ()  # the one that the state is about to take, for a plane that looks at it

    @property
    def params(self) -> Params:
        """The state's parameters."""
        return self.state.params

    def gradient(self) -> Params:
        """dL/d(every parameter) over all training examples, penalty included: the slope of the surface that is drawn."""
        train = self.experiment.train
        with np.errstate(all="ignore"):
            return self.experiment.network.gradient(self.params, train.x, train.y)


@dataclass(frozen=True)
class Plane(Kind):
    """Two directions in the space of all parameters, and where they cross.

    The directions of a `steady` plane do not depend on where the run is, so its window stays where the path begins.
    """

    steady = False
    least = 2  # parameters that the network must have

    def replays(self) -> int:
        """How many updates of the run, from its start, the plane needs to see where no visited states are handed in."""
        return 0

    def looks_ahead(self) -> bool:
        """Does it look at the update that the state is about to take?"""
        return False

    def products(self, visits: int, size: int) -> int:
        """Multiplications that finding it takes, of so many visited states and parameters, beside losses and gradients."""
        return 0

    def basis(self, view: View) -> Basis:
        """Origin and directions.  Raises SpecError where the network or the run has no such plane."""
        return finished(self.laying(view))

    def laying(self, view: View) -> Work[Basis]:
        """The same in pieces, among them those of the update, whose gradient may be swept weight by weight."""
        self._check(view)
        if self.looks_ahead():
            _, trace = yield from stepping(view.experiment, view.state)
            view = replace(view, update=trace.updates)
        return (yield from self.pieces(view))

    def _check(self, view: View) -> None:
        """Are there enough numbers to be moved, and can lengths be taken of them?"""
        size = view.experiment.network.size
        if size < self.least:
            count = "two weights or biases" if self.least == 2 else "a weight"
            raise SpecError("layers", f"expected {count} or more that can be moved, got {size}", "add a dense layer")
        with np.errstate(over="ignore"):
            square = float(flat(view.params) @ flat(view.params))
        if not np.isfinite(square):
            raise SpecError("state", "the weights are so large that their squares are beyond all numbers: there is no plane here",
                            "go back a few steps, or take a smaller learning rate")  # fmt: skip

    @abstractmethod
    def laid(self, view: View) -> Basis:
        """The same, where there are so many numbers to be moved."""

    def pieces(self, view: View) -> Work[Basis]:
        """`laid` in pieces; one piece, where a plane does not take long."""
        yield 0.0
        return self.laid(view)


def parse_addresses(given: Any, count: int) -> tuple[str, ...]:
    """So many addresses, each different from the others.  Raises SpecError."""
    if not isinstance(given, (list, tuple)) or len(given) != count:
        raise SpecError("addresses", f"expected a list of two addresses, got {shown(given)}", 'such as ["0/W/0,0", "0/W/0,1"]')
    found = tuple(str(Address.parse(text, f"addresses.{i}")) for i, text in enumerate(given))
    if len(set(found)) < count:
        raise SpecError("addresses.1", f"expected another weight than {found[0]}", "two different weights span a plane")
    return found


@dataclass(frozen=True)
class Weights(Plane):
    """d = the unit vector of one parameter each."""

    kind = "weights"
    steady = True
    title = "Two weights"
    help = "Two weights or biases are moved, all others stay."
    latex = r"L(\ldots, w_a + \alpha, \ldots, w_b + \beta, \ldots)"

    addresses: tuple[str, ...] = field(
        metadata={"rule": Rule("addresses", help="Two weights or biases, such as 0/W/0,0 and 0/b/0.")}
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "addresses", parse_addresses(self.addresses, 2))

    def laid(self, view: View) -> Basis:
        """1 at the address, 0 elsewhere: α and β are how far the two are moved."""
        places = [Address.parse(text) for text in self.addresses]
        one, two = (unit(view.params, place, f"plane.addresses.{i}") for i, place in enumerate(places))
        return Basis(view.params, (one, two), self.addresses, reach=3.0)


@dataclass(frozen=True)
class Random(Plane):
    """d ~ N(0, 1), each filter scaled to the norm of the network's own; biases stay  (Li et al. 2018)."""

    kind = "random"
    steady = True
    title = "Random plane"
    help = "Two random directions, each filter scaled to the length of the network's own; biases stay."
    latex = r"d_{i,j} \leftarrow \frac{d_{i,j}}{\lVert d_{i,j} \rVert} \lVert \theta_{i,j} \rVert"

    seed: int = integer(0, low=0, high=2**31 - 1, help="Decides the two directions.")

    def laid(self, view: View) -> Basis:
        """Filter-normalised Gaussian directions, as published: not perpendicular, but nearly so in many dimensions."""
        one, two = (filter_normalised(view.params, self.seed, i) for i in range(2))
        notes: tuple[str, ...] = ()
        if not any(a.any() for tensors in one for a in tensors.values()):
            one = gaussian(view.params, self.seed, 0)
            notes = ("every weight is 0, so there is no filter to take the length of: the directions are not normalised",)
        if not independent(one, two):
            length = float(np.sqrt(sum((a * a).sum() for tensors in one for a in tensors.values())))
            two = perpendicular(one, two, length, self.seed).direction
            notes = (*notes, "two filter-normalised directions do not span a plane here: the second also moves biases")
        return Basis(view.params, (one, two), ("α", "β"), notes=notes)
