"""Where a run stands: the updates taken, the parameters, the optimizer's memory; and its JSON form, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.experiment import Experiment
from core.numeric import Array, Params
from core.spec import SpecError

MOST_STEPS = 10_000_000  # the largest step number a state may carry

Memory = tuple[Mapping[str, Mapping[str, Array]], ...]  # slots[layer][parameter][name]


@dataclass(frozen=True)
class State:
    """Where a run stands: the number of updates taken, the parameters, the optimizer's memory."""

    step: int
    params: Params
    slots: Memory
    shared: Mapping[str, float] = field(default_factory=dict)  # memory of the whole run, not of one parameter

    def document(self) -> dict[str, Any]:
        """The JSON form (arrays still arrays)."""
        shown = {"step": self.step, "params": self.params, "slots": self.slots}
        return shown | ({"shared": dict(self.shared)} if self.shared else {})


def start(experiment: Experiment) -> State:
    """The initial state: it follows from the experiment alone."""
    params = experiment.network.init(experiment.seed, experiment.init)
    return State(0, params, memory(experiment, params), experiment.optimizer.shared())


def memory(experiment: Experiment, params: Params) -> Memory:
    """The optimizer's memory before the first update."""
    return tuple({name: experiment.optimizer.slots(a) for name, a in tensors.items()} for tensors in params)


def parse_state(experiment: Experiment, document: Any, path: str = "state") -> State:
    """Read a state's JSON form, checked against the experiment's shapes.  Raises SpecError with the field's path."""
    if document is None:
        return start(experiment)
    fresh = start(experiment)
    _object(document, path, {"step", "params"}, {"slots", "shared"})
    step = document["step"]
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= MOST_STEPS:
        raise SpecError(f"{path}.step", f"expected a whole number from 0 to {MOST_STEPS}")
    params = _tensors(document["params"], fresh.params, f"{path}.params")
    slots = fresh.slots
    if document.get("slots") is not None:
        given = document["slots"]
        _aligned(given, fresh.slots, f"{path}.slots")
        slots = tuple(
            {name: _named(_member(g, name, f"{path}.slots.{i}"), s, f"{path}.slots.{i}.{name}") for name, s in expected.items()}
            for i, (g, expected) in enumerate(zip(given, fresh.slots, strict=True))
        )
    shared = dict(fresh.shared)
    if document.get("shared") is not None:
        _object(document["shared"], f"{path}.shared", set(), set(shared))
        shared |= {k: float(_array(v, (), f"{path}.shared.{k}")) for k, v in document["shared"].items()}
    return State(step, params, slots, shared)


def _object(value: Any, path: str, needed: set[str], allowed: set[str]) -> None:
    if not isinstance(value, Mapping):
        raise SpecError(path, "expected an object")
    for key in needed - set(value):
        raise SpecError(f"{path}.{key}", "this field is needed")
    for key in set(value) - needed - allowed:
        raise SpecError(f"{path}.{str(key)[:40]}", "no such field", f"the fields are {', '.join(sorted(needed | allowed))}")


def _member(value: Any, name: str, path: str) -> Any:
    if not isinstance(value, Mapping) or name not in value:
        raise SpecError(f"{path}.{name}", "this field is needed")
    return value[name]


def _aligned(value: Any, expected: Any, path: str) -> None:
    if not isinstance(value, (list, tuple)) or len(value) != len(expected):
        raise SpecError(path, f"expected a list of {len(expected)} objects, one a layer", "start anew: POST /api/start")


def _tensors(value: Any, expected: Params, path: str) -> Params:
    _aligned(value, expected, path)
    return tuple(_named(v, e, f"{path}.{i}") for i, (v, e) in enumerate(zip(value, expected, strict=True)))


def _named(value: Any, expected: Mapping[str, Array], path: str) -> dict[str, Array]:
    _object(value, path, set(expected), set())
    return {name: _array(value[name], array.shape, f"{path}.{name}") for name, array in expected.items()}


def _array(value: Any, shape: tuple[int, ...], path: str) -> Array:
    """A nested list as a float64 array of just this shape, every number finite."""
    shown = " × ".join(map(str, shape)) or "one number"
    if not _fits(value, shape):
        raise SpecError(path, f"expected numbers of shape {shown}", "the state must belong to this experiment: POST /api/start")
    try:
        array = np.array(value, dtype=np.float64).reshape(shape)
    except (TypeError, ValueError, OverflowError) as error:
        raise SpecError(path, f"expected numbers of shape {shown}") from error
    if not np.isfinite(array).all():
        raise SpecError(path, "expected finite numbers", "this state has diverged: go back, or take a smaller learning rate")
    return array


def _fits(value: Any, shape: tuple[int, ...]) -> bool:
    """Is it a nested list of this shape, with numbers at the leaves?"""
    if isinstance(value, np.ndarray):
        return bool(value.shape == shape)
    if not shape:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, list) and len(value) == shape[0] and all(_fits(v, shape[1:]) for v in value)
