"""The checks that every member of a catalogue has to pass, as plain functions: tests walk them, and so does tests/mutation.py.

Each holds a member against witnesses that share no code with it.  A failure prints both sides and what to reproduce it with.
"""

import json
from collections.abc import Callable
from typing import Any

import autograd
import numpy as np

from core.dual import Dual, tangent
from core.flat import flat, unflat
from core.gradients import GRADIENTS, derivative_along
from core.heads import HEADS, Head
from core.initializers import INITIALIZERS
from core.layers import LAYERS, Elementwise, Layer, Softmax
from core.losses import LOSSES
from core.network import Network
from core.numeric import Array, Params
from core.optimizers import OPTIMIZERS, LeastSquares, LevenbergMarquardt
from core.penalties import PENALTIES
from core.symbol import as_symbol, derivative, variables
from tests import cases, witness_autograd, witness_optimizers
from tests.cases import Document, InitCase, LayerCase, LossCase

EXACT, AUTOGRAD, CENTRAL = 1e-12, 1e-11, 1e-7


def close(what: str, ours: Any, theirs: Any, tolerance: float, reproduce: object, scale: float = 0.0) -> None:
    """max |ours − theirs| ≤ tolerance · the largest of both; a failure prints both and how to reproduce it."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape, f"{what}: shape {ours.shape}, expected {theirs.shape}\nreproduce with: {_shown(reproduce)}"
    if not ours.size:
        return
    size = max(scale, float(np.abs(ours).max()), float(np.abs(theirs).max()), 1e-3)
    worst = float(np.abs(ours - theirs).max())
    if not worst <= tolerance * size:
        raise AssertionError(f"{what}: they differ by {worst:.3g}, allowed {tolerance * size:.3g}\n"
                             f"ours:   {ours!r}\ntheirs: {theirs!r}\n"
                             f"reproduce with: {_shown(reproduce)}")  # fmt: skip


def _shown(reproduce: object) -> str:
    """A document as the JSON that can be sent again."""
    return json.dumps(reproduce) if isinstance(reproduce, dict) else str(reproduce)


def central(f: Callable[[Array], float], at: Array) -> Array:
    """∇f by central differences, number by number."""
    found = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        h = 6e-6 * max(1.0, abs(at[index]))
        up, down = at.copy(), at.copy()
        up[index] += h
        down[index] -= h
        found[index] = (f(up) - f(down)) / (up[index] - down[index])
    return found


def by_duals(f: Callable[[Any], Any], at: Array) -> Array:
    """∇f by dual numbers, number by number."""
    return np.array([float(tangent(f(Dual(at, unit)))) for unit in _units(at)]).reshape(at.shape)


def by_complex_steps(f: Callable[[Any], Any], at: Array) -> Array:
    """∇f by complex steps, number by number."""
    return np.array([float(np.imag(f(at + 1e-20j * unit))) / 1e-20 for unit in _units(at)]).reshape(at.shape)


def by_symbols(f: Callable[[Any], Any], at: Array, places: list[int]) -> Array:
    """Some entries of ∇f, by formulas."""
    symbols = variables("v", at)
    y = as_symbol(f(symbols))
    return np.array([derivative(y, symbols.flat[place]).primal for place in places])


def _units(at: Array) -> list[Array]:
    return [unit.reshape(at.shape) for unit in np.eye(at.size)]


def gradients_agree(what: str, ours: Array, f: Callable[[Any], Any], at: Array, reproduce: object) -> None:
    """Our gradient of f against four ways to it that run f itself."""
    close(f"{what} vs dual numbers", ours, by_duals(f, at), EXACT, reproduce)
    close(f"{what} vs complex steps", ours, by_complex_steps(f, at), EXACT, reproduce)
    places = list(range(at.size))[:: max(1, at.size // 5)]
    close(f"{what} vs symbols", np.ravel(ours)[places], by_symbols(f, at, places), EXACT, reproduce)
    close(f"{what} vs central differences", ours, central(lambda v: float(f(v)), at), CENTRAL, reproduce)


def check_layer(case: LayerCase, seed: int = 0, count: int = 3) -> None:
    """forward against its transcription; backward against five other ways to it; what is shown against its meaning."""
    layer = LAYERS.parse(case.fields, "layers.0")
    rng = np.random.default_rng(seed)
    shapes = layer.param_shapes(case.in_shape)
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    x = (
        rng.integers(0, case.fields["vocabulary"], (count, *case.in_shape)) * 1.0
        if case.words
        else rng.normal(size=(count, *case.in_shape))
    )
    noise = layer.noise(rng, case.in_shape, count)
    y = layer.forward(params, x, noise)
    where = f"{case}, seed {seed}"
    assert y.shape == (count, *layer.shape(case.in_shape)), (
        f"{where}: output {y.shape}, shape() says {layer.shape(case.in_shape)}"
    )
    transcription = witness_autograd.LINKS[case.kind]
    close(f"{where}: forward vs transcription", y, transcription(case.fields, params, x, noise), EXACT, where)

    g = rng.normal(size=y.shape)
    grad_input, grads = layer.backward(params, x, y, noise, g)
    assert set(grads) == set(shapes), f"{where}: gradients of {sorted(grads)}, parameters {sorted(shapes)}"

    def total(p: Any, v: Any) -> Any:
        return (g * layer.forward(p, v, noise)).sum()

    def transcribed(p: Any, v: Any) -> Any:
        return witness_autograd.anp.sum(g * transcription(case.fields, p, v, noise))

    for name in shapes:
        gradients_agree(
            f"{where}: d/d{name}", count * grads[name], lambda v, n=name: total(params | {n: v}, x), params[name], where
        )
    if shapes:
        theirs = autograd.grad(transcribed, 0)(params, x)
        for name in shapes:
            close(f"{where}: d/d{name} vs autograd", count * grads[name], theirs[name], AUTOGRAD, where)
        each = layer.grads_each(params, x, y, noise, g)
        for name in shapes:
            close(f"{where}: mean of the examples' d/d{name}", each[name].mean(axis=0), grads[name], EXACT, where)
    if case.words:
        close(f"{where}: no derivative by words", grad_input, np.zeros(x.shape), 0.0, where)
    else:
        gradients_agree(f"{where}: d/dx", grad_input, lambda v: total(params, v), x, where)
        close(f"{where}: d/dx vs autograd", grad_input, autograd.grad(transcribed, 1)(params, x), AUTOGRAD, where)
    _check_shown(layer, params, x, y, noise, where)
    _check_ties(layer, case, where)


def _check_shown(layer: Layer, params: Any, x: Array, y: Array, noise: Array | None, where: str) -> None:
    """A slope is the derivative, a Jacobian all of them, a mask what stays, an argmax the place of the output in the input."""
    shown = layer.shown(params, x, y, noise)
    if isinstance(layer, Elementwise):
        close(f"{where}: slope", shown["slope"], by_duals(lambda v: layer.forward(params, v, noise).sum(), x), EXACT, where)
    if isinstance(layer, Softmax):
        for j in range(y.shape[1]):
            rows = by_duals(lambda v, j=j: layer.forward(params, v, noise)[:, j].sum(), x)
            close(f"{where}: row {j} of the Jacobian", shown["jacobian"][:, j], rows, EXACT, where)
    if "mask" in shown:
        assert noise is not None
        close(f"{where}: mask", shown["mask"], noise, 0.0, where)
        assert set(np.unique(shown["mask"])) <= {0.0, 1.0}, f"{where}: a mask of {np.unique(shown['mask'])}"
        assert ((y != 0) == (shown["mask"] == 1)).all(), f"{where}: the mask does not say what stays"
    if "argmax" in shown:
        channels = x.reshape(*x.shape[:2], -1)
        picked = np.take_along_axis(channels, shown["argmax"].reshape(*x.shape[:2], -1), axis=2).reshape(y.shape)
        close(f"{where}: the winners' values", picked, y, 0.0, where)


def _check_ties(layer: Layer, case: LayerCase, where: str) -> None:
    """Of equal cells the first, row by row, wins and gets the whole gradient."""
    x = np.zeros((1, *case.in_shape))
    if "argmax" not in layer.shown({}, x, x, None) if "pool" in case.kind else True:
        return
    y = layer.forward({}, x, None)
    g = np.arange(1.0, y.size + 1).reshape(y.shape)
    expected = np.zeros(x.shape)
    stride = case.fields["stride"]
    for index in np.ndindex(y.shape):
        expected[(*index[:2], *(stride * i for i in index[2:]))] += g[index]
    close(f"{where}: ties", layer.backward({}, x, y, None, g)[0], expected, 0.0, where)


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
    transcription = witness_autograd.LOSSES[case.kind]
    close(
        f"{where}: loss vs transcription",
        loss.per_example(predicted, target),
        transcription(case.fields, predicted, target),
        EXACT,
        where,
    )
    slope = loss.slope(predicted, target)
    gradients_agree(f"{where}: slope", slope, lambda p: loss.per_example(p, target).sum(), predicted, where)
    theirs = autograd.grad(lambda p: witness_autograd.anp.sum(transcription(case.fields, p, target)))(predicted)
    close(f"{where}: slope vs autograd", slope, theirs, AUTOGRAD, where)
    if loss.sum_of_squares:
        squares = loss.sum_of_squares * ((predicted - target) ** 2).sum(axis=1)
        close(f"{where}: sum_of_squares", loss.per_example(predicted, target), squares, EXACT, where)


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


def check_penalty(fields: Document, seed: int = 0) -> None:
    """Cost against its transcription, gradient against four ways to the derivative; biases are left alone."""
    penalty = PENALTIES.parse(fields, "penalty")
    w = np.random.default_rng(seed).normal(size=(3, 4))
    where = f"{fields}, seed {seed}"
    close(f"{where}: cost", penalty.cost(w), witness_autograd.PENALTIES[fields["kind"]](fields, w), EXACT, where)
    gradients_agree(f"{where}: gradient", penalty.gradient(w), lambda v: penalty.cost(v) + 0.0 * v.sum(), w, where)
    params: Params = ({"W": w, "b": np.ones(3)}, {})
    close(f"{where}: total", penalty.total(params), penalty.cost(w), EXACT, where)
    close(f"{where}: weights", penalty.gradient_of("W", w), penalty.gradient(w), 0.0, where)
    close(f"{where}: biases", penalty.gradient_of("b", np.ones(3)), np.zeros(3), 0.0, where)


def check_optimizer(fields: Document, seed: int = 0, steps: int = 6) -> None:
    """Every update of a run against the paper's, number by number in plain Python."""
    optimizer = OPTIMIZERS.parse(fields, "optimizer")
    where = f"{fields}, seed {seed}"
    if optimizer.reads == "residuals":
        return check_least_squares(fields)
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(2, 3))
    slots, theirs = (
        optimizer.slots(w),
        [[witness_optimizers.OPTIMIZERS[fields["kind"]](fields, float(v)) for v in row] for row in w],
    )
    for k in range(1, steps + 1):
        grad = rng.normal(size=w.shape)
        change = optimizer.change(grad, slots, k, w)
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
            close(f"{where}: loss of try {i}", solution.tries[i]["loss"], loss(expected), 1e-9, where)
        close(f"{where}: the change", solution.change, seen[-1], 0.0, where)
        assert [t["accepted"] for t in solution.tries] == [False] * (len(tried) - 1) + [True], f"{where}: {solution.tries}"
        assert loss(solution.change) <= loss(np.zeros(3)), f"{where}: the loss rose"
        assert all(t["loss"] > loss(np.zeros(3)) for t in solution.tries[:-1]), f"{where}: a good try was rejected"
        close(f"{where}: next damping", solution.damping, tried[-1] / optimizer.factor, EXACT, where)
        w, damping, rejected = w + solution.change, solution.damping, rejected + len(tried) - 1
    assert rejected, f"{where}: no try was rejected, so the rejections are not tested"


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


def check_gradient(fields: Document, seed: int = 0) -> None:
    """A method's gradient of a small network with a penalty, against autograd; its cost is counted, not zero."""
    document = {
        "layers": [{"kind": "dense", "units": 2}, {"kind": "tanh"}, {"kind": "dense", "units": 2}, {"kind": "softplus"}],
        "loss": {"kind": "poisson"}, "penalty": {"kind": "l2", "rate": 0.1},
    }  # fmt: skip
    method = GRADIENTS.parse(fields, "gradient")
    layers = tuple(LAYERS.parse(layer, "layers") for layer in document["layers"])
    network = Network(layers, LOSSES.parse(document["loss"], "loss"), PENALTIES.parse(document["penalty"], "penalty"), (3,))
    rng = np.random.default_rng(seed)
    params = tuple({name: rng.normal(size=shape) for name, shape in shapes.items()} for shapes in network.param_shapes)
    x, target = rng.normal(size=(4, 3)), rng.poisson(2.0, (4, 2)) * 1.0
    before = flat(params)
    ours, cost = method.measured(network, params, x, target, None)
    theirs = witness_autograd.gradient(document, params, x, target, [None] * 4)
    tolerance = CENTRAL if method.kind == "numerical" else AUTOGRAD
    close(f"{fields}: gradient", flat(ours), flat(tuple(theirs)), tolerance, f"{fields}, seed {seed}")
    close(f"{fields}: parameters left alone", flat(params), before, 0.0, f"{fields}, seed {seed}")
    weights = {"backprop": 1, "numerical": 2 * network.size}.get(method.kind, network.size)
    assert cost.evaluations == weights, f"{fields}: {cost} for {network.size} weights"
    assert min(cost.multiplications, cost.seconds) > 0, f"{fields}: {cost}"


def check_network(document: Document, network: Network, params: Params, x: Array, target: Array, noises: list[Array | None],
                  coordinates: int = 6, seed: int = 0) -> int:  # fmt: skip
    """A whole network's gradient against autograd, dual numbers, complex steps and central differences.

    autograd gives every number; dual numbers and complex steps give the derivative along random directions, to which every number
    contributes; central differences some numbers and the same directions.  Returns how many of the latter lay across a kink.
    """
    grads = network.gradient(params, x, target, noises)
    theirs = witness_autograd.gradient(document, params, x, target, noises)
    for i, tensors in enumerate(grads):
        for name, ours in tensors.items():
            close(
                f"gradient of {i}/{name} vs autograd",
                ours,
                theirs[i][name],
                AUTOGRAD,
                document,
                scale=float(np.abs(flat(grads)).max()),
            )
    rng = np.random.default_rng(seed)
    at, g = flat(params), flat(grads)
    if not at.size:
        return 0

    def objective(v: Array) -> Any:
        return network.objective(unflat(v, params), x, target, noises)

    skipped = 0
    picks = rng.choice(at.size, min(coordinates, at.size), replace=False)
    for v in [*(rng.normal(size=at.size) / np.sqrt(at.size) for _ in range(2)), *(np.eye(at.size)[i] for i in picks)]:
        ours, scale = float(g @ v), float(np.abs(g * v).sum())
        dual = derivative_along(network, params, unflat(v, params), x, target, noises)
        close("derivative along a direction vs dual numbers", ours, dual,
              EXACT * 10, document, scale)  # fmt: skip
        close(
            "derivative along a direction vs complex steps",
            ours,
            objective(at + 1e-20j * v).imag / 1e-20,
            EXACT * 10,
            document,
            scale,
        )
        skipped += _check_central(lambda t, v=v: float(objective(at + t * v)), ours, float(np.abs(g).max()), document)
    return skipped


def _check_central(f: Callable[[float], float], ours: float, scale: float, document: Document) -> int:
    """f′(0) against central differences of two steps; 1 if those two disagree, because a kink lies between them."""
    h = 6e-6
    wide, narrow = (f(h) - f(-h)) / (2 * h), (f(h / 2) - f(-h / 2)) / h
    size = max(abs(wide), scale, 1e-2)
    if abs(wide - narrow) > 0.5 * CENTRAL * size:
        return 1
    close("derivative along a direction vs central differences", ours, wide, CENTRAL, document, size)
    return 0


def check_member(catalogue: str, kind: str) -> None:
    """All checks of one member, at one seed: what tests/mutation.py runs against a planted mistake."""
    if catalogue == "head":
        return check_head((kind.partition("+")[0], kind.partition("+")[2]))
    rows: dict[str, tuple[list[Any], Callable[[Any], None]]] = {
        "layers": (cases.LAYERS, check_layer), "loss": (cases.LOSSES, check_loss), "penalty": (cases.PENALTIES, check_penalty),
        "optimizer": (cases.OPTIMIZERS, check_optimizer), "init": (cases.INITIALIZERS, check_initializer),
        "gradient": (cases.GRADIENTS, check_gradient),
    }  # fmt: skip
    table, check = rows[catalogue]
    for case in table:
        if (case["kind"] if isinstance(case, dict) else case.kind) == kind:
            check(case)
    return None
