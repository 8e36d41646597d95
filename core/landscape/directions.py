"""Directions in the space of all parameters: one weight, a filter-normalised random one, a perpendicular one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.address import Address
from core.flat import flat, unflat
from core.numeric import Array, Params
from core.penalties import BIASES
from core.randomness import generator
from core.spec import SpecError

PARALLEL = 1e-9  # a part of a direction below this share of its length counts as none
TRIES = 8  # random directions; a single one is parallel to another with probability 0


def unit(params: Params, address: Address, path: str) -> Params:
    """1 at the address, 0 elsewhere.  Raises SpecError when the network has no such parameter."""
    tensors = params[address.layer] if address.layer < len(params) else {}
    array = tensors.get(address.name)
    shape = () if array is None else array.shape
    if len(address.index) != len(shape) or any(i >= n for i, n in zip(address.index, shape, strict=True)):
        raise SpecError(path, f"this network has no weight {address}", "an address is layer/name/indices, counted from 0")
    found = tuple({n: np.zeros_like(a) for n, a in tensors.items()} for tensors in params)
    found[address.layer][address.name][address.index] = 1.0
    return found


def filter_normalised(params: Params, seed: int, number: int) -> Params:
    """d ← d / ‖d‖ · ‖w‖, filter by filter, of a Gaussian d; 0 for biases  (Li et al. 2018, «Visualizing the Loss Landscape»).

    A filter is what gives one output: a row of a dense W, all channels of one kernel of a convolution, one word's row of an
    embedding.  Biases stay as they are, as in the code that the authors published (`ignore='biasbn'`).
    """
    rng = generator(seed, "plane", number)
    return tuple({n: _like(n, a, rng) for n, a in tensors.items()} for tensors in params)


def _like(name: str, value: Array, rng: np.random.Generator) -> Array:
    drawn = np.asarray(rng.standard_normal(value.shape))
    if name in BIASES:
        return np.zeros_like(value)
    own, random = (np.linalg.norm(a.reshape(len(a), -1), axis=1) for a in (value, drawn))
    found: Array = drawn * (own / random).reshape(-1, *[1] * (value.ndim - 1))
    return found


def gaussian(params: Params, seed: int, number: int) -> Params:
    """d ~ N(0, 1), biases too."""
    rng = generator(seed, "plane", number)
    return tuple({n: np.asarray(rng.standard_normal(a.shape)) for n, a in tensors.items()} for tensors in params)


class Perpendicular(NamedTuple):
    """A second direction at a right angle to the first, and why it is another than the wanted one, if it is."""

    direction: Params
    note: str = ""


def independent(first: Params, second: Params) -> bool:
    """Do the two span a plane?"""
    a, b = flat(first), flat(second)
    return _rest(a, b) is not None


def perpendicular(first: Params, wanted: Params, length: float, seed: int) -> Perpendicular:
    """The part of `wanted` that is perpendicular to `first`, scaled to `length`; a random one where there is no such part.

    Raises SpecError where nothing is perpendicular: `first` is zero or not finite, or the only direction that there is.
    """
    a = flat(first)
    rest, note = _rest(a, flat(wanted)), ""
    for number in range(2, 2 + TRIES):
        if rest is not None:
            break
        note = "the wanted second direction is parallel to the first, or zero: a random perpendicular one stands in for it"
        rest = _rest(a, flat(gaussian(first, seed, number)))
    if rest is None:
        raise SpecError("plane", "no direction is at a right angle to the first one here", "take a line, or another state")
    return Perpendicular(unflat(rest * (length / np.linalg.norm(rest)), first), note)


def _rest(a: Array, b: Array) -> Array | None:
    """b without its part along a; None where nothing of b is left, or a is zero.  Twice, so that rounding leaves no part."""
    square, size = float(a @ a), float(np.linalg.norm(b))
    if square == 0.0 or size == 0.0:
        return None
    rest: Array = b - a * ((a @ b) / square)
    rest = rest - a * ((a @ rest) / square)
    return rest if np.linalg.norm(rest) > PARALLEL * size else None


def scaled(direction: Params, length: float) -> Params:
    """The same direction, of another length."""
    v = flat(direction)
    return unflat(v * (length / float(np.linalg.norm(v))), direction)
