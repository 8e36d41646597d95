"""A line in the space of all parameters: along one weight, along −gradient, along the next update."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.address import Address
from core.flat import flat
from core.landscape.basis import Basis
from core.landscape.directions import unit
from core.landscape.plane import Plane, View
from core.numeric import Params, finite
from core.spec import Rule, SpecError, choice, shown


@dataclass(frozen=True)
class Line(Plane):
    """L(θ + t d) along one direction d.

    Along −gradient, d = −∇L over all training examples, so t is the learning rate; along the update, t = 1 is the next state;
    along a weight, t is how far it is moved.
    """

    kind = "line"
    title = "A line"
    help = "The loss along one direction: one weight, minus the gradient (t is then the learning rate), or the next update."
    latex = r"L(\theta + t\,d)"

    along: str = choice("gradient", ("gradient", "update", "weight"), help="Which direction.")
    address: str | None = field(
        default=None, metadata={"rule": Rule("address", nullable=True, help="For a line along a weight: which, such as 0/W/0,0.")}
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.along == "weight") != (self.address is not None):
            hint = "give the address of one weight with along = weight, and none otherwise"
            raise SpecError(
                "address", f"expected {'an address' if self.along == 'weight' else 'null'}, got {shown(self.address)}", hint
            )
        if self.address is not None:
            object.__setattr__(self, "address", str(Address.parse(self.address, "address")))

    def looks_ahead(self) -> bool:
        """A line along the update does."""
        return self.along == "update"

    def laid(self, view: View) -> Basis:
        """One direction through the state."""
        if self.along == "weight":
            place = Address.parse(self.address)
            return Basis(view.params, (unit(view.params, place, "plane.address"),), (str(place),), reach=3.0)
        if self.along == "update":
            return self._nonzero(view, view.update, "share of the update", 4.0)
        descent = tuple({n: -a for n, a in tensors.items()} for tensors in view.gradient())
        rate = getattr(view.experiment.optimizer, "learning_rate", 0.1)
        return self._nonzero(view, descent, "learning rate", 4.0 * float(rate))

    def _nonzero(self, view: View, direction: Params, label: str, reach: float) -> Basis:
        if not finite(direction):
            raise SpecError(
                "state", f"the {self.along} is not finite here", "go back a few steps, or take a smaller learning rate"
            )
        if np.linalg.norm(flat(direction)) == 0.0:
            raise SpecError("plane.along", f"the {self.along} is 0 here: it leads nowhere", "look along one weight instead")
        return Basis(view.params, (direction,), (label,), reach)
