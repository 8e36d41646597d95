"""L(origin + α d₀ + β d₁): the stages of the loss surface, in 3-D and as a contour; the page brings the heights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.figures.plots import Figure, axis, colours, figure, layout, theme_of
from core.experiment import Experiment

EYE = {"x": 1.0, "y": -1.1, "z": 0.75}
FLAT = [[0.0, 0.0], [0.0, 0.0]]


def scale(theme: str) -> list[list[Any]]:
    """The sequential colours of heights, low to high: even steps of the palette's ramp."""
    ramp = colours(theme)["ramp"].split()
    return [[i / (len(ramp) - 1), colour] for i, colour in enumerate(ramp)]


def build(experiment: Experiment, options: Mapping[str, Any]) -> Figure:
    """z = L(α, β): one Plotly surface with its level lines; the camera is the user's (`uirevision`).

    Surface and axes are hidden until the page has brought heights: a slow graphics card shows a scene long after it was drawn.
    """
    theme = theme_of(options)
    c = colours(theme)
    level = {"show": True, "usecolormap": False, "color": c["line"], "width": 1, "highlight": False}
    surface = {
        "type": "surface", "x": [-1, 1], "y": [-1, 1], "z": FLAT, "hidesurface": True,
        "colorscale": scale(theme), "showscale": False,
        "contours": {"z": level, "x": {"highlight": False}, "y": {"highlight": False}},
        "lighting": {"ambient": 0.85, "diffuse": 0.35, "specular": 0.05, "roughness": 0.9}, "hoverinfo": "skip",
    }  # fmt: skip
    scene = {
        "xaxis": _side(theme), "yaxis": _side(theme), "zaxis": _side(theme),  # the page names them nearer than Plotly would
        "aspectmode": "manual", "aspectratio": {"x": 1.08, "y": 1.08, "z": 0.55},
        "camera": {"eye": EYE, "center": {"x": 0, "y": 0, "z": -0.2}}, "uirevision": "keep", "dragmode": "turntable",
    }  # fmt: skip
    placed = {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "paper_bgcolor": "rgba(0,0,0,0)", "scene": scene, "uirevision": "keep",
              "showlegend": False}  # fmt: skip
    return figure([surface], placed, name="Loss surface in 3-D", scale=scale(theme))


def _side(theme: str) -> dict[str, Any]:
    c = colours(theme)
    small = {"size": 11, "color": c["muted"]}
    return {
        "visible": False, "title": {"text": "", "font": small}, "tickfont": {"size": 10, "color": c["muted"]},
        "gridcolor": c["grid"], "zerolinecolor": c["grid"], "nticks": 5, "showspikes": False, "showbackground": False,
    }  # fmt: skip


def contour(experiment: Experiment, options: Mapping[str, Any]) -> Figure:
    """The same plane from above: axes only; heights and level lines are painted under them, the ball and its path above."""
    theme = theme_of(options)
    trace = {"type": "scatter", "mode": "markers", "x": [0], "y": [0], "opacity": 0, "hoverinfo": "skip", "name": "the plane"}
    placed = layout(
        theme,
        axis(theme, "α", range=[-1, 1], showgrid=False),
        axis(theme, "β", range=[-1, 1], showgrid=False),
        margin={"l": 48, "r": 8, "t": 6, "b": 36, "pad": 0},
    )
    return figure([trace], placed, name="Loss surface from above", scale=scale(theme))
