"""P(α, β) = origin + α d₀ + β d₁: a plane, or a line, in the space of all parameters, and what lies where on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from core.flat import flat, length, unflat
from core.numeric import Array, Params


class Shadow(NamedTuple):
    """origin + Σ at·d + residual is the point itself; the residual is perpendicular to the plane."""

    at: Array  # (K,)
    residual: Array  # (P,)

    @property
    def distance(self) -> float:
        """‖residual‖."""
        return length(self.residual)


@dataclass(frozen=True)
class Basis:
    """K = 1 or 2 directions through an origin, each shaped as the parameters; `notes` say what is not as its name promises."""

    origin: Params
    directions: tuple[Params, ...]
    labels: tuple[str, ...]
    reach: float = 1.0  # α and β run from −reach to reach, or further where the path leads further, unless asked otherwise
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)  # further parts of the answer: explained_variance, points …

    @cached_property
    def stacked(self) -> Array:
        """Origin and directions as rows, (1 + K, P)."""
        return np.stack([flat(self.origin), *(flat(d) for d in self.directions)])

    @cached_property
    def _inverse(self) -> Array:
        """The pseudo-inverse of the directions, (K, P): directions need be neither perpendicular nor of length 1."""
        found: Array = np.linalg.pinv(self.stacked[1:].T)
        return found

    def point(self, at: Sequence[float] | Array) -> Params:
        """origin + Σ at·d."""
        moved = self.stacked[0] + np.asarray(at, dtype=np.float64) @ self.stacked[1:]
        return unflat(moved, self.origin)

    def project(self, params: Params) -> Shadow:
        """The foot of the perpendicular: argmin over `at` of ‖params − point(at)‖."""
        away = flat(params) - self.stacked[0]
        at = self._inverse @ away
        at = at + self._inverse @ (away - at @ self.stacked[1:])  # once more, so that rounding leaves no trace
        return Shadow(at, away - at @ self.stacked[1:])
