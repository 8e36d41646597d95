"""The plane of the gradient and a second direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.flat import flat
from core.landscape.basis import Basis
from core.landscape.directions import filter_normalised, gaussian, perpendicular, scaled
from core.landscape.plane import Plane, View
from core.numeric import Params, finite
from core.spec import SpecError, choice, integer

VELOCITIES = ("velocity", "m")  # what the optimizers call their running mean of gradients


@dataclass(frozen=True)
class Gradient(Plane):
    """d₁ = g / ‖g‖, d₂ ⟂ d₁ of length 1: so the gradient stands at a right angle to the level lines.

    g is the gradient of the loss over all training examples, which is the surface that is drawn.
    """

    kind = "gradient"
    title = "The gradient's plane"
    help = "One axis is the direction of steepest ascent; plain gradient descent goes straight down it."
    latex = r"d_1 = \frac{\nabla L}{\lVert \nabla L \rVert},\quad d_2 \perp d_1"

    second: str = choice(
        "random",
        ("random", "update", "momentum"),
        help="The second direction: random and filter-normalised, the next update, or the optimizer's running mean of gradients.",
    )
    seed: int = integer(0, low=0, high=2**31 - 1, help="Decides a random direction.")

    def looks_ahead(self) -> bool:
        """With the update as its second direction it does."""
        return self.second == "update"

    def laid(self, view: View) -> Basis:
        """Both directions of length 1; the second is what is left of the wanted one at a right angle to the gradient."""
        gradient, notes = view.gradient(), list[str]()
        if not finite(gradient):
            raise SpecError("state", "the gradient is not finite here", "go back a few steps, or take a smaller learning rate")
        size = float(np.linalg.norm(flat(gradient)))
        if size == 0.0:
            gradient = gaussian(view.params, self.seed, 0)
            notes.append("the gradient is 0 here: a random direction stands in for it")
        two, note = perpendicular(gradient, self._second(view), 1.0, self.seed)
        reach = max(1.0, 0.3 * float(np.linalg.norm(flat(view.params))))
        label = self.second if not note else "random"
        return Basis(view.params, (scaled(gradient, 1.0), two), ("gradient", f"{label}, ⟂ gradient"), reach,
                     tuple(notes + [note] * bool(note)), {"gradient_norm": size})  # fmt: skip

    def _second(self, view: View) -> Params:
        if self.second == "update":
            return view.update
        if self.second == "momentum":
            return _velocity(view)
        return filter_normalised(view.params, self.seed, 1)


def _velocity(view: View) -> Params:
    """The optimizer's running mean of gradients.  Raises SpecError where it has none."""
    for name in VELOCITIES:
        if all(name in slots for tensors in view.state.slots for slots in tensors.values()):
            return tuple({n: slots[name] for n, slots in tensors.items()} for tensors in view.state.slots)
    raise SpecError("plane.second", f"{view.experiment.optimizer.title} keeps no running mean of gradients",
                    "choose momentum, Nesterov momentum or Adam as the optimizer, or update as the second direction")  # fmt: skip
