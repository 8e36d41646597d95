"""The same derivatives by independent methods: how far they are apart, and what each of them costs."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, NamedTuple

import numpy as np

from core.address import Address
from core.derive.formula import writing
from core.derive.told import Told
from core.experiment import Experiment
from core.flat import addresses, flat, unflat
from core.gradients import GRADIENTS, Cost, derivative_along
from core.gradients.backprop import Backprop
from core.gradients.symbolic import check_weight
from core.kinks import SUSPECT, kinks_told, kinks_within
from core.network import Network, Noises
from core.numeric import Array, Params
from core.randomness import generator
from core.spec import SpecError, shown
from core.state import State
from core.symbol import Symbol, as_symbol, derivative, variable
from core.symbol_size import products
from core.training import batch_of
from core.work import Work, finished, quiet, timed

METHODS = (*GRADIENTS.members, "symbolic")
LIGHTER = (
    6  # units of a link's effort in the time of one multiplication as they are counted here, with the passes that go with it
)
MOST_WORK = 3e7  # multiplications, over the batch and all evaluations: about a second in all
THOROUGH = 7e8  # the same where a reader is ready to wait: a few seconds
MOST_WEIGHTS = 300  # perturbed one by one without being asked for: each is a pass through the network, some 100 µs of Python
MOST_NODES = 60_000  # of the symbolic derivatives, all weights together
APART = 1e-4  # a disagreement, in the largest gradient, beyond which methods are said to differ; below SUSPECT it is rounding
DIRECTIONS = 4  # random ones along which a network too large for the rest is checked


class Measured(NamedTuple):
    """One method's gradient, and what it cost."""

    kind: str
    grads: Params
    cost: Cost
    accuracy: str


def compare(
    experiment: Experiment, state: State, methods: Sequence[str] | None = None, address: str | None = None, example: int = 0,
    *, thorough: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The whole answer at once; see `comparing`."""
    return finished(comparing(experiment, state, methods, address, example, thorough=thorough))


def comparing(
    experiment: Experiment, state: State, methods: Sequence[str] | None = None, address: str | None = None, example: int = 0,
    *, thorough: bool = False,
) -> Work[dict[str, Any]]:  # fmt: skip
    """dL/d(every parameter) of the step that `state` is about to take, by each method, with differences and counted costs.

    Without `methods` all that fit this network are used, in about a tenth of a second; the others are named in `left_out`.
    Raises SpecError at "methods" where a method that was asked for does not exist or would take too long.  With an `address`
    the symbolic method also writes the derivative of that one weight out, for one example of the batch: `symbolic`.  `thorough`
    takes seconds rather than leave a method out, one evaluation of the network after another.
    """
    _check_names(methods)
    which = None if address is None else Address.parse(address)
    if which:  # read, though no method that was asked for may write it out
        check_weight(state.params, which)
    single = which is not None and "symbolic" in (methods or METHODS)
    symbolic = None
    if which and single:
        told = yield from Told.telling(experiment, state, example)
        symbolic = yield from writing(told, which)
    chosen, left_out = [], []
    for kind in methods or METHODS:
        problem = _too_long(experiment, kind, THOROUGH if thorough else MOST_WORK, asked=thorough or bool(methods))
        if problem and methods and not (kind == "symbolic" and single):  # all weights' formulas are not what was asked for
            raise SpecError("methods", f"{kind}: {problem}", "leave this method out, or use fewer units or a smaller batch")
        if problem:
            left_out.append({"kind": kind, "message": problem})
        else:
            chosen.append(kind)
    yield 0.0
    found = yield from quiet(_found(experiment, state, chosen, checked=bool(left_out)))
    return found | {"left_out": left_out} | ({"symbolic": symbolic} if symbolic else {})


def _found(experiment: Experiment, state: State, kinds: Sequence[str], *, checked: bool) -> Work[dict[str, Any]]:
    """What the methods come to; `checked` along random directions too."""
    network, batch = experiment.network, batch_of(experiment, state.step)
    given = (batch.x, batch.y, network.noises(experiment.seed, state.step, len(batch)))
    found = list[Measured]()
    for kind in kinds:
        found += [(yield from _measured(experiment, kind, state.params, *given))]
    reference = network.gradient(state.params, *given)
    along = (yield from _along(experiment, state, reference, given)) if checked else None
    kinks = yield from kinks_within(
        experiment, state.params, next((m.grads for m in found if m.kind == "numerical"), None), reference, given
    )
    return {
        "step": state.step, "count": network.size, "examples": len(batch),
        "methods": [_document(m, reference, kinks, network.kinks) for m in found], "along": along,
        "worst": _worst(state.params, {m.kind: m.grads for m in found}),
        "kinks": kinks, "smooth": _worst(state.params, {m.kind: m.grads for m in found}, {kink["address"] for kink in kinks}),
    }  # fmt: skip


def _check_names(methods: Sequence[str] | None) -> None:
    if methods is None:
        return
    if not isinstance(methods, (list, tuple)) or not methods or len(set(map(str, methods))) != len(methods):
        raise SpecError("methods", "expected a list of methods, without repeats", f"the methods are {', '.join(METHODS)}")
    for i, kind in enumerate(methods):
        if kind not in METHODS:
            raise SpecError(
                f"methods.{i}", f"expected one of {', '.join(METHODS)}, got {shown(kind)}", "leave methods out for all that fit"
            )


def _too_long(experiment: Experiment, kind: str, most: float, *, asked: bool) -> str:
    """Why this method would take too long for this network, if nobody asked for it in particular; empty if it would not."""
    network, size = experiment.network, experiment.network.size
    products = Backprop().count(network, experiment.batch).multiplications
    work = (products + experiment.batch * network.effort // LIGHTER) * size
    nodes = products * size
    if kind == "symbolic" and nodes > MOST_NODES:
        return f"every derivative would be written out, in about {nodes:,} operations; at most {MOST_NODES:,} are made here"
    if kind not in ("symbolic", "backprop") and work > most:
        return (f"it would evaluate the network anew for each of the {size:,} parameters, in the time of about "
                f"{work:,} multiplications; at most {most:,.0f} are made here")  # fmt: skip
    if kind not in ("symbolic", "backprop") and size > MOST_WEIGHTS and not asked:
        return f"it would evaluate the network anew for each of the {size:,} parameters, unasked for at most {MOST_WEIGHTS}"
    return ""


def _measured(experiment: Experiment, kind: str, params: Params, x: Array, target: Array, noises: Noises) -> Work[Measured]:
    """One method's gradient; with the experiment's own hyperparameters where it is the experiment's method."""
    network = experiment.network
    if kind == "symbolic":
        (grads, multiplications), seconds = yield from timed(symbolic_gradient(network, params, x, target, noises))
        return Measured(kind, grads, Cost(1, 0, multiplications, seconds), "exact, but for rounding")
    method = experiment.gradient if experiment.gradient.kind == kind else GRADIENTS[kind]()
    grads, cost = yield from method.measuring(network, params, x, target, noises)
    return Measured(kind, grads, cost, method.accuracy)


def symbolic_gradient(network: Network, params: Params, x: Array, target: Array, noises: Noises) -> Work[tuple[Params, int]]:
    """L as one formula of all parameters, and each of its derivatives as another: their numbers, and the products in them."""
    symbols: Any = tuple({name: _variables(f"{i}/{name}", a) for name, a in tensors.items()} for i, tensors in enumerate(params))
    loss = as_symbol(network.objective(symbols, x, target, noises))
    weights = [w for tensors in symbols for a in tensors.values() for w in a.ravel()]
    found, multiplications = np.zeros(len(weights)), 0
    for k, weight in enumerate(weights):
        slope = derivative(loss, weight)
        found[k], multiplications = slope.primal, multiplications + products(slope)
        yield (k + 1) / len(weights)
    return unflat(found, params), multiplications


def _variables(name: str, values: Array) -> Array:
    found = np.empty(values.shape, object)
    for index in np.ndindex(values.shape):
        made: Symbol = variable(f"{name}/{','.join(map(str, index))}", float(values[index]))
        found[index] = made
    return found


def _document(method: Measured, reference: Params, kinks: Sequence[Any], causes: Sequence[str]) -> dict[str, Any]:
    """The JSON form: the method, its gradient and cost, where it is farthest from backpropagation; a note on kinks."""
    names = addresses(reference)
    gaps = np.abs(flat(method.grads) - flat(reference))
    worst = int(np.argmax(gaps)) if gaps.size else 0
    error = {"address": names[worst], "difference": float(gaps[worst])} if gaps.size else None
    told = {"kind": method.kind, "grads": method.grads, "accuracy": method.accuracy, "worst": error} | method.cost._asdict()
    return told | ({"note": kinks_told(len(kinks), causes)} if method.kind == "numerical" and kinks else {})


def _worst(params: Params, grads: dict[str, Params], kinked: Container[str] = ()) -> dict[str, Any] | None:
    """The parameter about which two methods disagree most, and what they say; central differences have no say at a kink."""
    names, table = addresses(params), np.array([flat(g) for g in grads.values()])
    if not names or len(table) < 2:
        return None
    says = np.ones(table.shape, bool)
    says[[kind == "numerical" for kind in grads]] = [name not in kinked for name in names]
    gaps = table.max(axis=0, where=says, initial=-np.inf) - table.min(axis=0, where=says, initial=np.inf)
    at = int(np.argmax(gaps))
    largest = float(np.abs(table).max())
    values = {kind: float(v) for kind, v, counts in zip(grads, table[:, at], says[:, at], strict=True) if counts}
    return {"address": names[at], "values": values} | _told(float(gaps[at]), largest)


def _told(difference: float, largest: float) -> dict[str, Any]:
    """How far apart methods are, and whether that is their accuracy or another number.

    Where all gradients are tiny, a difference below SUSPECT is central differences' rounding, however large it is beside them.
    """
    agree = difference <= max(APART * largest, SUSPECT)
    return {"difference": difference, "relative": difference / largest if largest else 0.0, "agree": bool(agree)}


def _along(experiment: Experiment, state: State, reference: Params, batch: tuple[Array, Array, Noises]) -> Work[dict[str, Any]]:
    """Every parameter checked at once: g·v against forward mode's slope along random directions v, one evaluation each."""
    found = []
    for k in range(DIRECTIONS):
        direction = generator(experiment.seed, "plane", state.step, k).standard_normal(experiment.network.size)
        direction /= np.linalg.norm(direction)
        expected = float(flat(reference) @ direction)
        slope = derivative_along(experiment.network, state.params, unflat(direction, reference), *batch)
        found.append({"backprop": expected, "forward_mode": slope, "difference": abs(slope - expected)})
        yield 1.0
    slopes = [abs(value) for entry in found for value in (entry["backprop"], entry["forward_mode"])]
    return {"directions": found} | _told(max(entry["difference"] for entry in found), max(slopes))
