"""Formulas: what they say, what they are worth, how long they are."""

import re

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from core.address import Address
from core.experiment import Experiment
from core.gradients import GRADIENTS, SymbolicDerivative, symbolic_derivative
from core.gradients.symbolic import MOST_PRODUCTS
from core.spec import SpecError
from core.state import start
from core.symbol import Symbol, definitions, derivative, evaluate, latex, variable
from core.symbol_size import size
from core.training import batch_of, step
from tests.cases import Document
from tests.checks import close
from tests.strategies import drawn_params, experiments

LINE = {"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "half_mse"}, "batch_size": 1}


def derived(document: Document, address: str) -> tuple[SymbolicDerivative, float]:
    experiment = Experiment.parse(document | {"batch_size": 1})
    state = start(experiment)
    _, trace = step(experiment, state)
    at = Address.parse(address)
    noises = experiment.network.noises(experiment.seed, 0, 1)
    found = symbolic_derivative(experiment.network, state.params, trace.batch.x, trace.batch.y, at, noises)
    return found, float(trace.layers[at.layer].grads[at.name][at.index])


def test_the_formula_of_a_linear_neuron_is_the_textbooks() -> None:
    found, gradient = derived(LINE, "0/W/0,0")
    assert found.weight.tex == "W^{(0)}_{0,0}"
    assert latex(found.derivative) == r"\left(x_{0}\,W^{(0)}_{0,0} + b^{(0)}_{0} - y_{0}\right)\,x_{0}"
    assert found.value == pytest.approx(gradient, rel=1e-14)
    assert found.multiplications == 2


@settings(max_examples=60)
@given(experiments(), st.integers(0, 10**6))
def test_any_weights_formula_has_backprops_value(document: Document, pick: int) -> None:
    experiment = Experiment.parse(document | {"batch_size": 1, "penalty": {"kind": "none"}})
    network, params, batch = experiment.network, drawn_params(experiment), batch_of(experiment, 0)
    noises = network.noises(experiment.seed, 0, 1)
    grads = network.gradient(params, batch.x, batch.y, noises)
    places = [(i, n, index) for i, tensors in enumerate(params) for n, a in tensors.items() for index in np.ndindex(a.shape)]
    i, name, index = places[pick % len(places)]
    if GRADIENTS["backprop"]().count(network, 1).multiplications > MOST_PRODUCTS:
        with pytest.raises(SpecError, match="address: a formula needs a network of at most"):
            symbolic_derivative(network, params, batch.x, batch.y, Address(i, name, index), noises)
        return
    found = symbolic_derivative(network, params, batch.x, batch.y, Address(i, name, index), noises)
    scale = max(float(np.abs(g).max()) for tensors in grads for g in tensors.values())
    close(f"{i}/{name}/{index}", found.value, grads[i][name][index], 1e-11, document, scale)
    close("loss", found.loss.primal, network.per_example(network.forward(params, batch.x, noises), batch.y)[0], 1e-12, document)


def test_a_formula_holds_for_other_numbers_too() -> None:
    """The derivative's formula, made at one place and evaluated at another, is backprop's gradient there."""
    experiment = Experiment.parse({
        "data": {"kind": "plane"}, "layers": [{"kind": "dense", "units": 2}, {"kind": "tanh"}, {"kind": "dense", "units": 1}],
    })  # fmt: skip
    network, batch = experiment.network, batch_of(experiment, 0)
    x, y = batch.x[:1], batch.y[:1]
    found = symbolic_derivative(network, start(experiment).params, x, y, Address(0, "W", (1, 0)))
    other = drawn_params(experiment)
    values = {f"{n}^{{({i})}}_{{{','.join(map(str, at))}}}": float(a[at]) for i, t in enumerate(other) for n, a in t.items()
              for at in np.ndindex(a.shape)}  # fmt: skip
    close(
        "elsewhere", evaluate(found.derivative, values), network.gradient(other, x, y)[0]["W"][1, 0], 1e-12, experiment.document()
    )


def parsed(text: str) -> sympy.Expr:
    """LaTeX of the few forms that we write, read by rules of our own into sympy."""
    while r"\frac" in text:
        text = re.sub(r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"((\1)/(\2))", text, count=1)
    text = re.sub(r"e\^\{([^{}]*)\}", r"exp(\1)", text)
    for command, word in ((r"\tanh", "tanh"), (r"\ln", "log"), (r"\left", ""), (r"\right", ""), (r"\,", "*")):
        text = text.replace(command, word)
    return sympy.sympify(text)


@pytest.mark.parametrize("build", [
    lambda a, b: a * b + a, lambda a, b: a / b, lambda a, b: (a * b).exp(), lambda a, b: (a + b).tanh() * a,
    lambda a, b: (a * a + 1.0).log() / (b * b), lambda a, b: (a - b).log1p() * 3.0, lambda a, b: 2.0 - a / (b + 1.0),
    lambda a, b: -a,
    lambda a, b: (a * 0.0) + b * 1.0, lambda a, b: (a / 2.0).expm1(),
])  # fmt: skip
def test_latex_and_derivatives_are_those_of_sympy(build: object) -> None:
    a, b = variable("a", 1.25), variable("b", 0.5)
    y = build(a, b)  # type: ignore[operator]
    theirs = parsed(latex(y))
    names = dict(zip("ab", sympy.symbols("a b"), strict=True))
    at = {names["a"]: 1.25, names["b"]: 0.5}
    assert float(theirs.subs(at)) == pytest.approx(y.primal, rel=1e-14)
    for x in (a, b):
        assert float(theirs.diff(names[x.tex]).subs(at)) == pytest.approx(derivative(y, x).primal, rel=1e-13, abs=1e-15)


def test_what_is_used_twice_is_one_node_and_gets_a_name() -> None:
    a = variable("a", 0.5)
    once = (a * a).exp()
    assert once is (a * a).exp()
    y = once * once + once
    assert size(y) == 4  # a·a, exp, the product, the sum
    assert [(name, text) for name, _, text in definitions(y)] == [
        ("u_{1}", r"e^{a\,a}"), ("", r"u_{1}\,u_{1} + u_{1}"),
    ]  # fmt: skip


def test_a_long_chain_stays_short() -> None:
    """Written out as a tree, 60 times x ← x·x would have 2⁶⁰ leaves."""
    x = y = variable("x", 1.0)
    for _ in range(60):
        y = y * y
    slope = derivative(y, x)
    assert size(slope) < 300
    assert slope.primal == 2.0**60


def test_constants_fold() -> None:
    a = variable("a", 2.0)
    zero: Symbol = a * 0.0
    assert zero.is_constant(0.0)
    assert (zero + a) is a
    assert derivative(a * 3.0 + 4.0, a).is_constant(3.0)
    assert derivative(variable("b", 1.0) * 3.0, a).is_constant(0.0)


@pytest.mark.parametrize("address", ["7/W/0,0", "0/V/0,0", "0/W/0,9", "0/W/0"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SpecError, match=f"address: this network has no weight {address}"):
        derived(LINE, address)


def test_a_formula_nobody_could_read_is_refused() -> None:
    digits = {"data": {"kind": "digits"}, "layers": [{"kind": "dense", "units": 60}, {"kind": "dense", "units": 10}]}
    with pytest.raises(SpecError, match="address: a formula needs a network of at most 5,000 multiplications an example, got"):
        derived(digits, "0/W/0,0")
