"""How a gradient became a change of this weight: the optimizer's own equations, with its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.address import Address
from core.derive.latex import signed, substituted
from core.derive.symbols import hyperparameters, place
from core.derive.told import Told

NAMES = {"velocity": "v", "m_hat": r"\hat m", "v_hat": r"\hat v"}  # what the equations call what the optimizer remembers or shows


def update(told: Told, address: Address) -> list[dict[str, Any]]:
    """The quantities in the order in which they arise, each with symbol, value and place in the trace; last the new weight."""
    i, name, index = address.layer, address.name, address.index
    trace, optimizer = told.trace, told.experiment.optimizer

    def at(tensor: Any) -> float:
        return float(np.asarray(tensor[i][name])[index])

    where = (i, name, index)
    before, change, after = at(trace.before), at(trace.updates), at(trace.after)
    gradient = float(trace.layers[i].grads[name][index])
    found = [
        _quantity("w", before, place("trace.before", *where), "the weight before the step"),
        _quantity("g", gradient, place("trace.layers", i, "grads", name, index), "the gradient of the batch's loss"),
    ]
    if optimizer.reads == "gradient":
        found += _equations(told, address, gradient, before)
    else:
        taken = any(one["accepted"] for one in trace.extra["tries"])
        told_as = "this weight's part of the solution" if taken else "no try was accepted, so nothing moves"
        found += [_quantity(r"\Delta w", change, place("trace.updates", *where), told_as)]
    after_line = {"equation": r"w_{\text{new}} = w + \Delta w", "numbers": f"{signed(before)} + {signed(change)}"}
    return [*found, _quantity(r"w_{\text{new}}", after, place("trace.after", *where), "the weight after the step") | after_line]


def _quantity(symbol: str, value: float, path: str | None, name: str) -> dict[str, Any]:
    return {"symbol": symbol, "value": value, "path": path, "name": name}


def _equations(told: Told, address: Address, gradient: float, before: float) -> list[dict[str, Any]]:
    """What was remembered, then each of the optimizer's equations with its numbers."""
    i, name, index = address.layer, address.name, address.index
    trace, optimizer = told.trace, told.experiment.optimizer
    remembered = {NAMES.get(slot, slot): float(a[index]) for slot, a in trace.memory[i][name].items()}
    known = {symbol: float(value) for symbol, (_, value) in hyperparameters(optimizer).items()}
    known |= {"g": gradient, "w": before, "k": float(trace.k)} | remembered
    results = {r"\Delta w": (float(trace.updates[i][name][index]), place("trace.updates", i, name, index))}
    for group, arrays in (("slots", trace.slots), ("shown", trace.shown)):
        for slot, a in arrays[i][name].items():
            results[NAMES.get(slot, slot)] = float(a[index]), place("trace", group, i, name, slot, index)
    kept = "remembered from the step before"
    found = [
        _quantity(NAMES.get(slot, slot), float(a[index]), place("trace.memory", i, name, slot, index), kept)
        for slot, a in trace.memory[i][name].items()
    ]
    for equation in optimizer.equations:
        left, arrow, right = _sides(equation)
        value, path = results[left]
        line = {"equation": equation, "numbers": substituted(right, known), "relation": arrow}
        found.append(_quantity(left, value, path, "the change" if left == r"\Delta w" else "computed in this step") | line)
        known[left] = value
    return found


def _sides(equation: str) -> tuple[str, str, str]:
    arrow = r"\leftarrow" if r"\leftarrow" in equation else "="
    left, right = equation.split(arrow, 1)
    return left.strip(), arrow, right.strip()
