"""The rows of optimizers: each with its paper's algorithm for one number, in plain Python; a call of what it makes is one step.

Written from the papers and from the pseudo-code of PyTorch's documentation (torch.optim), not from `core`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.cases.base import Case

Step = Callable[[float], float]  # the gradient -> the change of the number
Make = Callable[[dict[str, Any], float], Step]  # hyperparameters, the number's first value


def nothing(p: dict[str, Any], grads: list[Any]) -> dict[str, Any]:
    """It shows no other number than its memory."""
    return {}


@dataclass(frozen=True)
class OptimizerCase(Case):
    """An optimizer, its algorithm, and the numbers that it shows beside its memory, from all gradients so far."""

    transcription: Make | None  # None for what reads residuals: checks/optimizers.py solves its equations itself
    shown: Callable[[dict[str, Any], list[Any]], dict[str, Any]] = nothing


def sgd(p: dict[str, Any], theta: float) -> Step:
    return lambda g: -p["learning_rate"] * g


def momentum(p: dict[str, Any], theta: float) -> Step:
    """torch.optim.SGD, momentum μ, dampening 0: b₁ = g₁, b_t = μ b_{t−1} + g_t, θ −= γ b_t."""
    past: list[float] = []

    def step(g: float) -> float:
        past.append(g)
        b = sum(p["momentum"] ** (len(past) - 1 - i) * old for i, old in enumerate(past))  # the recursion, written as a sum
        return -p["learning_rate"] * b

    return step


def nesterov(p: dict[str, Any], theta: float) -> Step:
    """torch.optim.SGD, nesterov=True: θ −= γ (g_t + μ b_t)."""
    past: list[float] = []

    def step(g: float) -> float:
        past.append(g)
        b = sum(p["momentum"] ** (len(past) - 1 - i) * old for i, old in enumerate(past))
        return -p["learning_rate"] * (g + p["momentum"] * b)

    return step


def adagrad(p: dict[str, Any], theta: float) -> Step:
    """torch.optim.Adagrad, lr_decay 0: θ −= γ g_t / (√(Σ g²) + ε)."""
    past: list[float] = []

    def step(g: float) -> float:
        past.append(g)
        return -p["learning_rate"] * g / (math.sqrt(math.fsum(x * x for x in past)) + p["epsilon"])

    return step


def rmsprop(p: dict[str, Any], theta: float) -> Step:
    """torch.optim.RMSprop, not centred: v_t = α v_{t−1} + (1 − α) g², θ −= γ g / (√v_t + ε)."""
    past: list[float] = []

    def step(g: float) -> float:
        past.append(g)
        v = (1 - p["decay"]) * math.fsum(p["decay"] ** (len(past) - 1 - i) * old**2 for i, old in enumerate(past))
        return -p["learning_rate"] * g / (math.sqrt(v) + p["epsilon"])

    return step


def _adam(p: dict[str, Any], past: list[float]) -> float:
    """Kingma & Ba 2015, algorithm 1, after the last of these gradients."""
    t = len(past)
    m = v = 0.0
    for g in past:
        m = p["beta1"] * m + (1 - p["beta1"]) * g
        v = p["beta2"] * v + (1 - p["beta2"]) * g**2
    return -p["learning_rate"] * (m / (1 - p["beta1"] ** t)) / (math.sqrt(v / (1 - p["beta2"] ** t)) + p["epsilon"])


def adam(p: dict[str, Any], theta: float) -> Step:
    past: list[float] = []

    def step(g: float) -> float:
        past.append(g)
        return _adam(p, past)

    return step


def adamw(p: dict[str, Any], theta: float) -> Step:
    """torch.optim.AdamW: θ −= γ λ θ, then Adam's step on the decayed θ."""
    past: list[float] = []
    at = [theta]

    def step(g: float) -> float:
        past.append(g)
        decayed = at[0] - p["learning_rate"] * p["weight_decay"] * at[0]
        after = decayed + _adam(p, past)
        change, at[0] = after - at[0], after
        return change

    return step


def _corrected(beta: float, values: list[Any]) -> Any:
    """The weighted mean of all values so far, the latest with the largest weight: weights (1 − β) β^age, divided by their sum."""
    weights = [(1.0 - beta) * beta**age for age in reversed(range(len(values)))]
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)


def adam_shown(p: dict[str, Any], grads: list[Any]) -> dict[str, Any]:
    """m̂ and v̂ (Kingma & Ba 2015, section 3), from all gradients so far."""
    return {"m_hat": _corrected(p["beta1"], grads), "v_hat": _corrected(p["beta2"], [g * g for g in grads])}


_ADAM = {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-5}
OPTIMIZERS: list[OptimizerCase] = [
    OptimizerCase({"kind": "sgd", "learning_rate": 0.3}, sgd),
    OptimizerCase({"kind": "momentum", "learning_rate": 0.2, "momentum": 0.7}, momentum),
    OptimizerCase({"kind": "nesterov", "learning_rate": 0.2, "momentum": 0.7}, nesterov),
    OptimizerCase({"kind": "adagrad", "learning_rate": 0.3, "epsilon": 1e-6}, adagrad),
    OptimizerCase({"kind": "rmsprop", "learning_rate": 0.1, "decay": 0.8, "epsilon": 1e-5}, rmsprop),
    OptimizerCase({"kind": "adam"} | _ADAM, adam, adam_shown),
    OptimizerCase({"kind": "adamw"} | _ADAM | {"weight_decay": 0.2}, adamw, adam_shown),
    OptimizerCase({"kind": "levenberg_marquardt", "damping": 0.05, "factor": 4.0}, None),
]
