"""dL/dw ≈ (L(w + h) − L(w − h)) / 2h."""

from __future__ import annotations

from dataclasses import dataclass

from core.gradients.base import Slope, SweepingMethod
from core.network import Network, Noises
from core.numeric import Array, Params
from core.spec import number


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
    accuracy = (
        "about 1e-10 where the loss is smooth: a larger step bends the secant, a smaller one drowns in rounding; "
        "at a kink, such as a ReLU whose z is exactly 0, it is the mean of the slopes on both sides"
    )

    step: float = number(6e-6, low=1e-14, high=1.0, step="log", symbol="h", help="How far a weight moves, in max(1, |w|).")

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
