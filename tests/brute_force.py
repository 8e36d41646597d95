"""Every path to the loss, one by one, from Jacobians that are pulled back unit vector by unit vector."""

import numpy as np

from core.derive.told import Told
from core.numeric import Array


def jacobians(step: Told, boundary: int) -> list[Array]:
    """J (outputs, inputs) of every link from `boundary` to the chain's end, each by pulling back unit vectors."""
    found = []
    for i in range(boundary, step.end):
        layer, link, row = step.network.layers[i], step.trace.layers[i], step.row
        x, y, noise = link.input[row], link.output[row], step.noises[i]
        many = [np.repeat(a[None], y.size, axis=0) for a in (x, y)]
        mask = None if noise is None else np.repeat(noise[row][None], y.size, axis=0)
        unit = np.eye(y.size).reshape(y.size, *y.shape)
        found.append(layer.backward(step.trace.before[i], *many, mask, unit)[0].reshape(y.size, -1))
    return found


def paths_one_by_one(step: Told, boundary: int, starts: list[tuple[int, float]]) -> Array:
    """The value of every path that is not 0, one by one, from the Jacobians alone."""
    ways = [(node, amount) for node, amount in starts if amount != 0]
    for jacobian in jacobians(step, boundary):
        ways = [(m, value * jacobian[m, n]) for n, value in ways for m in np.flatnonzero(jacobian[:, n])]
    end = step.grad(step.end)
    return np.array([value * end[node] for node, value in ways if end[node] != 0])
