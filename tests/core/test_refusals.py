"""What cannot be run is refused: which field, what was expected, what came, what to do."""

from typing import Any

import pytest

from core.experiment import Experiment
from core.spec import SpecError

XOR: dict[str, Any] = {"data": {"kind": "xor"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]}
IMAGES: dict[str, Any] = {"data": {"kind": "digits", "layout": "image"}, "loss": {"kind": "cross_entropy"}}
TEXTS: dict[str, Any] = {"data": {"kind": "sentences"}, "loss": {"kind": "binary_cross_entropy"}}
END = [{"kind": "flatten"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}]
LM = {"kind": "levenberg_marquardt"}


@pytest.mark.parametrize(("document", "field", "message", "hint"), [
    (XOR | {"optimizer": LM, "loss": {"kind": "binary_cross_entropy"}}, "optimizer.kind",
     "levenberg_marquardt needs a loss that is a sum of squares; binary_cross_entropy is not",
     "choose half_mse or mse as the loss, or adam as the optimizer"),
    (XOR | {"optimizer": LM, "penalty": {"kind": "l1", "rate": 0.1}}, "optimizer.kind",
     "levenberg_marquardt needs a penalty that is a sum of squares; l1 is not",
     "choose l2 or none as the penalty, or adam as the optimizer"),
    (XOR | {"optimizer": LM, "layers": [{"kind": "dense", "units": 30}, {"kind": "dense", "units": 20}, *XOR["layers"]]},
     "optimizer.kind",
     "levenberg_marquardt solves for all weights at once: expected at most 600, got 731",
     "use fewer units, or adam as the optimizer"),
    (XOR | {"optimizer": LM, "data": {"kind": "xor", "count": 2000, "test_fraction": 0}, "batch_size": None,
            "layers": [{"kind": "dense", "units": 100}, {"kind": "dense", "units": 2}]}, "optimizer.kind",
     "levenberg_marquardt's Jacobian would hold 4,000 × 502 numbers, expected at most 2,000,000",
     "use a smaller batch or fewer units, or adam as the optimizer"),
    (XOR | {"optimizer": LM, "gradient": {"kind": "numerical"}}, "gradient.kind",
     "levenberg_marquardt pulls its Jacobian back through the links, got numerical", "choose backprop"),
    (XOR | {"layers": [{"kind": "conv2d"}, *XOR["layers"]]}, "layers.0.kind",
     "conv2d expects channels × rows × columns, got an input of 2",
     "choose data of signals or images, or start from an embedding"),
    (IMAGES | {"layers": [{"kind": "conv1d"}, *END]}, "layers.0.kind",
     "conv1d expects channels × samples, got an input of 1 × 8 × 8",
     "choose data of signals or images, or start from an embedding"),
    (IMAGES | {"layers": [{"kind": "conv2d", "kernel": 9}, *END]}, "layers.0.kernel",
     "expected at most 8, the length of the padded input, got 9", "make it smaller, or pad the input"),
    (IMAGES | {"layers": [{"kind": "conv2d", "kernel": 7}, {"kind": "max_pool2d", "size": 3}, *END]}, "layers.1.size",
     "expected at most 2, the length of the padded input, got 3", "make it smaller, or pad the input"),
    (IMAGES | {"layers": [{"kind": "conv2d"}, *END[1:]]}, "layers.1.kind",
     "dense expects a vector, got an input of 4 × 6 × 6", "put a flatten layer in front of it"),
    (TEXTS | {"layers": [{"kind": "embedding", "vocabulary": 20}, {"kind": "flatten"}, *XOR["layers"]]}, "layers.0.vocabulary",
     "expected word numbers, whole and from 0 to 19, as input, got numbers from 0 to", "use data of words, or more rows"),
    (XOR | {"layers": [{"kind": "embedding"}, {"kind": "flatten"}, *XOR["layers"]]}, "layers.0.vocabulary",
     "expected word numbers, whole and from 0 to 63, as input, got numbers from -", "use data of words, or more rows"),
    (TEXTS | {"layers": [{"kind": "dense"}, {"kind": "embedding"}, {"kind": "flatten"}, *XOR["layers"]]}, "layers.1.kind",
     "embedding expects word numbers, so it can only be the first layer", "move it to the front, and use data of words"),
    ({"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "exp"}], "loss": {"kind": "poisson"}},
     "loss.kind", "poisson expects targets of at least 0; those of line go down to -", "choose half_mse, or data that count"),
    ({"data": {"kind": "events"}, "layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "poisson"}}, "loss.kind",
     "poisson needs outputs between 0 and inf; dense gives others", "end the layers with exp"),
    (XOR | {"layers": [{"kind": "dropout", "drop": 1.0}, *XOR["layers"]]}, "layers.0.drop",
     "expected a number at least 0 and below 1, got 1", "The fraction that is removed."),
    (XOR | {"layers": [{"kind": "dense", "units": 1}, {"kind": "relu6"}]}, "layers.1.kind",
     "expected one of dense, conv1d, conv2d", ""),
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
