"""The part of a plane that is looked at: its own reach, and as much more as its places need."""

from __future__ import annotations

import numpy as np

from core.numeric import Array

EDGE = 0.94  # of a side of the window: a place that comes nearer to its end makes it longer
WIDE = np.array([1.5, 1.0])  # a picture is wider than high, and a unit is to be as long on both axes
GROWTH = 1.5  # times as long at once, so that the window stays while a run goes on in it


def window(reach: float, centre: Array, places: Array) -> Array:
    """[[from, to], …] (2, 2): reach · 1.5ᵏ from the centre on each side, with the least k >= 0 for which all places (M, 2) fit.

    So it depends on the places alone, not on the windows before it. No axis is shorter than half the longest, so that a nearly
    straight path does not stretch the picture.
    """
    away = places - centre
    far = np.stack([-away.min(axis=0), away.max(axis=0)], axis=1)  # (2 axes, 2 sides)
    far = np.where(np.isfinite(far), far, 0.0)
    least = reach * WIDE[:, None]
    times = np.ceil(np.log(np.maximum(far / (EDGE * least), 1.0)) / np.log(GROWTH))
    sides = least * GROWTH**times
    length = sides.sum(axis=1, keepdims=True)
    sides = sides + np.maximum(0.5 * length.max() - length, 0.0) / 2
    return np.stack([centre - sides[:, 0], centre + sides[:, 1]], axis=1)


def evenly(low: float, high: float, count: int) -> Array:
    """Places from low to high, (count,): what rounding leaves in place of a 0 between them is a 0."""
    found = np.linspace(low, high, count)
    found[np.abs(found) < 4.0 * np.spacing(max(abs(low), abs(high)))] = 0.0
    return found
