"""Levenberg–Marquardt's damped system: where a weight's change comes from when all weights are solved for at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.address import Address
from core.derive.terms import Factors
from core.derive.told import Told
from core.numeric import Array
from core.residuals import least_squares

LARGEST_ROW = 64  # weights of a network whose damped system is told, a row at a time
LARGEST_MATRIX = 6  # weights of a network of which the whole system is told


def damped_system(told: Told, address: Address) -> dict[str, Any] | None:
    """(JᵀJ + λI) Δw = −Jᵀr: the row of this weight, with every Δw and the tries; all rows where they are few.

    None for an optimizer that reads the gradient alone, or a large network.
    """
    trace, network = told.trace, told.network
    if told.experiment.optimizer.reads != "residuals" or network.size > LARGEST_ROW:
        return None
    outputs = [trace.batch.x, *(link.output for link in trace.layers)]
    problem = least_squares(network, trace.before, outputs, trace.batch.y, told.noises)
    tries = trace.extra["tries"]
    told_try = next((t for t in tries if t["accepted"]), tries[-1])
    matrix: Array = problem.jacobian.T @ problem.jacobian + told_try["damping"] * np.eye(network.size)
    right: Array = -problem.jacobian.T @ problem.residuals
    addresses = _addresses(told)
    at = addresses.index(address)
    solved, whole = told_try["change"], network.size <= LARGEST_MATRIX
    return {
        "damping": float(told_try["damping"]), "accepted": bool(told_try["accepted"]), "place": at,
        "addresses": [str(each) for each in addresses], "unknowns": _unknowns(told, addresses),
        "row": matrix[at], "right": float(right[at]), "solution": solved,
        "products": None if solved is None else matrix[at] * solved,
        "matrix": matrix if whole else None, "rights": right if whole else None, "tries": tries,
    }  # fmt: skip


def _addresses(told: Told) -> list[Address]:
    """The addresses of all parameters, in the order of the system's rows."""
    return [
        Address(i, name, tuple(int(k) for k in index))
        for i, tensors in enumerate(told.trace.before) for name, a in tensors.items() for index in np.ndindex(a.shape)
    ]  # fmt: skip


def _unknowns(told: Told, addresses: list[Address]) -> list[dict[str, str]]:
    """What is solved for: the change of every parameter, by its symbol."""
    param = Factors(told).param
    return [{"symbol": rf"\Delta {param(each.layer, each.name, each.index).symbol}"} for each in addresses]
