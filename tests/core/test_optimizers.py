"""Optimizers by hand: the first updates of one weight, worked out from PyTorch's definitions with pencil and paper."""

from typing import Any

import numpy as np
import pytest

from core.numeric import Array
from core.optimizers import OPTIMIZERS
from core.spec import Catalogue

RATE = 0.1


def updates(kind: str, grads: list[float], start: float = 2.0, **fields: Any) -> list[float]:
    """The updates of one weight that meets these gradients."""
    optimizer = OPTIMIZERS.parse({"kind": kind, "learning_rate": RATE} | fields, "optimizer")
    w: Array = np.array([start])
    slots, found = optimizer.slots(w), []
    for k, g in enumerate(grads, 1):
        change = optimizer.change(np.array([g]), slots, k, w)
        w, slots = w + change.update, change.slots
        found.append(float(change.update[0]))
    return found


@pytest.mark.parametrize(("kind", "fields", "grads", "expected"), [
    ("sgd", {}, [4.0, -2.0], [-0.4, 0.2]),
    # v: 4, then 0.5·4 − 2 = 0
    ("momentum", {"momentum": 0.5}, [4.0, -2.0, 1.0], [-0.4, 0.0, -0.1]),
    # g + μv: 4 + 2, then −2 + 0, then 1 + 0.5
    ("nesterov", {"momentum": 0.5}, [4.0, -2.0, 1.0], [-0.6, 0.2, -0.15]),
    # the first step is η whatever the gradient; then √(9 + 16) = 5
    ("adagrad", {"epsilon": 1e-16}, [3.0, -4.0], [-0.1, 0.08]),
    # √((1 − 0.75) 4²) = 2, then √(0.75·4 + 0.25·2²) = 2
    ("rmsprop", {"decay": 0.75, "epsilon": 1e-16}, [4.0, 2.0], [-0.2, -0.1]),
    # both corrections undo the start from 0, so the first step is η; constant gradients keep it
    ("adam", {"epsilon": 1e-16}, [1e-6, 1e-6, 1e-6], [-0.1, -0.1, -0.1]),
    # β₁ = ½, β₂ = ¾: m = 2, 0; m̂ = 4, 0
    ("adam", {"beta1": 0.5, "beta2": 0.75, "epsilon": 1e-16}, [4.0, -2.0], [-0.1, 0.0]),
    # the weight 2 decays by η λ w = 0.1 · 0.5 · 2 = 0.1, then 1.8 by 0.09
    ("adamw", {"weight_decay": 0.5, "epsilon": 1e-16}, [3.0, 3.0], [-0.2, -0.19]),
])  # fmt: skip
def test_by_hand(kind: str, fields: dict[str, Any], grads: list[float], expected: list[float]) -> None:
    assert updates(kind, grads, **fields) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_epsilon_stands_outside_the_root() -> None:
    """PyTorch adds ε to √v, not to v: with g = 1 and ε = 1 a first step is η / 2, not η / √2."""
    assert updates("adam", [1.0], epsilon=1.0) == pytest.approx([-0.05])
    assert updates("adagrad", [1.0], epsilon=1.0) == pytest.approx([-0.05])
    assert updates("rmsprop", [1.0], decay=0.0, epsilon=1.0) == pytest.approx([-0.05])


def test_without_momentum_they_are_gradient_descent() -> None:
    grads = [1.0, -2.0, 3.0]
    for kind in ("momentum", "nesterov"):
        assert updates(kind, grads, momentum=0.0) == updates("sgd", grads)


def test_without_decay_adamw_is_adam() -> None:
    assert updates("adamw", [1.0, -2.0, 0.5], weight_decay=0.0) == updates("adam", [1.0, -2.0, 0.5])


def test_a_vanishing_gradient_is_no_division_by_zero() -> None:
    for kind in ("adagrad", "rmsprop", "adam"):
        assert updates(kind, [0.0, 0.0]) == [0.0, 0.0]


def test_what_reads_residuals_has_no_change_of_one_array() -> None:
    solver = OPTIMIZERS.parse({"kind": "levenberg_marquardt"}, "optimizer")
    with pytest.raises(TypeError, match="levenberg_marquardt reads residuals, not the gradient"):
        solver.change(np.ones(1), {}, 1, np.ones(1))


def test_every_one_says_what_it_reads_and_how_it_steps() -> None:
    catalogue: Catalogue[Any] = OPTIMIZERS
    for entry in catalogue.describe():
        assert entry["reads"] == ("residuals" if entry["kind"] == "levenberg_marquardt" else "gradient")
        assert entry["equations"], entry["kind"]
