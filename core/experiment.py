"""The experiment: what is learned, by what, how.  A document that carries everything; parsed, checked and made ready here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from core.datasets import DATASETS, Dataset
from core.datasets.base import Samples
from core.gradients import GRADIENTS, GradientMethod
from core.initializers import INITIALIZERS, Initializer
from core.kept import Kept
from core.layers import LAYERS, Layer
from core.losses import LOSSES, Loss
from core.network import Network
from core.numeric import Array
from core.optimizers import OPTIMIZERS, Optimizer
from core.penalties import PENALTIES, Penalty
from core.spec import Catalogue, Rule, SpecError, integer, lowered, many, rules, shown

MOST_LAYERS = 24
MOST_PARAMETERS = 50_000
MOST_ACTIVATIONS = 20_000  # numbers that one example leaves along the chain

OBJECTS = 20_000  # bytes of an experiment besides its examples, at most about

# What is used where an experiment leaves a part out.
DEFAULTS: dict[str, dict[str, Any]] = {
    "loss": {"kind": "half_mse"},
    "penalty": {"kind": "none"},
    "optimizer": {"kind": "sgd"},
    "init": {"kind": "xavier_uniform"},
    "gradient": {"kind": "backprop"},
}
CATALOGUES: dict[str, Catalogue[Any]] = {
    "data": DATASETS,
    "layers": LAYERS,
    "loss": LOSSES,
    "penalty": PENALTIES,
    "optimizer": OPTIMIZERS,
    "init": INITIALIZERS,
    "gradient": GRADIENTS,
}


@dataclass(frozen=True)
class Part:
    """One half of the data, as the network sees it."""

    indices: Array  # (N,) rows of the data set
    x: Array  # (N, *in_shape)
    y: Array  # (N, outputs) targets, encoded for the loss

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def nbytes(self) -> int:
        """The bytes of its arrays."""
        return self.indices.nbytes + self.x.nbytes + self.y.nbytes


@dataclass(frozen=True)
class Experiment:
    """A frozen, hashable experiment.  Raises SpecError, with the field's path, for anything that cannot be run."""

    data: Dataset
    layers: tuple[Layer, ...]
    loss: Loss
    penalty: Penalty
    optimizer: Optimizer
    init: Initializer
    gradient: GradientMethod
    batch_size: int | None = integer(
        10, low=1, high=2000, symbol="N", nullable=True,
        help="How many examples one step learns from; empty (in JSON null) for all of them.",
    )  # fmt: skip
    seed: int = integer(0, low=0, high=2**31 - 1, help="Decides the initial weights, the order of examples, the dropout masks.")

    @classmethod
    def parse(cls, document: Any, path: str = "") -> Experiment:
        """Read the JSON form.  Parts that are left out take DEFAULTS."""
        prefix = f"{path}." if path else ""
        if not isinstance(document, Mapping):
            message = f"expected an object, got {shown(document)}"
            raise SpecError(path or "experiment", message, "see GET /api/presets for complete experiments")
        known = {f.name for f in fields(cls)}
        for key in document:
            if key not in known:
                raise SpecError(f"{prefix}{str(key)[:40]}", "no such field", f"the fields are {', '.join(sorted(known))}")
        for key in ("data", "layers"):
            if key not in document:
                raise SpecError(f"{prefix}{key}", "this field is needed", "see GET /api/presets for complete experiments")
        layers = document["layers"]
        if not isinstance(layers, (list, tuple)) or not 1 <= len(layers) <= MOST_LAYERS:
            raise SpecError(f"{prefix}layers", f"expected a list of 1 to {MOST_LAYERS} layers, got {many(layers)}",
                            "a dense layer alone is a network")  # fmt: skip
        values: dict[str, Any] = {
            name: CATALOGUES[name].parse(document.get(name, DEFAULTS.get(name)), f"{prefix}{name}")
            for name in ("data", *DEFAULTS)
        }
        values["layers"] = tuple(LAYERS.parse(layer, f"{prefix}layers.{i}") for i, layer in enumerate(layers))
        values |= {name: document[name] for name in ("batch_size", "seed") if name in document}
        try:
            return cls(**values)
        except SpecError as error:
            raise SpecError(f"{prefix}{error.field}", error.message, error.hint) from error

    def __post_init__(self) -> None:
        for name, rule in rules(type(self)).items():
            _check(name, rule, getattr(self, name))
        _check_size(self.network)
        _check_head(self)
        _check_numbers(self)
        _check_methods(self)

    def document(self) -> dict[str, Any]:
        """The JSON form, complete with every default."""
        parts = {name: getattr(self, name).document() for name in ("data", *DEFAULTS)}
        layers = [layer.document() for layer in self.layers]
        return parts | {"layers": layers, "batch_size": self.batch_size, "seed": self.seed}

    @cached_property
    def network(self) -> Network:
        """The chain of links."""
        return Network(self.layers, self.loss, self.penalty, self.data.input_shape())

    @cached_property
    def train(self) -> Part:
        """The training examples."""
        return _part(self.data, self.loss, self.network.shapes[-1][0], "train")

    @cached_property
    def test(self) -> Part:
        """The examples that are held back; may be empty."""
        return _part(self.data, self.loss, self.network.shapes[-1][0], "test")

    @cached_property
    def nbytes(self) -> int:
        """The bytes that it holds, its examples included."""
        return OBJECTS + _samples(self.data).nbytes + self.train.nbytes + self.test.nbytes

    @property
    def batch(self) -> int:
        """The number of examples of a full batch."""
        return min(self.batch_size or len(self.train), len(self.train))


def _check(name: str, rule: Rule, value: Any) -> None:
    problem = rule.problem(value)
    if problem:
        raise SpecError(name, problem, rule.help)


def _check_size(network: Network) -> None:
    """Refuse what would be too large to compute or to show, before anything is computed."""
    if network.size > MOST_PARAMETERS:
        raise SpecError("layers", f"expected at most {MOST_PARAMETERS:,} parameters, got {network.size:,}", "use fewer units")
    numbers = sum(int(np.prod(shape)) for shape in network.shapes)
    if numbers > MOST_ACTIVATIONS:
        raise SpecError("layers", f"expected at most {MOST_ACTIVATIONS:,} activations an example, got {numbers:,}",
                        "use fewer filters or units")  # fmt: skip


def _check_head(experiment: Experiment) -> None:
    """Does the last link give what the loss and the data ask for?"""
    data, loss, last = experiment.data, experiment.loss, experiment.layers[-1]
    out = experiment.network.shapes[-1]
    where = f"layers.{len(experiment.layers) - 1}"
    if len(out) != 1:
        raise SpecError(where, f"the last layer must give a vector, it gives {' × '.join(map(str, out))}",
                        "add flatten and dense")  # fmt: skip
    ends = loss.beyond(last.interval)
    if ends:
        fit = LAYERS[{"cross_entropy": "softmax", "poisson": "exp"}.get(loss.kind, "sigmoid")]
        raise SpecError("loss.kind", f"{loss.title} needs outputs {ends}, and {lowered(last.title)} gives others",
                        f"end the layers with {lowered(fit.title)}")  # fmt: skip
    lacking = loss.lacking(_samples(data).y) if loss.classification and data.task in ("regression", "counts") else ""
    if lacking:
        raise SpecError("loss.kind", f"{loss.title} expects {lacking}, and the {lowered(data.title)} data have others",
                        "choose half squared error")  # fmt: skip
    wanted = _outputs(data)
    if out[0] not in wanted:
        shown = " or ".join(map(str, wanted))
        raise SpecError(where, f"the data need {shown} outputs, the last layer gives {out[0]}",
                        f"give the last dense layer {shown} units")  # fmt: skip
    if out[0] == 1 and (last.competing or loss.competing):
        raise SpecError("loss.kind", "one output cannot carry a choice between classes",
                        "use sigmoid with binary cross-entropy, or 2 outputs")  # fmt: skip


def _check_numbers(experiment: Experiment) -> None:
    """Do the numbers of the data themselves fit the first link and the loss?"""
    data, loss = experiment.data, experiment.loss
    for i, layer in enumerate(experiment.layers):
        if layer.indices and i > 0:
            raise SpecError(f"layers.{i}.kind", f"{layer.title} expects word numbers, so it can only be the first layer",
                            "move it to the front, and use data of words")  # fmt: skip
    first = experiment.layers[0]
    if first.indices:
        try:
            first.check_input(data.inputs(_samples(data).x))
        except SpecError as error:
            raise SpecError(f"layers.0.{error.field}", error.message, error.hint) from error
    if data.task in ("regression", "counts"):
        y, (low, high) = _samples(data).y, loss.targets
        if y.min() < low or y.max() > high:
            theirs = f"those of the {lowered(data.title)} data go down to {y.min():.3g}"
            raise SpecError("loss.kind", f"{loss.title} expects targets of at least {low:g}, and {theirs}",
                            "choose half squared error, or data that count")  # fmt: skip


def _check_methods(experiment: Experiment) -> None:
    """Can the optimizer and the way to the gradient work on a network and a batch of this size?"""
    network, optimizer, method = experiment.network, experiment.optimizer, experiment.gradient
    parts: list[tuple[str, Callable[[], None]]] = [
        ("gradient", lambda: method.check(network, experiment.batch)),
        ("optimizer", lambda: optimizer.check(
            experiment.loss, experiment.penalty, network.size, experiment.batch * network.shapes[-1][0])),
    ]  # fmt: skip
    for name, check in parts:
        try:
            check()
        except SpecError as error:
            raise SpecError(f"{name}.{error.field}", error.message, error.hint) from error
    if optimizer.reads == "residuals" and method.kind != "backprop":
        raise SpecError("gradient.kind", f"{optimizer.title} pulls its Jacobian back through the links itself: expected "
                        f"backpropagation, got {lowered(method.title)}", "choose backpropagation")  # fmt: skip


def _outputs(data: Dataset) -> tuple[int, ...]:
    """How many outputs fit the data."""
    if data.task == "binary":
        return (1, 2)
    if data.task == "classes":
        return (len(data.class_names),)
    return (_samples(data).y.shape[1],)


_SAMPLES, _PARTS = Kept[Samples](32_000_000), Kept[Part](32_000_000)


def _samples(data: Dataset) -> Samples:
    """The data set's examples, made once."""
    return _SAMPLES.of(data, data.make, lambda samples: samples.nbytes)


def _part(data: Dataset, loss: Loss, outputs: int, which: str) -> Part:
    """One half of the data set, encoded for the loss; its arrays are read-only because they are shared."""
    samples = _samples(data)

    def made() -> Part:
        train, test = data.split()
        rows = train if which == "train" else test
        part = Part(rows, np.ascontiguousarray(data.inputs(samples.x[rows])), encode(samples.y[rows], data, loss, outputs))
        for array in (part.indices, part.x, part.y):
            array.setflags(write=False)
        return part

    return _PARTS.of((data, loss, outputs, which), made, lambda part: samples.nbytes + part.nbytes)


def encode(y: Array, data: Dataset, loss: Loss, outputs: int) -> Array:
    """Targets (N, outputs): amounts as they are; labels as 0/1 or one-hot, or −1/+1 for a loss of signs."""
    if data.task in ("regression", "counts"):
        return np.array(y, dtype=np.float64)
    target = y[:, None].astype(np.float64) if outputs == 1 else np.eye(outputs)[y.astype(int)]
    return 2.0 * target - 1.0 if loss.signs else target
