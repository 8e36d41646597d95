"""inputs(x) = (x - mean) / std: Fisher's irises, 150 flowers of three species by four lengths."""

from __future__ import annotations

from dataclasses import dataclass

from core.datasets.base import CC_BY, Dataset, Samples, balanced, count_field, seed_field, test_fraction_field
from core.datasets.tables import table
from core.numeric import Array
from core.randomness import generator


@dataclass(frozen=True)
class Iris(Dataset):
    """inputs(x) = (x - mean) / std over the 150 flowers; x is in centimetres, fifty flowers of each species (Fisher 1936)."""

    count: int = count_field(150, high=150)
    seed: int = seed_field()
    test_fraction: float = test_fraction_field()

    kind = "iris"
    title = "Iris"
    help = (
        "150 iris flowers of three species, by the lengths and widths of their leaves in cm. The network is given them "
        "standardised: minus the mean and divided by the standard deviation of all 150."
    )
    latex = r"x' = \frac{x - \bar x}{s}"
    task = "classes"
    source = "R. A. Fisher, Iris (1936), UCI Machine Learning Repository, archive.ics.uci.edu/dataset/53; scikit-learn's copy."
    licence = CC_BY
    raw_names = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
    labels = ("setosa", "versicolor", "virginica")

    def make(self) -> Samples:
        """x (N, 4) in cm and y (N,): `count` flowers, the species in balance, in the order of the table."""
        flowers = table("iris.csv")
        taken = balanced(flowers.y, self.count, generator(self.seed, "data"))
        return Samples(flowers.x[taken], flowers.y[taken])

    def input_names(self) -> tuple[str, ...]:
        """The measurements without their unit: standardised they are no longer centimetres."""
        return tuple(name.replace("(cm)", "(std.)") for name in self.raw_names)

    def inputs(self, raw: Array) -> Array:
        """(x - mean) / std, of the whole table whichever flowers are taken: (N, 4) -> (N, 4)."""
        flowers = table("iris.csv").x
        standard: Array = (raw - flowers.mean(axis=0)) / flowers.std(axis=0)
        return standard
