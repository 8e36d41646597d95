"""The plane that the run itself moves in most: the principal components of the states that it visited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.flat import flat, unflat
from core.landscape.basis import Basis
from core.landscape.directions import gaussian, perpendicular
from core.landscape.plane import Plane, View
from core.landscape.principal import Components, principal, products
from core.numeric import Params
from core.spec import SpecError, choice, integer
from core.work import Work, finished

ROOM = 0.6  # of the way to the farthest visited state is seen on every side of the present one


@dataclass(frozen=True)
class Trajectory(Plane):
    """d₁, d₂ = the two principal components of the states that the run visited  (Li et al. 2018, section 7)."""

    kind = "trajectory"
    title = "The run's own plane"
    help = "The two directions in which the run moved most: the principal components of the states that it visited."
    latex = r"\Theta - \bar\Theta = U S V^{\mathsf T},\quad d_1 = V_1,\ d_2 = V_2"

    steps: int = integer(100, low=2, high=100_000, help="How many updates of the run, from its start, are looked at.")
    through: str = choice("state", ("state", "mean"), help="Whether it passes through the present state or the mean.")

    def replays(self) -> int:
        """The run's first `steps` updates."""
        return self.steps

    def products(self, visits: int, size: int) -> int:
        """Those of the principal components."""
        return products(visits, size)

    def laid(self, view: View) -> Basis:
        """The same at once."""
        return finished(self.pieces(view))

    def pieces(self, view: View) -> Work[Basis]:
        """Orthonormal directions, so that lengths on the plane are lengths in the space of all parameters."""
        if len(view.visits) < 2:
            raise SpecError("path", "the run's own plane needs at least two visited states",
                            "take two steps or more, with a rate at which the run does not diverge at once")  # fmt: skip
        found = yield from principal([visit.params for visit in view.visits])
        if found.variance[0] == 0.0:
            raise SpecError("path", "the run has not moved: all visited states are the same", "take a few steps first")
        one, two, notes = self._directions(found, view.params)
        origin = unflat(found.mean, view.params) if self.through == "mean" else view.params
        padded = [float(v) for v in (*found.share, 0.0)[:2]]
        facts = {"explained_variance": padded, "variance": [float(v) for v in (*found.variance, 0.0)[:2]]}
        labels = tuple(f"PC {i + 1} ({100.0 * share:.1f} %)" for i, share in enumerate(padded))
        far = max(float(np.linalg.norm(flat(v.params) - flat(origin))) for v in view.visits)
        return Basis(origin, (one, two), labels, reach=ROOM * far, notes=notes, facts=facts)

    def _directions(self, found: Components, like: Params) -> tuple[Params, Params, tuple[str, ...]]:
        one = unflat(found.directions[0], like)
        if len(found.directions) > 1 and found.variance[1] > 1e-24 * found.variance[0]:
            return one, unflat(found.directions[1], like), ()
        two = perpendicular(one, gaussian(like, 0, 0), 1.0, 0).direction
        return one, two, ("the run moved along a straight line: the second direction is a random perpendicular one",)
