"""Plotly figures as plain dicts: the stage, built once per architecture; JavaScript moves the actors.

A figure's function takes the experiment and how it is drawn (`options`: theme, width, height) and gives
`{"data": […], "layout": {…}, "meta": {…}}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from app.figures import boundary, line, loss, race, surface
from app.figures.network import network
from core.experiment import Experiment

Figure: TypeAlias = Callable[[Experiment, Mapping[str, Any]], dict[str, Any]]

# One line a figure, added by the module's owner.
FIGURES: dict[str, Figure] = {
    "network": network,
    "loss": loss.build,
    "boundary": boundary.build,
    "surface": surface.build,
    "contour": surface.contour,
    "line": line.build,
    "race": race.build,
    "race_paths": race.paths,
}
