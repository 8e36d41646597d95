"""dL/dw = Im L(w + i h) / h."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.gradients.base import Slope, SweepingMethod
from core.network import Network, Noises
from core.numeric import Array, Params

STEP = 1e-20  # its square is far below rounding, so the step makes no error of its own


@dataclass(frozen=True)
class ComplexStep(SweepingMethod):
    """dL/dw = Im L(w + i h) / h: nothing is subtracted, so h can be 1e-20 and nothing cancels (Squire & Trapp 1998).

    The very same `forward` runs on complex numbers; where it chooses (ReLU, a maximum) it looks at the real parts.
    """

    kind = "complex_step"
    title = "Complex step"
    help = "Moves each weight a tiny step into the complex plane, and reads the derivative off the imaginary part."
    latex = r"\frac{\partial L}{\partial w} = \frac{\operatorname{Im} L(w + i h)}{h}"

    def slope(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Slope:
        """One evaluation for every weight."""
        work = tuple({name: a.astype(np.complex128) for name, a in tensors.items()} for tensors in params)

        def slope(i: int, name: str, index: tuple[int, ...]) -> float:
            array, w = work[i][name], work[i][name][index]
            array[index] = complex(w.real, STEP)
            found = network.objective(work, x, target, noises)
            array[index] = w
            return float(found.imag) / STEP

        return slope
