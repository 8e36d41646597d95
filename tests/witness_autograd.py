"""The loss of a whole experiment for the `autograd` package, out of the transcriptions that the case table holds.

It shares no code with `core`: convolutions and pooling are loops over windows, sigmoids are written out, losses are the plain
textbook formulas.  `autograd` differentiates it by its own rules.
"""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.tracer import getval

from tests import cases
from tests.cases import Document


def _chosen(z: Any, y: Any) -> Any:
    """−y ln p − (1 − y) ln(1 − p) of every softmax output p, from sums of e^z: the numerator of 1 − p is that of the others."""
    top = np.max(getval(z), axis=1, keepdims=True)
    e, found = anp.exp(z - top), []
    for k in range(z.shape[1]):
        others = anp.log(anp.sum(e * (np.arange(z.shape[1]) != k), axis=1))
        own, whole = z[:, k] - top[:, 0], anp.logaddexp(z[:, k] - top[:, 0], others)
        found.append(whole - y[:, k] * own - (1.0 - y[:, k]) * others)
    return anp.stack(found, axis=1)


# The textbook's formulas lose their digits where a probability is nearly 0 or 1, so these pairs are written with logarithms of z.
PAIRS: dict[tuple[str, str], Callable[[Any, Any], Any]] = {
    ("sigmoid", "binary_cross_entropy"): lambda z, y: anp.sum(anp.logaddexp(0.0, z) - y * z, axis=1),
    ("softmax", "cross_entropy"): lambda z, y: anp.sum(
        y * (anp.log(anp.sum(anp.exp(z - np.max(getval(z), axis=1, keepdims=True)), axis=1, keepdims=True))
             + np.max(getval(z), axis=1, keepdims=True) - z), axis=1),
    ("softmax", "binary_cross_entropy"): lambda z, y: anp.sum(_chosen(z, y), axis=1),
}  # fmt: skip


def loss(document: Document, params: Any, x: Any, target: Any, noises: Any) -> Any:
    """The batch's loss of an experiment's document, penalty included."""
    outputs = [x]
    for fields, tensors, noise in zip(document["layers"], params, noises, strict=True):
        outputs.append(cases.row("layers", fields["kind"]).transcription(fields, tensors, outputs[-1], noise))
    pair = (document["layers"][-1]["kind"], document["loss"]["kind"])
    if pair in PAIRS:
        total = anp.mean(PAIRS[pair](outputs[-2], target))
    else:
        total = anp.mean(cases.row("loss", pair[1]).transcription(document["loss"], outputs[-1], target))
    penalty = cases.row("penalty", document["penalty"]["kind"]).transcription
    for tensors in params:
        for name, value in tensors.items():
            if name != "b":
                total = total + penalty(document["penalty"], value)
    return total


def gradient(document: Document, params: Any, x: Any, target: Any, noises: Any) -> Any:
    """`autograd`'s gradient of it by every parameter."""
    return grad(lambda p: loss(document, p, x, target, noises))([dict(tensors) for tensors in params])
