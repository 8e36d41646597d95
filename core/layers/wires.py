"""The edges inside one link: which input reaches which output and how steeply, and where a parameter meets the input.

For one example.  Places are flat: the number of an entry counted row by row, without the batch axis.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.numeric import Array

Index = tuple[int, ...]


class Wires(NamedTuple):
    """dy[out] = Σ slope · dx[into]; a wire exists where the structure allows influence, also while its slope is 0."""

    out: Array  # (E,) places of outputs
    into: Array  # (E,) places of inputs
    slope: Array  # (E,) ∂y[out]/∂x[into]


class Uses(NamedTuple):
    """y[out] += w · amount, amount = x[into], or a constant where into is −1: so ∂ℓ/∂w = Σ δ[out] · amount."""

    out: Array  # (U,) places of outputs
    into: Array  # (U,) places of inputs, −1 where the parameter meets none
    amount: Array  # (U,)


class Part(NamedTuple):
    """One factor of a local slope: an entry of one of the link's arrays (`W`, `slope`, `mask`, …), or a number of its own."""

    array: str
    at: Index
    value: float | None = None  # None: the array's entry itself


def every_pair(jacobian: Array) -> Wires:
    """All outputs by all inputs: J (outputs, inputs)."""
    out, into = np.indices(jacobian.shape).reshape(2, -1)
    return Wires(out, into, jacobian.ravel())


def one_to_one(slope: Array) -> Wires:
    """Output n hangs on input n alone."""
    places = np.arange(slope.size)
    return Wires(places, places, slope.ravel())


def met(out: Array, into: Array, x: Array) -> Uses:
    """Uses that meet the example's input x, (*in_shape)."""
    return Uses(out, into, x.ravel()[into])


def alone(out: Array) -> Uses:
    """Uses of a parameter that is added as it is: a bias, the row of an embedding."""
    return Uses(out, np.full(out.shape, -1), np.ones(out.shape))
