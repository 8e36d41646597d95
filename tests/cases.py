"""The case table: one row or more for every member of every catalogue.  Tests walk it, and compare it with the catalogues."""

from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class LayerCase:
    """A link, the shape of its input, and whether its derivative by the input exists everywhere."""

    fields: Document
    in_shape: Shape
    words: bool = False  # its input is whole numbers: there is no derivative by it

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])

    def __str__(self) -> str:
        own = ",".join(f"{k}={v}" for k, v in self.fields.items() if k != "kind")
        return f"{self.kind}({own}) on {'x'.join(map(str, self.in_shape))}"


def link(kind: str, *in_shape: int, words: bool = False, **fields: Any) -> LayerCase:
    return LayerCase({"kind": kind} | fields, in_shape, words)


LAYERS: list[LayerCase] = [
    link("dense", 3, units=2),
    link("dense", 1, units=1),
    link("conv1d", 2, 7, filters=3, kernel=3, stride=1, padding=0),
    link("conv1d", 1, 8, filters=2, kernel=4, stride=3, padding=2),
    link("conv2d", 2, 4, 3, filters=2, kernel=3, stride=1, padding=1),
    link("conv2d", 1, 6, 7, filters=2, kernel=2, stride=2, padding=0),
    link("conv2d", 2, 4, 4, filters=1, kernel=1, stride=3, padding=2),
    link("max_pool1d", 2, 7, size=2, stride=2),
    link("max_pool1d", 1, 9, size=4, stride=1),
    link("min_pool1d", 2, 7, size=2, stride=2),
    link("min_pool1d", 1, 9, size=3, stride=2),
    link("mean_pool1d", 2, 7, size=3, stride=2),
    link("max_pool2d", 2, 4, 6, size=2, stride=2),
    link("max_pool2d", 1, 5, 5, size=3, stride=1),
    link("min_pool2d", 2, 4, 6, size=2, stride=2),
    link("min_pool2d", 1, 5, 6, size=3, stride=2),
    link("mean_pool2d", 2, 5, 6, size=3, stride=2),
    link("mean_pool2d", 1, 5, 5, size=2, stride=3),
    link("dropout", 9, drop=0.4),
    link("dropout", 2, 3, 4, drop=0.0),
    link("flatten", 2, 3, 4),
    link("embedding", 5, words=True, vocabulary=6, units=3),
    link("identity", 4),
    link("sigmoid", 4),
    link("tanh", 4),
    link("relu", 6),
    link("leaky_relu", 6, slope=0.2),
    link("elu", 6, alpha=1.0),
    link("elu", 6, alpha=0.5),
    link("softplus", 4),
    link("gelu", 4),
    link("silu", 4),
    link("exp", 4),
    link("softmax", 4),
]


@dataclass(frozen=True)
class LossCase:
    """A loss, where its predictions lie, and how its targets are drawn."""

    fields: Document
    predictions: tuple[float, float]
    targets: str  # "numbers", "bits", "one-hot", "counts", "signs"

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])


LOSSES: list[LossCase] = [
    LossCase({"kind": "half_mse"}, (-2.0, 2.0), "numbers"),
    LossCase({"kind": "mse"}, (-2.0, 2.0), "numbers"),
    LossCase({"kind": "mae"}, (-2.0, 2.0), "numbers"),
    LossCase({"kind": "huber", "delta": 1.0}, (-3.0, 3.0), "numbers"),
    LossCase({"kind": "huber", "delta": 0.3}, (-2.0, 2.0), "numbers"),
    LossCase({"kind": "binary_cross_entropy"}, (0.05, 0.95), "bits"),
    LossCase({"kind": "cross_entropy"}, (0.05, 0.95), "one-hot"),
    LossCase({"kind": "poisson"}, (0.1, 5.0), "counts"),
    LossCase({"kind": "hinge"}, (-2.0, 2.0), "signs"),
]

PENALTIES: list[Document] = [{"kind": "none"}, {"kind": "l1", "rate": 0.3}, {"kind": "l2", "rate": 0.3}]

OPTIMIZERS: list[Document] = [
    {"kind": "sgd", "learning_rate": 0.3},
    {"kind": "momentum", "learning_rate": 0.2, "momentum": 0.7},
    {"kind": "nesterov", "learning_rate": 0.2, "momentum": 0.7},
    {"kind": "adagrad", "learning_rate": 0.3, "epsilon": 1e-6},
    {"kind": "rmsprop", "learning_rate": 0.1, "decay": 0.8, "epsilon": 1e-5},
    {"kind": "adam", "learning_rate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-5},
    {"kind": "adamw", "learning_rate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-5, "weight_decay": 0.2},
    {"kind": "levenberg_marquardt", "damping": 0.05, "factor": 4.0},
]


@dataclass(frozen=True)
class KinkCase:
    """A place at which a rule has two slopes, and the one of them (or between them) that its docstring promises."""

    catalogue: str  # "layers", "loss", "penalty"
    fields: Document
    at: tuple[float, ...]  # z of a link; ŷ and y of a loss; w of a penalty
    slope: float

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])


KINKS: list[KinkCase] = [
    KinkCase("layers", {"kind": "relu"}, (0.0,), 0.0),
    KinkCase("layers", {"kind": "leaky_relu", "slope": 0.2}, (0.0,), 0.2),
    KinkCase("layers", {"kind": "elu", "alpha": 0.5}, (0.0,), 0.5),
    KinkCase("loss", {"kind": "mae"}, (0.75, 0.75), 0.0),
    KinkCase("loss", {"kind": "hinge"}, (1.0, 1.0), 0.0),
    KinkCase("loss", {"kind": "hinge"}, (-1.0, -1.0), 0.0),
    KinkCase("loss", {"kind": "huber", "delta": 0.5}, (1.5, 1.0), 0.5),
    KinkCase("loss", {"kind": "huber", "delta": 0.5}, (0.5, 1.0), -0.5),
    KinkCase("penalty", {"kind": "l1", "rate": 0.3}, (0.0,), 0.0),
]


@dataclass(frozen=True)
class InitCase:
    """An initializer, and the mean and the variance that its weights shall have for a fan-in of 30 and a fan-out of 50."""

    fields: Document
    variance: float
    mean: float = 0.0
    reach: float | None = None  # no weight lies further from the mean

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])


INITIALIZERS: list[InitCase] = [
    InitCase({"kind": "zeros"}, 0.0, reach=0.0),
    InitCase({"kind": "constant", "value": 0.7}, 0.0, 0.7, reach=0.0),
    InitCase({"kind": "uniform", "low": -1.0, "high": 3.0}, 16 / 12, 1.0, reach=2.0),
    InitCase({"kind": "normal", "std": 0.4}, 0.16),
    InitCase({"kind": "xavier_uniform"}, 2 / 80, reach=(6 / 80) ** 0.5),
    InitCase({"kind": "xavier_normal"}, 2 / 80),
    InitCase({"kind": "he_uniform"}, 2 / 30, reach=(6 / 30) ** 0.5),
    InitCase({"kind": "he_normal"}, 2 / 30),
    InitCase({"kind": "lecun_normal"}, 1 / 30),
]

GRADIENTS: list[Document] = [
    {"kind": "backprop"},
    {"kind": "numerical", "step": 6e-6},
    {"kind": "complex_step"},
    {"kind": "forward_mode"},
]

HEADS: list[tuple[str, str]] = [
    ("identity", "half_mse"), ("identity", "mse"), ("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"),
    ("exp", "poisson"),
]  # fmt: skip


@dataclass(frozen=True)
class DataCase:
    """A data set, small, and the layers and loss that make an experiment of it."""

    data: Document
    tail: tuple[Document, ...]
    loss: str
    front: tuple[Document, ...] = field(default=())

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    def experiment(self) -> Document:
        return {"data": self.data, "layers": [*self.front, *self.tail], "loss": {"kind": self.loss}}


def dense(units: int) -> Document:
    return {"kind": "dense", "units": units}


_BINARY = (dense(1), {"kind": "sigmoid"})
_FLAT: Document = {"kind": "flatten"}
_POINTS: Document = {"kind": "points", "x": [[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]], "y": [[1.0], [-0.5], [0.25]]}
DATA: list[DataCase] = [
    *(
        DataCase({"kind": kind, "count": 24}, _BINARY, "binary_cross_entropy")
        for kind in ("xor", "circle", "gauss", "spiral", "moons")
    ),
    *(DataCase({"kind": kind}, _BINARY, "binary_cross_entropy") for kind in ("and", "or")),
    *(DataCase({"kind": kind, "count": 24}, (dense(1),), "half_mse") for kind in ("line", "plane", "sine", "bumps")),
    DataCase({"kind": "events", "count": 24}, (dense(1), {"kind": "exp"}), "poisson"),
    DataCase({"kind": "iris"}, (dense(3), {"kind": "softmax"}), "cross_entropy"),
    DataCase({"kind": "digits", "count": 30}, (dense(10), {"kind": "softmax"}), "cross_entropy"),
    DataCase(
        {"kind": "sentences", "count": 20}, (_FLAT, *_BINARY), "binary_cross_entropy", ({"kind": "embedding", "vocabulary": 300},)
    ),
    DataCase({"kind": "signals", "count": 24}, (_FLAT, dense(3), {"kind": "softmax"}), "cross_entropy", ({"kind": "conv1d"},)),
    DataCase(_POINTS, (dense(1),), "half_mse"),
    DataCase(_POINTS | {"features": ["x1^2", "x1*x2"]}, (dense(1),), "half_mse"),
]
