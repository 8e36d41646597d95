"""The checks of optimizers."""

import numpy as np

from core.numeric import Array
from core.optimizers import OPTIMIZERS, LeastSquares, LevenbergMarquardt
from tests.cases import Document, OptimizerCase
from tests.checks.agreement import EXACT, close


def check_optimizer(case: OptimizerCase, seed: int = 0, steps: int = 6) -> None:
    """Every update of a run against the paper's, number by number in plain Python."""
    fields = case.fields
    optimizer = OPTIMIZERS.parse(fields, "optimizer")
    where = f"{fields}, seed {seed}"
    if optimizer.reads == "residuals":
        return check_least_squares(fields)
    assert case.transcription, f"{where}: its row in tests/cases/optimizers.py needs its algorithm for one number"
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(2, 3))
    slots, theirs = optimizer.slots(w), [[case.transcription(fields, float(v)) for v in row] for row in w]
    met: list[Array] = []
    for k in range(1, steps + 1):
        grad = rng.normal(size=w.shape)
        met.append(grad)
        change = optimizer.change(grad, slots, k, w)
        expected_shown = case.shown(fields, met)
        assert set(change.shown) == set(expected_shown), f"{where}: it shows {sorted(change.shown)}"
        for name, value in expected_shown.items():
            close(f"{where}: {name} of update {k}", change.shown[name], value, EXACT, where)
        expected = [
            [next_update(float(g)) for next_update, g in zip(row, g_row, strict=True)]
            for row, g_row in zip(theirs, grad, strict=True)
        ]
        close(f"{where}: update {k}", change.update, expected, EXACT, where)
        assert set(change.slots) == set(slots), f"{where}: it remembers {sorted(change.slots)}, slots() says {sorted(slots)}"
        w, slots = w + change.update, change.slots
    return None


def check_least_squares(fields: Document, seed: int = 3) -> None:
    """Every try solves (JᵀJ + λI) Δ = −Jᵀr for λ, λν, …; only the last is accepted, and only where the loss does not rise."""
    optimizer = OPTIMIZERS.parse(fields, "optimizer")
    assert isinstance(optimizer, LevenbergMarquardt)
    rng = np.random.default_rng(seed)
    matrix, goal = rng.normal(size=(6, 3)), rng.normal(size=6)
    where, w, damping = f"{fields}, seed {seed}", 2.0 * rng.normal(size=3), optimizer.damping
    rejected = 0
    for _ in range(6):
        bent = np.sin(matrix @ w)  # a curved model, so that some tries are rejected
        jacobian = np.cos(matrix @ w)[:, None] * matrix

        def loss(change: Array, w: Array = w) -> float:
            return 0.5 * float(((np.sin(matrix @ (w + change)) - goal) ** 2).sum())

        seen: list[Array] = []
        problem = LeastSquares(bent - goal, jacobian, lambda change, seen=seen, loss=loss: (seen.append(change), loss(change))[1])
        solution = optimizer.solve(problem, damping)
        tried = [t["damping"] for t in solution.tries]
        close(f"{where}: dampings", tried, [damping * optimizer.factor**i for i in range(len(tried))], EXACT, where)
        for i, lam in enumerate(tried):
            augmented = np.concatenate([jacobian, np.sqrt(lam) * np.eye(3)])
            expected = np.linalg.lstsq(augmented, np.concatenate([goal - bent, np.zeros(3)]), rcond=None)[0]
            close(f"{where}: try {i}", seen[i + 1], expected, 1e-9, where)
            close(f"{where}: change that try {i} tells", solution.tries[i]["change"], expected, 1e-9, where)
            close(f"{where}: loss of try {i}", solution.tries[i]["loss"], loss(expected), 1e-9, where)
        close(f"{where}: the change", solution.change, seen[-1], 0.0, where)
        assert [t["accepted"] for t in solution.tries] == [False] * (len(tried) - 1) + [True], f"{where}: {solution.tries}"
        assert loss(solution.change) <= loss(np.zeros(3)), f"{where}: the loss rose"
        assert all(t["loss"] > loss(np.zeros(3)) for t in solution.tries[:-1]), f"{where}: a good try was rejected"
        close(f"{where}: next damping", solution.damping, tried[-1] / optimizer.factor, EXACT, where)
        w, damping, rejected = w + solution.change, solution.damping, rejected + len(tried) - 1
    assert rejected, f"{where}: no try was rejected, so the rejections are not tested"
