"""The loss as a landscape: planes and lines through the space of all parameters, and the run's path on them."""

from core.landscape.basis import Basis, Shadow
from core.landscape.line import Line
from core.landscape.plane import Plane, Random, View, Weights
from core.landscape.points import Points
from core.landscape.race import Race
from core.landscape.slice import cut
from core.landscape.steepest import Gradient
from core.landscape.survey import Wish, replayed, surface, survey
from core.landscape.sweep import Sweep
from core.landscape.trajectory import Trajectory
from core.landscape.visits import kept
from core.spec import Catalogue
from core.work import Work, finished

PLANES: Catalogue[Plane] = Catalogue("plane", Weights, Random, Trajectory, Gradient, Points, Line)

__all__ = [
    "PLANES",
    "Basis",
    "Line",
    "Plane",
    "Race",
    "Shadow",
    "Sweep",
    "View",
    "Wish",
    "Work",
    "cut",
    "finished",
    "kept",
    "replayed",
    "surface",
    "survey",
]
