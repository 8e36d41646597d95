"""Plants a mistake in the derivative of every member, one at a time, and runs the member's checks: each must be caught.

    python -m tests.mutation

Prints what got through, and caught / planted; the exit code is 1 unless that is 100 %.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np

from core import dual, symbol
from core.gradients import GRADIENTS
from core.heads import HEADS
from core.initializers import INITIALIZERS
from core.layers import LAYERS, Elementwise, Softmax
from core.layers.pooling import Extreme
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS, LevenbergMarquardt
from core.penalties import PENALTIES
from tests import cases, checks

Change = Callable[..., Any]  # what the method gave, then its arguments -> what it shall give instead


@dataclass(frozen=True)
class Mutation:
    """A mistake: where it is planted, and the check that must find it."""

    catalogue: str
    kind: str
    mistake: str
    plant: Callable[[], AbstractContextManager[Any]]
    check: Callable[[], None]

    def __str__(self) -> str:
        return f"{self.catalogue} {self.kind}: {self.mistake}"

    def caught(self) -> bool:
        """Plant it, run the checks, take it out again.  Only a failed check counts, not a crash of the mistake itself."""
        with self.plant():
            try:
                self.check()
            except AssertionError:
                return True
        return False


def wrapped(owner: type, method: str, change: Change) -> Callable[[], AbstractContextManager[Any]]:
    """The method with `change` applied to what it gives."""
    original = getattr(owner, method)

    def mistaken(self: Any, *args: Any) -> Any:
        return change(original(self, *args), *args)

    return lambda: patch.object(owner, method, mistaken)


def member(catalogue: str, kind: str, mistake: str, owner: type, method: str, change: Change) -> Mutation:
    return Mutation(catalogue, kind, mistake, wrapped(owner, method, change), lambda: checks.check_member(catalogue, kind))


NUMBERS: dict[str, Callable[[Any], Any]] = {
    "0.1 % too large": lambda v: 1.001 * v,
    "the sign": lambda v: -v,
    "0.001 added": lambda v: v + 0.001,
    "halved": lambda v: 0.5 * v,
}


def of_layers() -> Iterator[Mutation]:
    for cls in LAYERS:
        for mistake, wrong in NUMBERS.items():
            if not cls.indices or mistake == "0.001 added":
                yield member("layers", cls.kind, f"∂ℓ/∂x, {mistake}", cls, "backward", lambda r, *a, f=wrong: (f(r[0]), r[1]))
        for name in _parameters(cls):
            mistakes = NUMBERS | {
                "one entry": lambda g: g + 0.01 * (np.arange(g.size) == g.size - 1).reshape(g.shape),
                "backwards": lambda g: g.ravel()[::-1].reshape(g.shape),
                "forgotten": lambda g: 0.0 * g,
            }
            for mistake, wrong in mistakes.items():
                yield member("layers", cls.kind, f"∂ℓ/∂{name}, {mistake}", cls, "backward",
                             lambda r, *a, f=wrong, n=name: (r[0], r[1] | {n: f(r[1][n])}))  # fmt: skip
            yield member("layers", cls.kind, f"∂ℓ/∂{name}, not divided by N", cls, "backward",
                         lambda r, p, x, *a, n=name: (r[0], r[1] | {n: len(x) * r[1][n]}))  # fmt: skip
        yield from _of_one_sort(cls)


def _parameters(cls: Any) -> list[str]:
    case = cases.row("layers", cls.kind)
    return list(LAYERS.parse(case.fields, "").param_shapes(case.in_shape))


def _of_one_sort(cls: Any) -> Iterator[Mutation]:
    """Mistakes that only links of one sort can have."""
    if issubclass(cls, Elementwise):
        for mistake, wrong in NUMBERS.items():
            yield member("layers", cls.kind, f"slope, {mistake}", cls, "slope_at", lambda r, *a, f=wrong: f(r))
            yield member(
                "layers", cls.kind, f"shown slope, {mistake}", cls, "shown", lambda r, *a, f=wrong: {"slope": f(r["slope"])}
            )
    if any(kink.kind == cls.kind for kink in cases.KINKS if kink.catalogue == "layers"):
        for side, at_kink in (("right", 1.0), ("mean", 0.55), ("left", -1e-9)):
            yield member("layers", cls.kind, f"the {side} slope at the kink", cls, "slope_at",
                         lambda r, z, a, v=at_kink: np.where(z == 0.0, v, r))  # fmt: skip
            yield member("layers", cls.kind, f"the {side} slope shown at the kink", cls, "shown",
                         lambda r, p, x, *a, v=at_kink: {"slope": np.where(x == 0.0, v, r["slope"])})  # fmt: skip
    if issubclass(cls, Softmax):
        yield member("layers", cls.kind, "1 − a itself for the others", cls, "rest", lambda r, y, *a: y)
        yield member("layers", cls.kind, "only the Jacobian's diagonal", cls, "backward",
                     lambda r, p, x, y, n, g: (y * (1.0 - y) * g, {}))  # fmt: skip
        yield member("layers", cls.kind, "the Jacobian's sign", cls, "shown", lambda r, *a: {"jacobian": -r["jacobian"]})
    if issubclass(cls, Extreme):
        yield member("layers", cls.kind, "the last of equals wins", cls, "beats", lambda r, one, other: r | (one == other))
        yield member("layers", cls.kind, "the neighbour is shown", cls, "shown", lambda r, *a: {"argmax": r["argmax"] ^ 1})
    if cls.kind == "dropout":
        yield member("layers", cls.kind, "the mask turned round", cls, "shown", lambda r, *a: {"mask": 1.0 - r["mask"]})
        yield member("layers", cls.kind, "drop as what stays", cls, "noise", lambda r, *a: 1.0 - r)
        yield member("layers", cls.kind, "a tenth more is removed", cls, "noise",
                     lambda r, rng, *a: r * (rng.random(r.shape) >= 0.1))  # fmt: skip
    if cls.kind == "flatten":
        yield member("layers", cls.kind, "columns first", cls, "backward",
                     lambda r, p, x, y, n, g: (g.reshape(x.shape, order="F"), {}))  # fmt: skip


def of_losses_and_penalties() -> Iterator[Mutation]:
    for mistake, wrong in NUMBERS.items():
        for loss in LOSSES:
            yield member("loss", loss.kind, f"slope, {mistake}", loss, "slope", lambda r, *a, f=wrong: f(r))
        for penalty in PENALTIES:
            if penalty.kind != "none" or mistake == "0.001 added":
                yield member("penalty", penalty.kind, f"gradient, {mistake}", penalty, "gradient", lambda r, *a, f=wrong: f(r))
                yield member("penalty", penalty.kind, f"biases, {mistake}", penalty, "gradient_of",
                             lambda r, n, w, f=wrong: f(r) if n == "W" else r + 0.001)  # fmt: skip
    yield from _at_kinks()
    for mistake, wrong in NUMBERS.items():
        for pair, head in HEADS.items():
            wrong_heads = {
                "δ": replace(head, factor=wrong(head.factor)),
                "loss": replace(head, terms=lambda z, y, f=wrong, h=head: f(h.terms(z, y))),
            }
            for what, bad in wrong_heads.items():
                yield Mutation("head", "+".join(pair), f"{what}, {mistake}", lambda p=pair, b=bad: patch.dict(HEADS, {p: b}),
                               lambda p=pair: checks.check_head(p))  # fmt: skip


def _at_kinks() -> Iterator[Mutation]:
    """The slope of one side, or one between, where a rule has two and promises another."""
    for by in (1.0, -1.0, 0.5):
        yield member("loss", "mae", f"{by} at the tie", LOSSES["mae"], "slope", lambda r, p, y, v=by: r + v * (p == y))
        yield member("loss", "hinge", f"{by} of −y at the margin", LOSSES["hinge"], "slope",
                     lambda r, p, y, v=by: r - v * y * (p * y == 1.0))  # fmt: skip
        yield member("loss", "huber", f"{by} at δ", LOSSES["huber"], "slope", lambda r, p, y, v=by: r + v * (abs(p - y) == 0.5))
        yield member("penalty", "l1", f"{by} at 0", PENALTIES["l1"], "gradient", lambda r, w, v=by: r + v * (w == 0.0))


def of_optimizers() -> Iterator[Mutation]:
    for cls in OPTIMIZERS:
        if issubclass(cls, LevenbergMarquardt):
            for mistake, wrong in NUMBERS.items():
                yield member(
                    "optimizer", cls.kind, f"Δ, {mistake}", cls, "solve", lambda r, *a, f=wrong: r._replace(change=f(r.change))
                )
                yield member("optimizer", cls.kind, f"damping, {mistake}", cls, "solve",
                             lambda r, *a, f=wrong: r._replace(damping=f(r.damping)))  # fmt: skip
            yield member(
                "optimizer", cls.kind, "rejected tries forgotten", cls, "solve", lambda r, *a: r._replace(tries=r.tries[-1:])
            )
            continue
        for mistake, wrong in NUMBERS.items():
            yield member(
                "optimizer", cls.kind, f"Δw, {mistake}", cls, "change", lambda r, *a, f=wrong: r._replace(update=f(r.update))
            )
        for name in OPTIMIZERS.parse({"kind": cls.kind}, "").slots(np.zeros(1)):
            for mistake, wrong in (NUMBERS | {"forgotten": lambda v: 0.0 * v}).items():
                if not (mistake == "the sign" and name in cls.squares):  # its root is no number: a crash, not a mistake
                    yield member("optimizer", cls.kind, f"{name}, {mistake}", cls, "change",
                                 lambda r, *a, f=wrong, n=name: r._replace(slots=r.slots | {n: f(r.slots[n])}))  # fmt: skip
        if cls.kind in ("adam", "adamw"):
            yield from _of_corrections(cls)


def _of_corrections(cls: Any) -> Iterator[Mutation]:
    """Mistakes in what only Adam's kind computes: the corrected means that are shown, the number of the update."""
    for name in ("m_hat", "v_hat"):
        for mistake, wrong in (NUMBERS | {"forgotten": lambda v: 0.0 * v}).items():
            yield member("optimizer", cls.kind, f"shown {name}, {mistake}", cls, "change",
                         lambda r, *a, f=wrong, n=name: r._replace(shown=r.shown | {n: f(r.shown[n])}))  # fmt: skip
    yield Mutation("optimizer", cls.kind, "k counted from 2", _late(cls), lambda k=cls.kind: checks.check_member("optimizer", k))


def _late(cls: Any) -> Callable[[], AbstractContextManager[Any]]:
    original = cls.change
    return lambda: patch.object(cls, "change", lambda self, grad, slots, k, value: original(self, grad, slots, k + 1, value))


def of_initializers_and_methods() -> Iterator[Mutation]:
    for cls in INITIALIZERS:
        if cls.kind != "zeros":
            yield member("init", cls.kind, "5 % too large", cls, "weights", lambda r, *a: 1.05 * r)
        yield member("init", cls.kind, "not centred", cls, "weights", lambda r, *a: r + 0.02)
        yield member("init", cls.kind, "biases", cls, "biases", lambda r, *a: r + 0.1)
    for method in GRADIENTS:
        for mistake, wrong in NUMBERS.items():
            yield member("gradient", method.kind, mistake, method, "gradient", lambda r, *a, f=wrong: spoiled(r, f))
            yield member(
                "gradient", method.kind, f"in pieces, {mistake}", method, "pieces", lambda r, *a, f=wrong: spoiling(r, f)
            )


def spoiled(params: Any, wrong: Change) -> Any:
    """Every array as the mistake has it."""
    return tuple({name: wrong(a) for name, a in tensors.items()} for tensors in params)


def spoiling(work: Any, wrong: Change) -> Any:
    """The same of what comes of some work in pieces."""
    return spoiled((yield from work), wrong)


# for each elementary function, a link or loss whose forward uses it
DUAL_RULES = {"exp": "sigmoid", "expm1": "elu", "log1p": "softplus", "tanh": "tanh"}
SYMBOL_RULES = DUAL_RULES | {"+": "sigmoid", "*": "silu", "/": "sigmoid", "cdf": "gelu"}


def of_rules() -> Iterator[Mutation]:
    """Mistakes in the rules of the witnesses themselves: a witness that is wrong must disagree too."""
    for name, kind in DUAL_RULES.items():
        rule = getattr(np, name)
        yield _rule("dual number", kind, name, dual.SLOPES, rule, lambda x, y, r=dual.SLOPES[rule]: 1.001 * r(x, y), "layers")
    yield _rule("dual number", "gelu", "normal_cdf", dual.SLOPES, dual.NORMAL_CDF, lambda x, y: 0.0 * x, "layers")
    yield _rule("dual number", "poisson", "log", dual.SLOPES, np.log, lambda x, y: 1.001 / x, "loss")
    for name, kind in SYMBOL_RULES.items():
        yield _rule("symbol", kind, name, symbol.SLOPES, name, _scaled(symbol.SLOPES[name]), "layers")
    yield _rule("symbol", "poisson", "log", symbol.SLOPES, "log", _scaled(symbol.SLOPES["log"]), "loss")


def _scaled(rule: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: tuple(slope * 1.001 for slope in rule(*args))


def _rule(sort: str, kind: str, name: str, table: Any, key: Any, wrong: Any, catalogue: str) -> Mutation:
    return Mutation(sort, name, "its rule", lambda: patch.dict(table, {key: wrong}), lambda: checks.check_member(catalogue, kind))


def mutations() -> list[Mutation]:
    """Every mistake."""
    sorts = (of_layers, of_losses_and_penalties, of_optimizers, of_initializers_and_methods, of_rules)
    return [mutation for sort in sorts for mutation in sort()]


def main() -> int:
    planted = mutations()
    missed = [mutation for mutation in planted if not mutation.caught()]
    for mutation in missed:
        print(f"NOT CAUGHT  {mutation}")
    caught, members = len(planted) - len(missed), len({(m.catalogue, m.kind) for m in planted})
    print(f"{members} members, {caught} of {len(planted)} planted mistakes caught: {100 * caught / len(planted):.4g} %")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
