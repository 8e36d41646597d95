"""The plane through two or three given states: start, now, end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.flat import flat, unflat
from core.landscape.basis import Basis
from core.landscape.directions import filter_normalised, perpendicular
from core.landscape.plane import Plane, View
from core.numeric import Params
from core.spec import Rule, SpecError
from core.state import parse_state, start

NAMED = ("start", "now")


@dataclass(frozen=True)
class Points(Plane):
    """d₁ = p₂ − p₁, d₂ = the part of p₃ − p₁ at a right angle to d₁, as long as d₁  (Goodfellow, Vinyals & Saxe 2015).

    So the first point lies at (0, 0), the second at (1, 0), and a unit is as long on both axes.
    """

    kind = "points"
    title = "Through two or three states"
    help = "The plane that holds two or three states of the run exactly: its start, the present one, a later one."
    latex = r"d_1 = p_2 - p_1,\quad d_2 \perp d_1"

    points: tuple[Any, ...] = field(
        default=NAMED, metadata={"rule": Rule("points", help='Two or three of: "start", "now", or a state {"step", "params"}.')}
    )

    def __post_init__(self) -> None:
        given: Any = self.points
        if not isinstance(given, (list, tuple)) or len(given) not in (2, 3):
            raise SpecError("points", "expected a list of two or three states", 'such as ["start", "now"]')
        for i, point in enumerate(given):
            if not isinstance(point, Mapping) and point not in NAMED:
                raise SpecError(f"points.{i}", 'expected "start", "now" or a state', 'a state is {"step": …, "params": …}')
        object.__setattr__(self, "points", tuple(given))

    def laid(self, view: View) -> Basis:
        """The first point is the origin."""
        params = [self._read(i, point, view) for i, point in enumerate(self.points)]
        away = [flat(p) - flat(params[0]) for p in params[1:]]
        length = float(np.linalg.norm(away[0]))
        if length == 0.0:
            raise SpecError("plane.points.1", "the first two states are the same, and no line leads from one to the other",
                            "take a few steps")  # fmt: skip
        one = unflat(away[0], params[0])
        wanted = unflat(away[1], params[0]) if len(away) > 1 else filter_normalised(params[0], 0, 1)
        two, note = perpendicular(one, wanted, length, 0)
        names = [self._name(point) for point in self.points]
        second = f"towards {names[2]}" if len(away) > 1 and not note else "random, ⟂"
        basis = Basis(params[0], (one, two), (f"{names[0]} → {names[1]}", second), 1.5, (note,) if note else ())
        at = [{"name": name, "at": basis.project(p).at} for name, p in zip(names, params, strict=True)]
        return replace(basis, facts={"points": at})

    def _read(self, i: int, point: Any, view: View) -> Params:
        if point == "start":
            return start(view.experiment).params
        return view.params if point == "now" else parse_state(view.experiment, point, f"plane.points.{i}").params

    def _name(self, point: Any) -> str:
        return str(point) if isinstance(point, str) else f"step {point.get('step')}"
