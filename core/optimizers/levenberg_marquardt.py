"""(JᵀJ + λ I) Δ = −Jᵀ r: between gradient descent and the Gauss-Newton method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from core.losses import Loss
from core.numeric import Array
from core.optimizers.base import Optimizer
from core.penalties import Penalty
from core.spec import SpecError, lowered, number

MOST_TRIES = 16
MOST_WEIGHTS = 600  # a system of so many equations is solved at every try
MOST_NUMBERS = 2_000_000  # in the Jacobian
DAMPINGS = (1e-15, 1e15)
MOST_TOLD = 4000  # numbers of all tries' changes together: a trace stays small


class LeastSquares(NamedTuple):
    """L = ½ ‖r‖² at the present parameters: what a method for least squares reads."""

    residuals: Array  # r (M,)
    jacobian: Array  # ∂r/∂w (M, P)
    loss: Callable[[Array], float]  # L after a change Δ (P,) of the parameters


class Solution(NamedTuple):
    """The change that was accepted, 0 if none was; the damping to go on with; every try on the way."""

    change: Array  # Δ (P,)
    damping: float
    tries: list[dict[str, Any]]  # {"damping", "loss", "accepted", "change"}: Δ (P,), None where there is none or too many numbers
    evaluations: int  # of the loss: before the first try, and after every try that could be solved


@dataclass(frozen=True)
class LevenbergMarquardt(Optimizer):
    """(JᵀJ + λ I) Δw = −Jᵀ r, λ raised until the loss does not rise  (Levenberg 1944, Marquardt 1963).

    A large λ gives a short step of gradient descent, Δw ≈ −(1/λ) ∇L; a small λ gives Gauss-Newton's.
    """

    kind = "levenberg_marquardt"
    title = "Levenberg–Marquardt"
    help = "For squared errors: solves for the step with the residuals' Jacobian, and takes it only if the loss does not rise."
    latex = r"(J^{\mathsf T} J + \lambda I)\, \Delta w = -J^{\mathsf T} r"
    reads = "residuals"
    equations = (
        r"L = \tfrac12 \lVert r \rVert^2",
        r"(J^{\mathsf T} J + \lambda I)\, \Delta w = -J^{\mathsf T} r",
        r"\lambda \leftarrow \begin{cases} \lambda / \nu & \Delta L \le 0 \\ \lambda\,\nu & \text{else; try again} \end{cases}",
    )

    damping: float = number(0.01, low=1e-12, high=1e12, step="log", symbol="λ", help="The damping of the first step.")
    factor: float = number(10.0, low=1.0, high=1000.0, above=True, symbol="ν", help="By how much the damping rises and falls.")

    def shared(self) -> dict[str, float]:
        """The damping."""
        return {"damping": float(self.damping)}

    def check(self, loss: Loss, penalty: Penalty, weights: int, residuals: int) -> None:
        """Raises SpecError where the loss is no sum of squares, or the system of equations is too large."""
        if not loss.sum_of_squares:
            raise SpecError("kind", f"{self.title} needs a loss that is a sum of squares; {lowered(loss.title)} is not",
                            "choose half squared error or squared error as the loss, or Adam as the optimizer")  # fmt: skip
        if penalty.kind not in ("none", "l2"):
            raise SpecError("kind", f"{self.title} needs a penalty that is a sum of squares; {penalty.title} is not",
                            "choose L2 or none as the penalty, or Adam as the optimizer")  # fmt: skip
        if weights > MOST_WEIGHTS:
            raise SpecError("kind", f"{self.title} solves for all weights at once: expected at most {MOST_WEIGHTS}, got "
                            f"{weights:,}", "use fewer units, or Adam as the optimizer")  # fmt: skip
        if weights * residuals > MOST_NUMBERS:
            raise SpecError("kind", f"{self.title}'s Jacobian would hold {residuals:,} × {weights:,} numbers, expected at "
                            f"most {MOST_NUMBERS:,}", "use a smaller batch or fewer units, or Adam as the optimizer")  # fmt: skip

    @staticmethod
    def multiplications(numbers: int, weights: int, tries: int) -> int:
        """Of JᵀJ and Jᵀr, and of one elimination a try: M P² + M P + tries · (P³/3 + P²)."""
        return numbers * weights * (weights + 1) + tries * (weights**3 // 3 + weights**2)

    def solve(self, problem: LeastSquares, damping: float) -> Solution:
        """Try λ, λν, λν², … until the loss does not rise; Δ = 0 if it does at every try."""
        before = problem.loss(np.zeros(problem.jacobian.shape[1]))
        square, slope = problem.jacobian.T @ problem.jacobian, problem.jacobian.T @ problem.residuals
        tries: list[dict[str, Any]] = []
        evaluations = 1
        for _ in range(MOST_TRIES):
            damping = min(max(damping, DAMPINGS[0]), DAMPINGS[1])
            change = _solved(square + damping * np.eye(len(slope)), -slope)
            loss = np.inf if change is None else problem.loss(change)
            evaluations += change is not None
            accepted = change is not None and loss <= before
            told = change if (len(tries) + 1) * len(slope) <= MOST_TOLD else None
            tries.append({"damping": damping, "loss": loss, "accepted": accepted, "change": told})
            if change is not None and accepted:
                return Solution(change, max(damping / self.factor, DAMPINGS[0]), tries, evaluations)
            damping *= self.factor
        return Solution(np.zeros_like(slope), min(damping, DAMPINGS[1]), tries, evaluations)


def _solved(matrix: Array, right: Array) -> Array | None:
    """The solution of a system of equations; None where it has none that is finite."""
    try:
        found: Array = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found).all() else None
