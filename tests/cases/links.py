"""The rows of links: each with its transcription for `autograd`, which shares no code with `core`.

Convolutions and pooling are loops over windows, sigmoids are written out; `autograd` differentiates them by its own rules.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.scipy.special import erf
from autograd.tracer import getval

from tests.cases.base import Case, Document, Shape

Link = Callable[[Document, dict[str, Any], Any, Any], Any]  # fields, parameters, x, noise -> y


@dataclass(frozen=True)
class LayerCase(Case):
    """A link, the shape of its input, and its transcription."""

    in_shape: Shape
    transcription: Link
    words: bool = False  # its input is whole numbers: there is no derivative by it

    def __str__(self) -> str:
        own = ",".join(f"{k}={v}" for k, v in self.fields.items() if k != "kind")
        return f"{self.kind}({own}) on {'x'.join(map(str, self.in_shape))}"


def link(kind: str, transcription: Link, *in_shape: int, words: bool = False, script: bool = True, **fields: Any) -> LayerCase:
    return LayerCase({"kind": kind} | fields, in_shape, transcription, words, script=script)


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


def flatten(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
    return anp.reshape(x, (len(x), -1))


def elementwise(value: Callable[[Any, Document], Any]) -> Link:
    """a from z and the fields."""
    return lambda fields, params, x, noise: value(x, fields)


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + anp.exp(-z))


def softmax(fields: Document, params: dict[str, Any], x: Any, noise: Any) -> Any:
    e = anp.exp(x - np.mean(getval(x), axis=1, keepdims=True))
    return e / anp.sum(e, axis=1, keepdims=True)


LAYERS: list[LayerCase] = [
    link("dense", dense, 3, units=2),
    link("dense", dense, 1, units=1),
    link("conv1d", convolution, 2, 7, filters=3, kernel=3, stride=1, padding=0),
    link("conv1d", convolution, 1, 8, filters=2, kernel=4, stride=3, padding=2),
    link("conv2d", convolution, 2, 4, 3, filters=2, kernel=3, stride=1, padding=1),
    link("conv2d", convolution, 1, 6, 7, filters=2, kernel=2, stride=2, padding=0),
    link("conv2d", convolution, 2, 4, 4, filters=1, kernel=1, stride=3, padding=2),
    link("max_pool1d", pooling("max"), 2, 7, size=2, stride=2),
    link("max_pool1d", pooling("max"), 1, 9, size=4, stride=1),
    link("min_pool1d", pooling("min"), 2, 7, size=2, stride=2),
    link("min_pool1d", pooling("min"), 1, 9, size=3, stride=2),
    link("mean_pool1d", pooling("mean"), 2, 7, size=3, stride=2),
    link("max_pool2d", pooling("max"), 2, 4, 6, size=2, stride=2),
    link("max_pool2d", pooling("max"), 1, 5, 5, size=3, stride=1),
    link("min_pool2d", pooling("min"), 2, 4, 6, size=2, stride=2),
    link("min_pool2d", pooling("min"), 1, 5, 6, size=3, stride=2),
    link("mean_pool2d", pooling("mean"), 2, 5, 6, size=3, stride=2),
    link("mean_pool2d", pooling("mean"), 1, 5, 5, size=2, stride=3),
    link("dropout", dropout, 9, drop=0.4),
    link("dropout", dropout, 2, 3, 4, drop=0.0),
    link("flatten", flatten, 2, 3, 4),
    link("embedding", embedding, 5, words=True, vocabulary=6, units=3),
    link("identity", elementwise(lambda z, f: z), 4),
    link("sigmoid", elementwise(lambda z, f: sigmoid(z)), 4),
    link("tanh", elementwise(lambda z, f: (anp.exp(z) - anp.exp(-z)) / (anp.exp(z) + anp.exp(-z))), 4),
    link("relu", elementwise(lambda z, f: z * (getval(z) > 0)), 6),
    link("leaky_relu", elementwise(lambda z, f: z * np.where(getval(z) > 0, 1.0, f["slope"])), 6, slope=0.2),
    *(
        link("elu", elementwise(lambda z, f: anp.where(getval(z) > 0, z, f["alpha"] * (anp.exp(z) - 1.0))), 6, alpha=alpha)
        for alpha in (1.0, 0.5)
    ),
    link("softplus", elementwise(lambda z, f: anp.logaddexp(0.0, z)), 4),
    link("gelu", elementwise(lambda z, f: 0.5 * z * (1.0 + erf(z / np.sqrt(2.0)))), 4),
    link("silu", elementwise(lambda z, f: z * sigmoid(z)), 4),
    link("exp", elementwise(lambda z, f: anp.exp(z)), 4),
    link("softmax", softmax, 4),
]
