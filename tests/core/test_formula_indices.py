"""The formulas as they are written, with indices counted from 1, give a link's numbers and the symbols of a derivation."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from core.address import Address
from core.derive.node import Node
from core.derive.parameter import Parameter
from core.derive.terms import Term
from core.derive.told import Told
from core.layers import LAYERS as CATALOGUE
from core.layers import Layer
from core.numeric import Array
from tests.cases import LAYERS, LayerCase
from tests.checks.agreement import close
from tests.derivation_cases import EXACT, FRONTS, told
from tests.formula_reading import Place, within, worth

WINDOWED = [case for case in LAYERS if re.search(r"conv|pool", case.kind)]
CONVOLVED = [case for case in LAYERS if "conv" in case.kind]


def drawn(case: LayerCase) -> tuple[Any, dict[str, Array], Array, Array, Array]:
    """A link, its parameters, two examples, what it makes of them, and a gradient that comes back."""
    layer, rng = CATALOGUE.parse(case.fields, "layer"), np.random.default_rng(3)
    shape = (2, *case.in_shape)
    x = rng.integers(0, 6, shape).astype(float) if case.words else rng.normal(size=shape)
    params = {name: rng.normal(size=size) for name, size in layer.param_shapes(case.in_shape).items()}
    y = layer.forward(params, x, None)
    return layer, params, x, y, rng.normal(size=y.shape)


def counted(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every place of a box, counted from 1."""
    return list(product(*(range(1, size + 1) for size in shape)))


def at(a: Array, place: tuple[int, ...]) -> float:
    """An entry by its place counted from 1; 0 beyond the ends, which is what padding holds."""
    inside = all(1 <= n <= size for n, size in zip(place, a.shape, strict=True))
    return float(a[tuple(n - 1 for n in place)]) if inside else 0.0


def fixed(layer: Any) -> tuple[Place, int]:
    """The numbers of the link that its rule names, s and p, and its window's side."""
    return {"s": layer.stride, "p": getattr(layer, "padding", 0)}, getattr(layer, "kernel", 0) or layer.size


def axes(rule: str) -> tuple[list[str], list[str]]:
    """The letters of a window's place and of a cell's: (r, q) and (u, v)."""
    windows = within(rule, rule[: rule.index("(") + 1])
    return windows, ["u", "v"][: len(windows)]


@pytest.mark.parametrize("case", WINDOWED, ids=str)
def test_a_links_formula_gives_its_outputs(case: LayerCase) -> None:
    layer, params, x, y, _ = drawn(case)
    rule = layer.latex.replace(r"\,", "")
    (windows, cells), (values, side) = axes(rule), fixed(layer)
    letter = "x_c(" if "conv" in case.kind else "a_c("
    places = within(rule, letter)
    reduce: Callable[[list[float]], float] = {"max": max, "min": min, "mean": np.mean}.get(case.kind.split("_")[0], sum)
    found = np.zeros(y[0].shape)
    for out in counted(found.shape):
        products = []
        for c in range(1, x.shape[1] + 1) if "conv" in case.kind else out[:1]:
            for cell in counted((side,) * len(cells)):
                known = values | dict(zip(windows, out[1:], strict=True)) | dict(zip(cells, cell, strict=True))
                number = at(x[0], (c, *(worth(place, known) for place in places)))
                products.append(number * (at(params["W"], (out[0], c, *cell)) if "W" in params else 1.0))
        bias = at(params["b"], out[:1]) if "b" in params else 0.0
        found[tuple(n - 1 for n in out)] = reduce(products) + bias
    close(layer.latex, found, y[0], EXACT, case)


@pytest.mark.parametrize("case", CONVOLVED, ids=str)
def test_a_convolutions_backward_formulas_give_its_gradients(case: LayerCase) -> None:
    layer, params, x, y, grad = drawn(case)
    given, grads = layer.backward(params, x, y, None, grad)
    (windows, cells), (values, side) = axes(layer.latex), fixed(layer)
    places = within(layer.derivative.replace(r"\,", ""), "x_{ic}(")
    conditions = re.findall(r"\{\w,\w:\\, ([^=}]+) = (\w)\}", layer.handed_back)
    assert [letter for _, letter in conditions] == within(layer.handed_back, "x_c(")
    weights, inputs = np.zeros(params["W"].shape), np.zeros(x.shape)
    for f, c in counted(weights.shape[:2]):
        for cell, out in product(counted((side,) * len(cells)), counted(y.shape[2:])):
            known = values | dict(zip(windows, out, strict=True)) | dict(zip(cells, cell, strict=True))
            met = tuple(worth(place, known) for place in places)
            back = tuple(worth(condition, known) for condition, _ in conditions)
            for i in range(len(x)):
                index = f - 1, c - 1, *(u - 1 for u in cell)
                weights[index] += at(grad[i], (f, *out)) * at(x[i], (c, *met)) / len(x)
                if all(1 <= n <= size for n, size in zip(back, x.shape[2:], strict=True)):
                    inputs[(i, c - 1, *(n - 1 for n in back))] += params["W"][index] * at(grad[i], (f, *out))
    close(layer.derivative, weights, grads["W"], EXACT, case)
    close(layer.handed_back, inputs, given, EXACT, case)


INDICES = re.compile(r"_\{([\d,]+)\}$")


def indices(symbol: str) -> tuple[int, ...]:
    """The indices of a symbol, as a reader reads them."""
    found = INDICES.search(symbol)
    assert found, symbol
    return tuple(map(int, found[1].split(","))) if "," in found[1] else tuple(map(int, found[1]))


def fronts(begin: str) -> list[tuple[Told, int]]:
    """Random steps of networks that begin with such a link, and where it stands."""
    steps = [told(seed) for seed in range(32) if FRONTS[seed % 8].startswith(begin)]
    return [(step, next(i for i, layer in enumerate(step.network.layers) if layer.kind.startswith(begin))) for step in steps]


def reading(layer: Layer, rule: str, begin: str) -> Callable[[tuple[int, ...], tuple[int, ...]], tuple[int, ...]]:
    """The place that the rule names, of a window's place and a cell's."""
    (windows, cells), (values, _) = axes(layer.latex), fixed(layer)
    places = within(rule.replace(r"\,", ""), begin)

    def read(out: tuple[int, ...], cell: tuple[int, ...]) -> tuple[int, ...]:
        known = values | dict(zip(windows, out, strict=True)) | dict(zip(cells, cell, strict=True))
        return tuple(worth(place, known) for place in places)

    return read


def test_the_symbols_of_a_derivation_are_those_that_the_formula_names() -> None:
    """Of z: w_{fcu} x_c(…) for every product; of ∂ℓ/∂w: δ_f(t) x_c(…)."""
    strides = set()
    for step, link in fronts("conv"):
        layer, shape = step.network.layers[link], step.shape(link + 1)
        last = tuple(size - 1 for size in shape)
        forward = reading(layer, layer.latex, "x_c(")
        *products, _ = Node(step, Address(link, "output", last)).terms
        for w, x in (term.factors for term in products):
            f, c, *cell = indices(w.symbol)
            assert f == shape[0], w.symbol
            assert indices(x.symbol) == (c, *forward(shape[1:], tuple(cell))), (w.symbol, x.symbol)
        weight = tuple(size - 1 for size in step.network.param_shapes[link]["W"])
        f, c, *cell = (i + 1 for i in weight)
        sums: list[Term] = Parameter(step, Address(link, "W", weight)).terms
        back = reading(layer, layer.derivative, "x_{ic}(")
        for delta, x in (term.factors for term in sums):
            own, *out = indices(delta.symbol)
            assert own == f
            assert indices(x.symbol) == (c, *back(tuple(out), tuple(cell))), (delta.symbol, x.symbol)
        strides.add((len(cell), layer.stride > 1))  # type: ignore[attr-defined]
    assert strides >= {(1, True), (2, True)}


def test_a_words_row_bears_the_words_number() -> None:
    """e_u(t) = w_{x(t), u}: the first index is the number that the data give the word, the second counts from 1."""
    for step, _ in fronts("embedding"):
        units, places = step.shape(1)
        for t in range(places):
            ((factor,),) = (term.factors for term in Node(step, Address(0, "output", (units - 1, t))).terms)
            assert indices(factor.symbol) == (int(step.value(0)[t]), units), factor.symbol
            assert factor.value == step.value(1).reshape(units, places)[-1, t]
