"""Where a run stands: the updates taken, the parameters, the optimizer's memory; and its JSON form, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from core.experiment import Experiment
from core.numeric import Array, Params
from core.optimizers import OPTIMIZERS, Optimizer
from core.spec import SpecError, shown

BEGAN = "began"  # in `shared`: the step at which the optimizer's memory was empty; absent, it was step 0
MOST_STEPS = 10_000_000  # the largest step number a state may carry

Memory = tuple[Mapping[str, Mapping[str, Array]], ...]  # slots[layer][parameter][name]


class Words(NamedTuple):
    """What is said where a document's arrays are not those of the experiment's network."""

    anew: str  # what to do where they are of other layers
    belongs: str  # and where they are of other shapes
    null: str  # what a number tells that is not finite


OF_A_STATE = Words(
    "start anew: POST /api/start", "the state must belong to this experiment: POST /api/start",
    "this state has diverged: go back to an earlier one, or take a smaller learning rate",
)  # fmt: skip
ANSWERED = "hand in those that POST /api/surface answered for these layers"
OF_A_PLANE = Words(ANSWERED, ANSWERED, "expected finite numbers, got a null")


@dataclass(frozen=True)
class State:
    """Where a run stands: the number of updates taken, the parameters, the optimizer's memory."""

    step: int
    params: Params
    slots: Memory
    shared: Mapping[str, float] = field(default_factory=dict)  # memory of the whole run, not of one parameter; and where it began

    @property
    def k(self) -> int:
        """The number, from 1, of the update to come, counted from where the optimizer's memory began (`shared.began`, else 0)."""
        return self.step - int(self.shared.get(BEGAN, 0)) + 1

    def document(self) -> dict[str, Any]:
        """The JSON form (arrays still arrays)."""
        shown = {"step": self.step, "params": self.params, "slots": self.slots}
        return shown | ({"shared": dict(self.shared)} if self.shared else {})


def start(experiment: Experiment) -> State:
    """The initial state: it follows from the experiment alone."""
    return begun(experiment, 0, experiment.network.init(experiment.seed, experiment.init))


def begun(experiment: Experiment, step: int, params: Params) -> State:
    """A state at these parameters whose optimizer remembers nothing yet: its first update is number k = 1."""
    shared = experiment.optimizer.shared() | ({BEGAN: float(step)} if step else {})
    return State(step, params, memory(experiment, params), shared)


def memory(experiment: Experiment, params: Params) -> Memory:
    """The optimizer's memory before the first update."""
    return tuple({name: experiment.optimizer.slots(a) for name, a in tensors.items()} for tensors in params)


def parse_state(experiment: Experiment, document: Any, path: str = "state") -> State:
    """Read a state's JSON form, checked against the experiment's shapes.  Raises SpecError with the field's path.

    A memory of the form of this optimizer's is gone on with, whichever optimizer it was of, for a state does not say: v = Σ g² of
    AdaGrad as the v of RMSprop, momentum's velocity as Nesterov's.  One of another optimizer's form is put aside, and so is none
    (`slots` null or left out): the memory then begins anew at this step, and counts its updates from 1.
    """
    if document is None:
        return start(experiment)
    _object(document, path, {"step", "params"}, {"slots", "shared"})
    step = document["step"]
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= MOST_STEPS:
        raise SpecError(
            f"{path}.step", f"expected a whole number from 0 to {MOST_STEPS:,}, got {shown(step)}", "the number of updates taken"
        )
    fresh = begun(experiment, step, _tensors(document["params"], start(experiment).params, f"{path}.params"))
    if _is_anothers(document, experiment, fresh):
        return fresh
    given, told = document.get("slots"), document.get("shared")
    shared = _shared({} if told is None else told, fresh, experiment, path)
    if given is None:
        return replace(fresh, shared=shared)
    _aligned(given, fresh.slots, f"{path}.slots")
    slots = tuple(
        _remembered(g, expected, experiment.optimizer, f"{path}.slots.{i}")
        for i, (g, expected) in enumerate(zip(given, fresh.slots, strict=True))
    )
    return State(step, fresh.params, slots, shared)


def parse_params(experiment: Experiment, document: Any, path: str) -> Params:
    """Read parameters of the experiment's network that no run has come to: a plane's origin, or a direction.

    Raises SpecError with the field's path.
    """
    return _tensors(document, start(experiment).params, path, OF_A_PLANE)


def _is_anothers(document: Mapping[str, Any], experiment: Experiment, fresh: State) -> bool:
    """Is there no memory that this optimizer could go on with: none at all, or one of the form of another kind's only?"""
    slots, shared = document.get("slots"), document.get("shared")
    own = experiment.optimizer
    if slots is None and (shared is None or own.slots(np.zeros(1))):
        return True
    kinds = [cls() for cls in OPTIMIZERS]
    foreign = {name for kind in kinds for name in kind.shared()} - set(own.shared())
    if isinstance(shared, Mapping) and foreign & set(shared):
        return True
    given = {tuple(sorted(map(str, names))) for names in _slot_names(slots)}
    mine, known = _names_of(own), {_names_of(kind) for kind in kinds}
    return len(given) == 1 and given <= known - {mine}


def _names_of(optimizer: Optimizer) -> tuple[str, ...]:
    return tuple(sorted(optimizer.slots(np.zeros(1))))


def _slot_names(slots: Any) -> Iterator[Mapping[str, Any]]:
    """What is given as the memory of every parameter, wherever it has the form of one."""
    for tensors in slots if isinstance(slots, (list, tuple)) else ():
        yield from (names for names in tensors.values() if isinstance(names, Mapping)) if isinstance(tensors, Mapping) else ()


def _shared(given: Any, fresh: State, experiment: Experiment, path: str) -> dict[str, float]:
    """The memory of the whole run, and where it began."""
    own = experiment.optimizer.shared()
    _object(given, f"{path}.shared", set(), {BEGAN, *own})
    found = {name: float(_array(value, (), f"{path}.shared.{name}")) for name, value in given.items()}
    began = found.get(BEGAN, 0.0)
    if not (0 <= began <= fresh.step and began.is_integer()):
        raise SpecError(f"{path}.shared.{BEGAN}", f"expected a whole number from 0 to {fresh.step}, the state's own step",
                        "the step at which the optimizer's memory was empty")  # fmt: skip
    for name in own:
        if found.get(name, 1.0) <= 0:
            raise SpecError(
                f"{path}.shared.{name}",
                f"expected a number above 0, got {shown(found[name])}",
                "leave it out, and it begins anew",
            )
    return own | {name: value for name, value in found.items() if name != BEGAN or value}


def _object(value: Any, path: str, needed: set[str], allowed: set[str]) -> None:
    known = ", ".join(sorted(needed | allowed))
    hint = f"the fields are {known}" if known else "nothing is held here: {}"
    if not isinstance(value, Mapping):
        raise SpecError(path, f"expected an object, got {shown(value)}", hint)
    for key in sorted(needed - set(value)):
        raise SpecError(f"{path}.{key}", "this field is needed", hint)
    for key in sorted(map(str, set(value) - needed - allowed)):
        raise SpecError(f"{path}.{key[:40]}", "no such field", hint)


def _remembered(value: Any, expected: Mapping[str, Mapping[str, Array]], optimizer: Optimizer, path: str) -> dict[str, Any]:
    """The optimizer's memory of one link's parameters; what it holds of squares is not negative."""
    _object(value, path, set(expected), set())
    found = {name: _named(value[name], slots, f"{path}.{name}") for name, slots in expected.items()}
    for name, slots in found.items():
        for square in optimizer.squares & set(slots):
            least = float(slots[square].min(initial=0.0))
            if least < 0:
                message = f"expected no negative number, got {shown(least)}"
                raise SpecError(f"{path}.{name}.{square}", message, "it remembers squares of gradients")
    return found


def _aligned(value: Any, expected: Any, path: str, words: Words = OF_A_STATE) -> None:
    if not isinstance(value, (list, tuple)) or len(value) != len(expected):
        came = f"a list of {len(value)}" if isinstance(value, (list, tuple)) else shown(value)
        message = f"expected a list of {len(expected)} objects, one a layer, got {came}"
        raise SpecError(path, message, words.anew)


def _tensors(value: Any, expected: Params, path: str, words: Words = OF_A_STATE) -> Params:
    _aligned(value, expected, path, words)
    return tuple(_named(v, e, f"{path}.{i}", words) for i, (v, e) in enumerate(zip(value, expected, strict=True)))


def _named(value: Any, expected: Mapping[str, Array], path: str, words: Words = OF_A_STATE) -> dict[str, Array]:
    _object(value, path, set(expected), set())
    return {name: _array(value[name], array.shape, f"{path}.{name}", words) for name, array in expected.items()}


def _array(value: Any, shape: tuple[int, ...], path: str, told: Words = OF_A_STATE) -> Array:
    """A nested list as a float64 array of just this shape, every number finite; else it is refused in the words that are told."""
    words = f"numbers of shape {' × '.join(map(str, shape))}" if shape else "one number"
    if not _fits(value, shape):
        message = f"expected {words}, got {shown(value)}"
        raise SpecError(path, message, told.belongs)
    try:
        array = np.array(value, dtype=np.float64).reshape(shape)  # null becomes NaN
    except (TypeError, ValueError, OverflowError) as error:
        raise SpecError(path, f"expected {words} that a float64 can hold, got {shown(value)}", "none beyond 1.8e308") from error
    if not np.isfinite(array).all():
        raise SpecError(path, told.null, "a null stands where a number grew beyond what a float64 can hold")
    return array


def _fits(value: Any, shape: tuple[int, ...]) -> bool:
    """Is it a nested list of this shape, with numbers at the leaves, or null where one was not finite?"""
    if isinstance(value, np.ndarray):
        return bool(value.shape == shape)
    if not shape:
        return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
    return isinstance(value, list) and len(value) == shape[0] and all(_fits(v, shape[1:]) for v in value)
