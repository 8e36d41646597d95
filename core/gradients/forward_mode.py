"""L(w + ε) = L + (dL/dw) ε, ε² = 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from core.dual import Dual, tangent
from core.gradients.base import Slope, SweepingMethod
from core.network import Network, Noises
from core.numeric import Array, Params


@dataclass(frozen=True)
class ForwardMode(SweepingMethod):
    """L(w + ε) = L + (dL/dw) ε, ε² = 0: dual numbers through the very same `forward` (Wengert 1964).

    One evaluation gives the derivative by one weight; backpropagation gives all of them.
    """

    kind = "forward_mode"
    title = "Forward mode"
    help = "Sends each weight's own derivative forward through the network, beside the numbers."
    latex = r"L(w + \varepsilon) = L(w) + \frac{\partial L}{\partial w}\, \varepsilon,\quad \varepsilon^2 = 0"

    def slope(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Slope:
        """One evaluation for every weight, from the link on that holds it."""

        def slope(i: int, name: str, index: tuple[int, ...]) -> float:
            unit = np.zeros_like(params[i][name])
            unit[index] = 1.0
            direction = tuple({name: unit} if j == i else {} for j in range(len(params)))
            return derivative_along(network, params, direction, x, target, noises)

        return slope


def derivative_along(
    network: Network, params: Params, direction: Params, x: Array, target: Array, noises: Noises | None = None
) -> float:
    """d/dt L(params + t · direction) at t = 0, in one evaluation; arrays that the direction leaves out stay constants."""
    moved: list[dict[str, Any]] = [
        {name: Dual(a, d[name]) if name in d else a for name, a in tensors.items()}
        for tensors, d in zip(params, direction, strict=True)
    ]
    return float(tangent(network.objective(cast("Params", tuple(moved)), x, target, noises)))
