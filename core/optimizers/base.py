"""The contract of an optimizer: what it reads, what it remembers, what it decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from core.losses import Loss
from core.numeric import Array
from core.penalties import Penalty
from core.spec import Kind, number

Slots = dict[str, Array]


class Change(NamedTuple):
    """What an optimizer decides for one parameter array."""

    update: Array  # Δw = after − before
    slots: Slots  # what it remembers for the next step
    shown: dict[str, Array]  # what it computed on the way, for display: v̂, m̂ …


@dataclass(frozen=True)
class Optimizer(Kind):
    """An optimizer: it reads the gradient, number by number, or (`reads`) the residuals and their Jacobian, all at once."""

    reads: ClassVar[str] = "gradient"  # or "residuals": it needs residuals and Jacobian
    squares: ClassVar[frozenset[str]] = frozenset()  # its slots that hold squares, and so nothing negative
    equations: ClassVar[tuple[str, ...]] = ()  # its steps, as LaTeX, ending in Δw

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """What the catalogue says of an optimizer."""
        return {"reads": cls.reads, "equations": list(cls.equations)}

    def slots(self, value: Array) -> Slots:
        """What is remembered of one parameter array, before the first update."""
        return {}

    def shared(self) -> dict[str, float]:
        """What is remembered of the whole run, before the first update."""
        return {}

    def check(self, loss: Loss, penalty: Penalty, weights: int, residuals: int) -> None:
        """Raises SpecError (its field relative to the optimizer) where it cannot minimise this loss of so many numbers."""

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """The change of one parameter array: its gradient, what was remembered, the number k ≥ 1 of this update, its value."""
        raise TypeError(f"{self.kind} reads {self.reads}, not the gradient: there is no change of one array alone")


def rate_field(default: float) -> Any:
    """η, the learning rate."""
    told = "What the optimizer makes of the gradient is multiplied by it."
    return number(default, low=0.0, high=1000.0, above=True, step="log", symbol="η", help=told)


def epsilon_field(default: float) -> Any:
    """ε under a division."""
    return number(default, low=0.0, high=1.0, above=True, step="log", symbol="ε", help="Keeps the division finite.")


def share_field(default: float, symbol: str, help: str) -> Any:
    """A share from 0 up to, but not, 1 of something that is kept from step to step."""
    return number(default, low=0.0, high=1.0, below=True, symbol=symbol, help=help)
