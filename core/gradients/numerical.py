"""dL/dw ≈ (L(w + h) − L(w − h)) / 2h."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.gradients.base import Slope, SweepingMethod
from core.network import Network, Noises
from core.numeric import Array, Params
from core.spec import number

BEST = 6e-6  # the step at which the formula's error and that of rounding are about as large


def _order(step: float) -> str:
    """The power of ten next above h² + ε/h."""
    error = step * step + np.finfo(float).eps / step
    return _short(10.0 ** np.ceil(np.round(np.log10(error), 1)))


def _short(value: float) -> str:
    """6e-6."""
    return f"{value:g}".replace("e-0", "e-")


@dataclass(frozen=True)
class Numerical(SweepingMethod):
    """dL/dw ≈ (L(w + h) − L(w − h)) / 2h, h = step · max(1, |w|): two evaluations of the network for every weight.

    The formula's error grows like h², that of rounding like ε/h: the best step is about the cube root of ε = 2.2e-16.  Within h
    of a kink (a ReLU at z = 0) it sees both sides; exactly on it, it gives the mean of both slopes, where other methods take one.
    """

    kind = "numerical"
    title = "Central differences"
    help = (
        "Moves each weight a little up and a little down, and looks what the loss does; "
        "at a kink it gives the mean of both slopes."
    )
    latex = r"\frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}"

    step: float = number(BEST, low=1e-14, high=1.0, step="log", symbol="h", help="How far a weight moves, in max(1, |w|).")

    @property
    def accuracy(self) -> str:
        """Of the step in force, to a power of ten: of losses whose third derivative is about 1, as those of the presets are."""
        found, best = (_order(step) for step in (self.step, BEST))
        ill = "so large a step bends the secant" if self.step > BEST else "so small a step drowns in rounding"
        why = (
            "a larger step bends the secant, a smaller one drowns in rounding"
            if found == best
            else f"{ill}, at {_short(BEST)} it is {best}"
        )
        return (
            f"up to about {found} where the loss is smooth: {why}; "
            "at a kink, such as a ReLU whose z is exactly 0, it is the mean of the slopes on both sides"
        )

    def slope(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Slope:
        """Two evaluations for every weight; divided by the distance that rounding really left between them."""
        work = tuple({name: a.copy() for name, a in tensors.items()} for tensors in params)

        def slope(i: int, name: str, index: tuple[int, ...]) -> float:
            array, w = work[i][name], float(work[i][name][index])
            h = self.step * max(1.0, abs(w))
            up, down = w + h, w - h
            array[index] = up
            above = network.mean_loss(work, x, target, noises)
            array[index] = down
            below = network.mean_loss(work, x, target, noises)
            array[index] = w
            return (above - below) / (up - down)

        return slope
