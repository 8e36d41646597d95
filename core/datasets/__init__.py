"""The data sets, in the order in which they are offered."""

from core.datasets.base import Dataset, Samples
from core.datasets.clouds import Circle, Gauss, Moons, Spiral
from core.datasets.digits import Digits
from core.datasets.functions import Bumps, Events, Line, Plane, Sine
from core.datasets.iris import Iris
from core.datasets.logic import And, Or, Xor
from core.datasets.points import Points
from core.datasets.sentences import Sentences
from core.datasets.signals import Signals
from core.spec import Catalogue

DATASETS: Catalogue[Dataset] = Catalogue(
    "data", Xor, And, Or, Circle, Gauss, Moons, Spiral, Line, Plane, Sine, Bumps, Events, Iris, Digits, Sentences, Signals, Points
)

__all__ = ["DATASETS", "Dataset", "Samples"]
