"""The checks of a link."""

from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

from core.layers import LAYERS, Elementwise, Layer, Softmax
from core.numeric import Array
from tests.cases import LayerCase
from tests.checks.agreement import AUTOGRAD, EXACT, by_duals, close, gradients_agree
from tests.checks.kinks import check_corners


def check_layer(case: LayerCase, seed: int = 0, count: int = 3) -> None:
    """forward against its transcription; backward against five other ways to it; what is shown against its meaning."""
    layer = LAYERS.parse(case.fields, "layers.0")
    rng = np.random.default_rng(seed)
    shapes = layer.param_shapes(case.in_shape)
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    shape = (count, *case.in_shape)
    x = rng.integers(0, case.fields["vocabulary"], shape) * 1.0 if case.words else rng.normal(size=shape)
    noise = layer.noise(rng, case.in_shape, count)
    y = layer.forward(params, x, noise)
    where = f"{case}, seed {seed}"
    assert y.shape == (count, *layer.shape(case.in_shape)), (
        f"{where}: output {y.shape}, shape() says {layer.shape(case.in_shape)}"
    )
    g = rng.normal(size=y.shape)
    grad_input, grads = layer.backward(params, x, y, noise, g)
    assert set(grads) == set(shapes), f"{where}: gradients of {sorted(grads)}, parameters {sorted(shapes)}"

    def total(p: Any, v: Any) -> Any:
        return (g * layer.forward(p, v, noise)).sum()

    for name, ours in grads.items():
        gradients_agree(f"{where}: d/d{name}", count * ours, lambda v, n=name: total(params | {n: v}, x), params[name], where)
    if case.words:
        close(f"{where}: no derivative by words", grad_input, np.zeros(x.shape), 0.0, where)
    else:
        gradients_agree(f"{where}: d/dx", grad_input, lambda v: total(params, v), x, where)
    if params:
        each = layer.grads_each(params, x, y, noise, g)
        for name, ours in grads.items():
            close(f"{where}: mean of the examples' d/d{name}", each[name].mean(axis=0), ours, EXACT, where)
    _check_transcription(case, (params, x, y, noise, g), (grad_input, grads), where)
    _check_shown(layer, params, x, y, noise, where)
    _check_ties(layer, case, where)
    # By words there is no slope; by its weights a table of them is linear.
    check_corners(where, layer.kinked, lambda t: 0.0 * t if case.words else _slopes(layer, params, noise, x[0], t, g[0]))
    if layer.draws:
        _check_noise(case, rng, where)


def _slopes(layer: Layer, params: dict[str, Array], noise: Array | None, x: Array, t: Array, g: Array) -> Array:
    """d/dt of g · y along x → −x: every number crosses 0, and what was the least of a window becomes the largest."""
    rows = (1.0 - 2.0 * t).reshape(-1, *[1] * x.ndim) * x
    masks = None if noise is None else np.repeat(noise[:1], len(t), axis=0)
    grad_input, _ = layer.backward(params, rows, layer.forward(params, rows, masks), masks, np.repeat(g[None], len(t), axis=0))
    along: Array = (grad_input * -2.0 * x).reshape(len(t), -1).sum(axis=1)
    return along


def _check_noise(case: LayerCase, rng: np.random.Generator, where: str) -> None:
    """`drop` is the fraction that is removed: of 20,000 draws, to within five standard errors."""
    mask = LAYERS.parse(case.fields, "layers.0").noise(rng, (20,), 1000)
    assert mask is not None
    drop, error = case.fields["drop"], np.sqrt(case.fields["drop"] * (1.0 - case.fields["drop"]) / mask.size)
    removed = float((mask == 0.0).mean())
    assert abs(removed - drop) <= 5.0 * error, f"{where}: {removed} are removed, expected {drop} ± {error}"


def _check_transcription(case: LayerCase, link: Any, ours: Any, where: str) -> None:
    """forward and backward against the independent transcription and autograd's derivative of it."""
    (params, x, y, noise, g), (grad_input, grads) = link, ours
    close(f"{where}: forward vs transcription", y, case.transcription(case.fields, params, x, noise), EXACT, where)

    def total(p: Any, v: Any) -> Any:
        return anp.sum(g * case.transcription(case.fields, p, v, noise))

    theirs = autograd.grad(total, 0)(params, x) if params else {}
    for name in params:
        close(f"{where}: d/d{name} vs autograd", len(x) * grads[name], theirs[name], AUTOGRAD, where)
    if not case.words:
        close(f"{where}: d/dx vs autograd", grad_input, autograd.grad(total, 1)(params, x), AUTOGRAD, where)


def _check_shown(layer: Layer, params: Any, x: Array, y: Array, noise: Array | None, where: str) -> None:
    """A slope is the derivative, a Jacobian all of them, a mask what stays, an argmax the place of the output in the input."""
    shown = layer.shown(params, x, y, noise)
    if layer.activation:
        for known in (layer.rest(y), layer.rest(y, x)):
            close(f"{where}: 1 − y", known, 1.0 - y, EXACT, where)
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
