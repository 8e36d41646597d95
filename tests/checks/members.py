"""The checks of losses, matched pairs, penalties and initializers."""

from collections.abc import Callable

import autograd
import autograd.numpy as anp
import numpy as np

from core.heads import HEADS, Head
from core.initializers import INITIALIZERS
from core.layers import LAYERS
from core.losses import LOSSES
from core.numeric import Array, Params
from core.penalties import PENALTIES
from tests.cases import InitCase, LossCase, PenaltyCase
from tests.checks.agreement import AUTOGRAD, EXACT, close, gradients_agree
from tests.checks.kinks import check_corners


def draw_targets(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Targets of one of the case table's sorts."""
    if kind == "one-hot":
        return np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]
    draws: dict[str, Callable[[], Array]] = {
        "numbers": lambda: rng.normal(size=shape),
        "bits": lambda: rng.integers(0, 2, shape) * 1.0,
        "counts": lambda: rng.poisson(2.0, shape) * 1.0,
        "signs": lambda: rng.choice([-1.0, 1.0], shape),
    }
    return draws[kind]()


def check_loss(case: LossCase, seed: int = 0) -> None:
    """per_example against its transcription, slope against four ways to the derivative and autograd."""
    loss = LOSSES.parse(case.fields, "loss")
    rng = np.random.default_rng(seed)
    shape = (5, 3)
    predicted, target = rng.uniform(*case.predictions, shape), draw_targets(case.targets, shape, rng)
    where = f"{case}, seed {seed}"
    close(
        f"{where}: loss vs transcription",
        loss.per_example(predicted, target),
        case.transcription(case.fields, predicted, target),
        EXACT,
        where,
    )
    slope = loss.slope(predicted, target)
    gradients_agree(f"{where}: slope", slope, lambda p: loss.per_example(p, target).sum(), predicted, where)
    theirs = autograd.grad(lambda p: anp.sum(case.transcription(case.fields, p, target)))(predicted)
    close(f"{where}: slope vs autograd", slope, theirs, AUTOGRAD, where)
    if loss.sum_of_squares:
        squares = loss.sum_of_squares * ((predicted - target) ** 2).sum(axis=1)
        close(f"{where}: sum_of_squares", loss.per_example(predicted, target), squares, EXACT, where)
    low, high = case.predictions
    check_corners(
        where,
        loss.kinked,
        lambda t: loss.slope((low + (high - low) * t)[:, None], np.full((len(t), 1), target[0, 0])).sum(axis=1),
    )


def check_head(pair: tuple[str, str], seed: int = 0) -> None:
    """Fused loss and δ against the two links in their plain forms, and against four ways to the derivative by z."""
    head: Head = HEADS[pair]
    activation, loss = LAYERS.parse({"kind": pair[0]}, ""), LOSSES.parse({"kind": pair[1]}, "")
    rng = np.random.default_rng(seed)
    sort = {"binary_cross_entropy": "bits", "cross_entropy": "one-hot", "poisson": "counts"}.get(pair[1], "numbers")
    z, target = rng.normal(size=(4, 3)), draw_targets(sort, (4, 3), rng)
    where = f"head {pair}, seed {seed}"
    a = activation.forward({}, z, None)
    close(f"{where}: loss", head.per_example(z, target), loss.per_example(a, target), EXACT, where)
    delta = head.delta(a, target)
    close(f"{where}: δ vs both factors", delta, activation.backward({}, z, a, None, loss.slope(a, target))[0], EXACT, where)
    gradients_agree(f"{where}: δ", delta, lambda v: head.per_example(v, target).sum(), z, where)


def check_penalty(case: PenaltyCase, seed: int = 0) -> None:
    """Cost against its transcription, gradient against four ways to the derivative; biases are left alone."""
    penalty = PENALTIES.parse(case.fields, "penalty")
    w = np.random.default_rng(seed).normal(size=(3, 4))
    where = f"{case.fields}, seed {seed}"
    close(f"{where}: cost", penalty.cost(w), case.transcription(case.fields, w), EXACT, where)
    gradients_agree(f"{where}: gradient", penalty.gradient(w), lambda v: penalty.cost(v) + 0.0 * v.sum(), w, where)
    check_corners(where, penalty.kinked, lambda t: penalty.gradient((1.0 - 2.0 * t)[:, None] * w[0]) @ w[0])
    params: Params = ({"W": w, "b": np.ones(3)}, {})
    close(f"{where}: total", penalty.total(params), penalty.cost(w), EXACT, where)
    close(f"{where}: weights", penalty.gradient_of("W", w), penalty.gradient(w), 0.0, where)
    close(f"{where}: biases", penalty.gradient_of("b", np.ones(3)), np.zeros(3), 0.0, where)


def check_initializer(case: InitCase, seed: int = 0) -> None:
    """Mean, variance and reach of 30 × 5000 weights; biases; equal seeds, equal draws."""
    init = INITIALIZERS.parse(case.fields, "init")
    w = init.weights(np.random.default_rng(seed), (5000, 30), 30, 50)
    where = f"{case}, seed {seed}"
    assert w.shape == (5000, 30), where
    error = np.sqrt(case.variance / w.size)
    assert abs(w.mean() - case.mean) <= 5.0 * error + 1e-12, f"{where}: mean {w.mean()}, expected {case.mean} ± {error}"
    spread = case.variance * np.sqrt(2.0 / w.size)
    assert abs(w.var() - case.variance) <= 5.0 * spread + 1e-12, (
        f"{where}: variance {w.var()}, expected {case.variance} ± {spread}"
    )
    farthest = float(np.abs(w - case.mean).max())
    if case.reach is not None:
        assert 0.999 * case.reach <= farthest <= case.reach + 1e-12, f"{where}: reach {farthest}, expected {case.reach}"
    else:
        assert farthest > 3.5 * np.sqrt(case.variance), f"{where}: a normal distribution has tails, the farthest is {farthest}"
    biases = np.full(4, case.fields["value"]) if case.kind == "constant" else np.zeros(4)
    close(f"{where}: biases", init.biases(np.random.default_rng(seed), (4,), 30, 50), biases, 0.0, where)
    close(f"{where}: replay", init.weights(np.random.default_rng(seed), (5000, 30), 30, 50), w, 0.0, where)
