"""What cannot be run is refused: which field, what was expected, what came, what to do."""

import re
from typing import Any

import pytest

from core.experiment import Experiment
from core.losses import LOSSES
from core.spec import SpecError

XOR: dict[str, Any] = {"data": {"kind": "xor"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]}
IMAGES: dict[str, Any] = {"data": {"kind": "digits", "layout": "image"}, "loss": {"kind": "cross_entropy"}}
TEXTS: dict[str, Any] = {"data": {"kind": "sentences"}, "loss": {"kind": "binary_cross_entropy"}}
END = [{"kind": "flatten"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}]
LM = {"kind": "levenberg_marquardt"}


@pytest.mark.parametrize(("document", "field", "message", "hint"), [
    (XOR | {"optimizer": LM, "loss": {"kind": "binary_cross_entropy"}}, "optimizer.kind",
     "Levenberg–Marquardt needs a loss that is a sum of squares; binary cross-entropy is not",
     "choose half squared error or squared error as the loss, or Adam as the optimizer"),
    (XOR | {"optimizer": LM, "penalty": {"kind": "l1", "rate": 0.1}}, "optimizer.kind",
     "Levenberg–Marquardt needs a penalty that is a sum of squares; L1 is not",
     "choose L2 or none as the penalty, or Adam as the optimizer"),
    (XOR | {"optimizer": LM, "layers": [{"kind": "dense", "units": 30}, {"kind": "dense", "units": 20}, *XOR["layers"]]},
     "optimizer.kind",
     "Levenberg–Marquardt solves for all weights at once: expected at most 600, got 731",
     "use fewer units, or Adam as the optimizer"),
    (XOR | {"optimizer": LM, "data": {"kind": "xor", "count": 2000, "test_fraction": 0}, "batch_size": None,
            "layers": [{"kind": "dense", "units": 100}, {"kind": "dense", "units": 2}]}, "optimizer.kind",
     "Levenberg–Marquardt's Jacobian would hold 4,000 × 502 numbers, expected at most 2,000,000",
     "use a smaller batch or fewer units, or Adam as the optimizer"),
    (XOR | {"optimizer": LM, "gradient": {"kind": "numerical"}}, "gradient.kind",
     "Levenberg–Marquardt pulls its Jacobian back through the links itself: expected backpropagation, got central differences",
     "choose backpropagation"),
    (XOR | {"layers": [{"kind": "conv2d"}, *XOR["layers"]]}, "layers.0.kind",
     "Convolution 2-D expects channels × rows × columns, got an input of 2",
     "choose data of signals or images, or start from an embedding"),
    (IMAGES | {"layers": [{"kind": "conv1d"}, *END]}, "layers.0.kind",
     "Convolution 1-D expects channels × samples, got an input of 1 × 8 × 8",
     "choose data of signals or images, or start from an embedding"),
    (IMAGES | {"layers": [{"kind": "conv2d", "kernel": 9}, *END]}, "layers.0.kernel",
     "expected at most 8, the length of the padded input, got 9", "make it smaller, or pad the input"),
    (IMAGES | {"layers": [{"kind": "conv2d", "kernel": 7}, {"kind": "max_pool2d", "size": 3}, *END]}, "layers.1.size",
     "expected at most 2, the length of the padded input, got 3", "make it smaller, or pad the input"),
    (IMAGES | {"layers": [{"kind": "conv2d"}, *END[1:]]}, "layers.1.kind",
     "Dense expects a vector, got an input of 4 × 6 × 6", "put a flatten layer in front of it"),
    (TEXTS | {"layers": [{"kind": "embedding", "vocabulary": 20}, {"kind": "flatten"}, *XOR["layers"]]}, "layers.0.vocabulary",
     "expected word numbers, whole and from 0 to 19, as input, got numbers from 0 to", "give it a vocabulary of at least 163"),
    (XOR | {"layers": [{"kind": "embedding"}, {"kind": "flatten"}, *XOR["layers"]]}, "layers.0.vocabulary",
     "expected word numbers, whole and from 0 to 63, as input, got numbers from -", "use data of words"),
    (TEXTS | {"layers": [{"kind": "dense"}, {"kind": "embedding"}, {"kind": "flatten"}, *XOR["layers"]]}, "layers.1.kind",
     "Embedding expects word numbers, so it can only be the first layer", "move it to the front, and use data of words"),
    ({"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "exp"}], "loss": {"kind": "poisson"}},
     "loss.kind", "Poisson expects targets of at least 0, and those of the line data go down to -",
     "choose half squared error, or data that count"),
    ({"data": {"kind": "events"}, "layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "poisson"}}, "loss.kind",
     "Poisson needs outputs above 0, and dense gives others", "end the layers with exponential"),
    (XOR | {"layers": [{"kind": "dense", "units": 1}, {"kind": "relu"}], "loss": {"kind": "binary_cross_entropy"}}, "loss.kind",
     "Binary cross-entropy needs outputs between 0 and 1, and ReLU gives others", "end the layers with sigmoid"),
    ({"data": {"kind": "plane"}, "layers": XOR["layers"], "loss": {"kind": "binary_cross_entropy"}}, "loss.kind",
     "Binary cross-entropy expects targets between 0 and 1, and the plane data have others", "choose half squared error"),
    ({"data": {"kind": "points", "x": [[0], [1]], "y": [[0.2, 0.8], [0.5, 0.9]]}, "layers": [{"kind": "dense", "units": 2},
     {"kind": "softmax"}], "loss": {"kind": "cross_entropy"}}, "loss.kind",
     "Cross-entropy expects targets that sum to 1 in every example, and the", "choose half squared error"),
    (XOR | {"layers": [{"kind": "dense", "units": 1}, {"kind": "softmax"}], "loss": {"kind": "cross_entropy"}}, "loss.kind",
     "one output cannot carry a choice between classes", "use sigmoid with binary cross-entropy, or 2 outputs"),
    (XOR | {"layers": [{"kind": "dropout", "drop": 1.0}, *XOR["layers"]]}, "layers.0.drop",
     "expected a number at least 0 and below 1, got 1", "The fraction that is removed."),
    (XOR | {"layers": [{"kind": "dense", "units": 1}, {"kind": "relu6"}]}, "layers.1.kind",
     "expected one of dense, conv1d, conv2d", "GET /api/catalog tells them all"),
])  # fmt: skip
def test_refused(document: dict[str, Any], field: str, message: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        Experiment.parse(document)
    assert caught.value.field == field
    assert caught.value.message.startswith(message)
    assert caught.value.hint == hint


@pytest.mark.parametrize("document", [
    XOR | {"loss": {"kind": "hinge"}, "layers": [{"kind": "dense", "units": 1}]},
    {"data": {"kind": "iris"}, "layers": [{"kind": "dense", "units": 3}], "loss": {"kind": "hinge"}},
    {"data": {"kind": "events"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "softplus"}], "loss": {"kind": "poisson"}},
    XOR | {"optimizer": LM, "penalty": {"kind": "l2", "rate": 0.1}},
], ids=["hinge", "hinge of three", "poisson with softplus", "squares with l2"])  # fmt: skip
def test_accepted(document: dict[str, Any]) -> None:
    experiment = Experiment.parse(document)
    if experiment.loss.signs:
        assert set(experiment.train.y.ravel()) == {-1.0, 1.0}
        assert experiment.train.y.shape[1] == 1 or set(experiment.train.y.sum(axis=1)) == {2.0 - experiment.train.y.shape[1]}
    assert Experiment.parse(experiment.document()) == experiment


SLUG = re.compile(r"[a-z]+_[a-z_]+|half_mse|\bmse\b|\bsgd\b|\badam\b|\bbackprop\b")
CHAINS = ([], [{"kind": "relu"}], [{"kind": "sigmoid"}], [{"kind": "softmax"}], [{"kind": "exp"}])


def test_no_sentence_names_a_kind_by_its_identifier() -> None:
    """Every loss behind every output, every optimizer with every loss and method: fields are paths, sentences are words."""
    seen = set()
    for data in ("xor", "line", "events", "iris"):
        for tail in CHAINS:
            for loss in LOSSES.members:
                for parts in ({}, {"optimizer": LM}, {"optimizer": LM, "gradient": {"kind": "forward_mode"}}):
                    layers = [{"kind": "dense", "units": 3 if data == "iris" else 1}, *tail]
                    try:
                        Experiment.parse({"data": {"kind": data}, "layers": layers, "loss": {"kind": loss}} | parts)
                    except SpecError as error:
                        seen.add((error.message, error.hint))
    assert len(seen) > 12
    assert not [text for pair in seen for text in pair if SLUG.search(text)]
