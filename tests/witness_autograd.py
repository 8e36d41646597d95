"""An independent transcription of every link, loss and penalty, written for the `autograd` package.

It shares no code with `core`: convolutions and pooling are loops over windows, sigmoids are written out, losses are the plain
textbook formulas.  `autograd` differentiates it by its own rules.
"""

from collections.abc import Callable
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.scipy.special import erf
from autograd.tracer import getval

Document = dict[str, Any]
Link = Callable[[Document, dict[str, Any], Any, Any], Any]  # fields, parameters, x, noise -> y


def places(length: int, size: int, stride: int) -> range:
    """Where windows start."""
    return range(0, length - size + 1, stride)


def padded(x: Any, p: int) -> Any:
    """x with p zeros around every axis of space, by concatenation."""
    for axis in range(2, anp.ndim(x)):
        shape = list(anp.shape(x))
        shape[axis] = p
        zeros = np.zeros(shape)
        x = anp.concatenate([zeros, x, zeros], axis=axis)
    return x


def convolution(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
    """Every window by every kernel, one after another."""
    k, s, w = fields["kernel"], fields["stride"], params["W"]
    x = padded(x, fields["padding"])
    space = anp.shape(x)[2:]
    starts = list(product(*(places(n, k, s) for n in space)))
    columns = []
    for start in starts:
        window = x[(slice(None), slice(None), *(slice(a, a + k) for a in start))]
        columns.append(anp.stack([anp.sum(anp.reshape(window * f, (len(x), -1)), axis=1) for f in w], axis=1))
    out = tuple(len(places(n, k, s)) for n in space)
    z = anp.reshape(anp.stack(columns, axis=2), (len(x), len(w), *out))
    return z + anp.reshape(params["b"], (1, -1) + (1,) * len(out))


def pooling(choose: str) -> Link:
    """Every window, one after another; the first of the largest or least is the winner."""

    def link(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
        k, s, space = fields["size"], fields["stride"], anp.shape(x)[2:]
        columns = []
        for start in product(*(places(n, k, s) for n in space)):
            window = x[(slice(None), slice(None), *(slice(a, a + k) for a in start))]
            cells = anp.reshape(window, (*anp.shape(x)[:2], -1))
            if choose == "mean":
                columns.append(anp.mean(cells, axis=2))
                continue
            seen = getval(cells)
            winner = seen.argmax(axis=2) if choose == "max" else seen.argmin(axis=2)
            columns.append(anp.sum(cells * (np.arange(seen.shape[2]) == winner[:, :, None]), axis=2))
        out = tuple(len(places(n, k, s)) for n in space)
        return anp.reshape(anp.stack(columns, axis=2), (*anp.shape(x)[:2], *out))

    return link


def dense(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
    return anp.dot(x, anp.transpose(params["W"])) + params["b"]


def embedding(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
    words = np.eye(fields["vocabulary"])[np.asarray(x, dtype=int)]  # one-hot, so that a row is picked by a product
    return anp.swapaxes(anp.dot(words, params["W"]), 1, 2)


def dropout(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
    return x if noise is None else x * noise / (1.0 - fields["drop"])


def elementwise(value: Callable[[Any, Document], Any]) -> Link:
    return lambda fields, params, x, noise: value(x, fields)


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + anp.exp(-z))


def softmax(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
    e = anp.exp(x - np.mean(getval(x), axis=1, keepdims=True))
    return e / anp.sum(e, axis=1, keepdims=True)


LINKS: dict[str, Link] = {
    "dense": dense,
    "conv1d": convolution,
    "conv2d": convolution,
    "max_pool1d": pooling("max"),
    "min_pool1d": pooling("min"),
    "mean_pool1d": pooling("mean"),
    "max_pool2d": pooling("max"),
    "min_pool2d": pooling("min"),
    "mean_pool2d": pooling("mean"),
    "dropout": dropout,
    "flatten": lambda fields, params, x, noise: anp.reshape(x, (len(x), -1)),
    "embedding": embedding,
    "identity": elementwise(lambda z, f: z),
    "sigmoid": elementwise(lambda z, f: sigmoid(z)),
    "tanh": elementwise(lambda z, f: (anp.exp(z) - anp.exp(-z)) / (anp.exp(z) + anp.exp(-z))),
    "relu": elementwise(lambda z, f: z * (getval(z) > 0)),
    "leaky_relu": elementwise(lambda z, f: z * np.where(getval(z) > 0, 1.0, f["slope"])),
    "elu": elementwise(lambda z, f: anp.where(getval(z) > 0, z, f["alpha"] * (anp.exp(z) - 1.0))),
    "softplus": elementwise(lambda z, f: anp.logaddexp(0.0, z)),
    "gelu": elementwise(lambda z, f: 0.5 * z * (1.0 + erf(z / np.sqrt(2.0)))),
    "silu": elementwise(lambda z, f: z * sigmoid(z)),
    "exp": elementwise(lambda z, f: anp.exp(z)),
    "softmax": softmax,
}

LOSSES: dict[str, Callable[[Document, Any, Any], Any]] = {
    "half_mse": lambda f, p, y: anp.sum((p - y) ** 2, axis=1) / 2.0,
    "mse": lambda f, p, y: anp.sum((p - y) ** 2, axis=1),
    "mae": lambda f, p, y: anp.sum((p - y) * np.sign(getval(p) - y), axis=1),
    "huber": lambda f, p, y: anp.sum(
        anp.where(abs(getval(p) - y) <= f["delta"], (p - y) ** 2 / 2.0, f["delta"] * (anp.abs(p - y) - f["delta"] / 2.0)), axis=1
    ),
    "binary_cross_entropy": lambda f, p, y: -anp.sum(y * anp.log(p) + (1.0 - y) * anp.log(1.0 - p), axis=1),
    "cross_entropy": lambda f, p, y: -anp.sum(y * anp.log(p), axis=1),
    "poisson": lambda f, p, y: anp.sum(p - y * anp.log(p), axis=1),
    "hinge": lambda f, p, y: anp.sum((1.0 - y * p) * (y * getval(p) < 1.0), axis=1),
}


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

PENALTIES: dict[str, Callable[[Document, Any], Any]] = {
    "none": lambda f, w: 0.0,
    "l1": lambda f, w: f["rate"] * anp.sum(anp.abs(w)),
    "l2": lambda f, w: f["rate"] * anp.sum(w**2) / 2.0,
}


def loss(document: Document, params: Any, x: Any, target: Any, noises: Any) -> Any:
    """The batch's loss of an experiment's document, penalty included."""
    outputs = [x]
    for fields, tensors, noise in zip(document["layers"], params, noises, strict=True):
        outputs.append(LINKS[fields["kind"]](fields, tensors, outputs[-1], noise))
    pair = (document["layers"][-1]["kind"], document["loss"]["kind"])
    if pair in PAIRS:
        total = anp.mean(PAIRS[pair](outputs[-2], target))
    else:
        total = anp.mean(LOSSES[pair[1]](document["loss"], outputs[-1], target))
    for tensors in params:
        for name, value in tensors.items():
            if name != "b":
                total = total + PENALTIES[document["penalty"]["kind"]](document["penalty"], value)
    return total


def gradient(document: Document, params: Any, x: Any, target: Any, noises: Any) -> Any:
    """`autograd`'s gradient of it by every parameter."""
    return grad(lambda p: loss(document, p, x, target, noises))([dict(tensors) for tensors in params])
