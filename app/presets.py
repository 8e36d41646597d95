"""Complete experiments to begin with, each of which makes one point.  The page opens on the first."""

from __future__ import annotations

from functools import cache
from typing import Any

from core.experiment import Experiment


def _dense(*units: int, hidden: str = "tanh", output: str = "sigmoid") -> list[dict[str, Any]]:
    """Dense layers of so many units, an activation after each."""
    kinds = [*[hidden] * (len(units) - 1), output]
    pairs = zip(units, kinds, strict=True)
    return [layer for count, kind in pairs for layer in ({"kind": "dense", "units": count}, {"kind": kind})]


def _kind(name: str, /, **fields: Any) -> dict[str, Any]:
    """A kind with its fields."""
    return {"kind": name} | fields


BINARY, CLASSES, AMOUNTS = {"kind": "binary_cross_entropy"}, {"kind": "cross_entropy"}, {"kind": "half_mse"}

# slug, title, summary, experiment
_PRESETS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "xor",
        "XOR",
        "No straight line parts XOR. Four hidden neurons bend the plane until one can.",
        {
            "data": {"kind": "xor"},
            "layers": _dense(4, 1),
            "loss": BINARY,
            "optimizer": {"kind": "sgd", "learning_rate": 0.5},
            "batch_size": 10,
            "seed": 0,
        },
    ),
    (
        "circle",
        "Circle",
        "A disc within a ring: each hidden neuron draws one line, and three lines fence the disc in.",
        {
            "data": {"kind": "circle"},
            "layers": _dense(3, 1),
            "loss": BINARY,
            "optimizer": {"kind": "sgd", "learning_rate": 0.5},
            "batch_size": 10,
            "seed": 3,
        },
    ),
    (
        "spiral",
        "Spiral",
        "Two arms wound about each other: depth turns curves into lines, layer by layer.",
        {
            "data": {"kind": "spiral"},
            "layers": _dense(8, 8, 1),
            "loss": BINARY,
            "optimizer": {"kind": "sgd", "learning_rate": 0.3},
            "batch_size": 10,
        },
    ),
    (
        "iris",
        "Iris",
        "Three species by four lengths. Softmax and cross-entropy leave ŷ − y at the output.",
        {
            "data": {"kind": "iris"},
            "layers": _dense(8, 3, output="softmax"),
            "loss": CLASSES,
            "optimizer": {"kind": "sgd", "learning_rate": 0.2},
            "batch_size": 10,
        },
    ),
    (
        "digits",
        "Handwritten digits",
        "64 pixels, 25 hidden neurons, 10 outputs, each a yes or no of its own.",
        {
            "data": {"kind": "digits"},
            "layers": _dense(25, 10, hidden="sigmoid"),
            "loss": BINARY,
            "optimizer": {"kind": "sgd", "learning_rate": 1.0},
            "batch_size": 10,
        },
    ),
    (
        "line",
        "Linear regression",
        "One neuron without an activation: gradient descent finds slope and intercept.",
        {
            "data": {"kind": "line"},
            "layers": _dense(1, output="identity"),
            "loss": AMOUNTS,
            "optimizer": {"kind": "sgd", "learning_rate": 0.1},
            "batch_size": 10,
            "seed": 2,
        },
    ),
    (
        "logistic",
        "Logistic regression",
        "One sigmoid neuron: δ = ŷ − y, and a straight boundary.",
        {
            "data": {"kind": "gauss", "noise": 0.3},
            "layers": _dense(1),
            "loss": BINARY,
            "optimizer": {"kind": "sgd", "learning_rate": 0.5},
            "batch_size": 10,
            "seed": 2,
        },
    ),
    (
        "poisson",
        "Poisson regression",
        "Counts from a rate that grows by factors: exp and the Poisson loss leave ŷ − y, like the other matched pairs.",
        {
            "data": _kind("events"),
            "layers": _dense(1, output="exp"),
            "loss": _kind("poisson"),
            "optimizer": {"kind": "sgd", "learning_rate": 0.1},
            "batch_size": 10,
            "seed": 2,
        },
    ),
    (
        "dropout",
        "Dropout",
        "Each hidden neuron sits out one time in four, drawn anew for every example: where the mask is 0, no gradient passes.",
        {
            "data": _kind("moons", noise=0.2),
            "layers": [*_dense(8, output="relu"), _kind("dropout", drop=0.25), *_dense(1)],
            "loss": BINARY,
            "optimizer": {"kind": "adam", "learning_rate": 0.02},
            "init": {"kind": "he_uniform"},
            "batch_size": 10,
            "seed": 1,
        },
    ),
    (
        "digits-cnn",
        "Digits, convolved",
        "Four kernels slide over the image; max pooling hands the gradient to the winners alone.",
        {
            "data": _kind("digits", layout="image"),
            "layers": [
                _kind("conv2d", filters=4, kernel=3),
                _kind("relu"),
                _kind("max_pool2d", size=2, stride=2),
                _kind("flatten"),
                *_dense(10, output="softmax"),
            ],
            "loss": CLASSES,
            "optimizer": {"kind": "sgd", "learning_rate": 0.2},
            "init": {"kind": "he_uniform"},
            "batch_size": 10,
        },
    ),
    (
        "text",
        "Film opinions",
        "Words become rows of a table, a kernel reads them two by two, and the gradient changes only the words it met.",
        {
            "data": _kind("sentences"),
            "layers": [
                _kind("embedding", vocabulary=163, units=4),
                _kind("conv1d", filters=4, kernel=2),
                _kind("tanh"),
                _kind("max_pool1d", size=7, stride=7),
                _kind("flatten"),
                *_dense(1),
            ],
            "loss": BINARY,
            "optimizer": {"kind": "adam", "learning_rate": 0.03},
            "batch_size": 10,
            "seed": 2,
        },
    ),
    (
        "signals",
        "Signals",
        "Sine, square or sawtooth? Four kernels in one dimension tell them apart whatever their phase.",
        {
            "data": _kind("signals"),
            "layers": [
                _kind("conv1d", filters=4, kernel=5, stride=2),
                _kind("relu"),
                _kind("mean_pool1d", size=2, stride=2),
                _kind("flatten"),
                *_dense(3, output="softmax"),
            ],
            "loss": CLASSES,
            "optimizer": {"kind": "sgd", "learning_rate": 0.2},
            "init": {"kind": "he_uniform"},
            "batch_size": 10,
            "seed": 1,
        },
    ),
)


@cache
def presets() -> tuple[dict[str, Any], ...]:
    """`{slug, title, summary, experiment}`, the experiments complete with every default."""
    return tuple(
        {"slug": slug, "title": title, "summary": summary, "experiment": Experiment.parse(document).document()}
        for slug, title, summary, document in _PRESETS
    )
