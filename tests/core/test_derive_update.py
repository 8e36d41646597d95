"""The update's lines: each optimizer's own equations, whose numbers, worked out, are the numbers beside them."""

import re
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest

from core.derive import derive
from core.derive.latex import number, substituted
from core.experiment import Experiment
from core.losses import Hinge, Huber
from core.spec import SpecError
from core.state import start
from core.training import step
from tests.cases import OPTIMIZERS, Document, OptimizerCase
from tests.derivation_cases import dense_net

# Sixteen tries, none of which is accepted: each λ is a ten-thousandth above the one before.
STUBBORN = {
    "data": {"kind": "sine", "count": 30},
    "layers": [{"kind": "dense", "units": 6}, {"kind": "tanh"}, {"kind": "dense", "units": 1}],
    "loss": {"kind": "half_mse"}, "init": {"kind": "normal", "std": 2}, "batch_size": None,
    "optimizer": {"kind": "levenberg_marquardt", "damping": 1e-12, "factor": 1.0001},
}  # fmt: skip


def worked_out(latex: str) -> float:
    """The value of a line of numbers: LaTeX read as arithmetic, by rules that share nothing with the core's."""
    text = latex.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\times", "*").replace(r"\,", "*")
    while r"\frac" in text:
        at = text.index(r"\frac")
        above, rest = _braced(text[at + 5 :])
        below, rest = _braced(rest)
        text = f"{text[:at]}(({above})/({below})){rest}"
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
    text = re.sub(r"\^(?:\{(-?\d+)\}|(\d))", r"**(\1\2)", text)  # without braces, one digit alone stands above
    assert re.fullmatch(r"[\d\s.()+*/-]*", text.replace("sqrt", "")), f"left over in {latex!r}: {text!r}"
    return float(eval(text, {"sqrt": sqrt}))  # noqa: S307 (digits and operators alone, as just checked)


def _braced(text: str) -> tuple[str, str]:
    """The first group in braces, and what follows it."""
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return text[1:i], text[i + 1 :]
    raise AssertionError(f"no closing brace in {text!r}")


def third_step(optimizer: Document) -> tuple[Experiment, Any]:
    """A network that has taken two steps, so that there is something to remember."""
    experiment, state = dense_net([3, 2], loss={"kind": "half_mse"}, optimizer=optimizer, penalty={"kind": "l2", "rate": 0.1})
    for _ in range(2):
        state, _ = step(experiment, state)
    return experiment, state


@pytest.mark.parametrize("case", OPTIMIZERS, ids=lambda case: case.kind)
@pytest.mark.parametrize("address", ["0/W/1,1", "0/b/2", "2/W/1,0"])
def test_every_line_is_what_its_numbers_give(case: OptimizerCase, address: str) -> None:
    """To the six digits that are written; and the last line is after = before + Δw, exactly."""
    experiment, state = third_step(case.fields)
    lines = derive(experiment, state, address)["update"]
    named = {line["symbol"]: line["value"] for line in lines}
    computed = [line for line in lines if "numbers" in line]
    assert len(computed) == (len(experiment.optimizer.equations) if experiment.optimizer.reads == "gradient" else 0) + 1
    for line in computed:
        size = max(abs(float(n)) for n in re.findall(r"[\d.]+", line["numbers"])) if line is lines[-1] else abs(line["value"])
        assert worked_out(line["numbers"]) == pytest.approx(line["value"], rel=2e-4, abs=1e-5 * size), line
    assert named[r"w_{\text{new}}"] == named["w"] + named[r"\Delta w"]
    after, _ = step(experiment, state)
    layer, name, index = address.split("/")
    assert named[r"w_{\text{new}}"] == after.params[int(layer)][name][tuple(map(int, index.split(",")))]


@pytest.mark.parametrize("k", [12, 1_234_567])
def test_the_number_of_a_late_update_stands_above_with_every_digit(k: int) -> None:
    """1 − 0.9¹² and not 1 − 0.9¹2; and no rounded exponent."""
    experiment, state = dense_net([3, 2], loss={"kind": "half_mse"}, optimizer={"kind": "adam"})
    lines = derive(experiment, replace(state, step=k - 1), "0/W/1,1")["update"]
    corrected = [line for line in lines if r"\beta" in line.get("equation", "") and "^k" in line["equation"]]
    assert [line["symbol"] for line in corrected] == [r"\hat m", r"\hat v"]
    for line in corrected:
        assert f"^{{{k}}}" in line["numbers"]
        assert worked_out(line["numbers"]) == pytest.approx(line["value"], rel=2e-4)


def test_the_damped_system_is_solved_by_the_step() -> None:
    """(JᵀJ + λI) Δw = −Jᵀr, row by row of every weight; −Jᵀr is minus the gradient."""
    experiment, state = third_step({"kind": "levenberg_marquardt"})
    _, trace = step(experiment, state)
    changes = np.concatenate([a.ravel() for tensors in trace.updates for a in tensors.values()])
    for address in ("0/W/1,1", "0/b/2", "2/W/1,0"):
        found = derive(experiment, state, address)
        system = found["system"]
        assert system["row"] @ changes == pytest.approx(system["right"], rel=1e-9)
        assert system["right"] == pytest.approx(-found["gradient"], rel=1e-9)
        assert system["row"][system["addresses"].index(address)] >= system["damping"]
        assert len(system["addresses"]) == len(system["row"]) == experiment.network.size
        assert sum(system["products"]) == pytest.approx(system["right"], rel=1e-9)
        assert system["addresses"][system["place"]] == address
        assert system["matrix"] is None


def test_a_small_system_is_told_whole_with_its_tries() -> None:
    """Two unknowns of a line: the matrix is solved by the change that was accepted, as NumPy solves it."""
    points = {"kind": "points", "x": [[0.0], [1.0], [2.0], [4.0]], "y": [[1.0], [0.5], [2.0], [3.0]], "test_fraction": 0.0}
    layers = [{"kind": "dense", "units": 1}, {"kind": "identity"}]
    experiment = Experiment.parse({"data": points, "layers": layers, "loss": {"kind": "half_mse"},
                                   "optimizer": {"kind": "levenberg_marquardt"}})  # fmt: skip
    system = derive(experiment, start(experiment), "0/b/0")["system"]
    assert np.linalg.solve(system["matrix"], system["rights"]) == pytest.approx(system["solution"], rel=1e-9)
    assert [unknown["symbol"] for unknown in system["unknowns"]] == [r"\Delta w_{11}", r"\Delta b_{1}"]
    assert system["matrix"][1] == pytest.approx(system["row"], rel=1e-15)
    assert system["accepted"] == system["tries"][-1]["accepted"] == True  # noqa: E712 (NumPy's)


def test_where_every_try_was_rejected_the_change_is_not_said_to_be_the_solution() -> None:
    """λ that hardly grows is never large enough for a short step: the weight stays, though the last system has a solution."""
    experiment = Experiment.parse(STUBBORN)
    found = derive(experiment, start(experiment), "0/W/0,0")
    *_, change, new = found["update"]
    assert not found["system"]["accepted"]
    assert abs(found["system"]["solution"][0]) > 1.0
    assert (change["value"], new["value"]) == (0.0, found["parameter"]["value"])
    assert change["name"] == "no try was accepted, so nothing moves"


def test_other_optimizers_have_no_system() -> None:
    """They read the gradient alone."""
    experiment, state = third_step({"kind": "adam"})
    assert derive(experiment, state, "0/W/0,0")["system"] is None


@pytest.mark.parametrize(("latex", "values", "expected"), [
    (r"-\eta\, g", {r"\eta": 0.1, "g": -0.032}, r"-0.1 \times \left(-0.032\right)"),
    (r"\mu v + g", {r"\mu": 0.9, "v": 2.0, "g": 1e-9}, r"0.9 \times 2 + \left(1 \times 10^{-9}\right)"),
    (r"\frac{m}{1 - \beta_1^k}", {"m": 0.5, r"\beta_1": 0.9, "k": 3.0}, r"\frac{0.5}{1 - 0.9^3}"),
    (Hinge.gradient, {r"\hat y": 0.3, "y": -1.0}, r"-\left(-1\right) \times [\left(-1\right) \times 0.3 < 1]"),
    (Huber.gradient, {r"\hat y": 0.3, "y": 2.0, "d": 1.0}, r"\max(-1, \min(1, 0.3 - 2))"),
])  # fmt: skip
def test_substitution(latex: str, values: dict[str, float], expected: str) -> None:
    """Symbols become numbers; two that stand side by side are multiplied, and nothing else is."""
    assert substituted(latex, values) == expected


def test_latex_writes_the_largest_terms_the_paths_and_the_update() -> None:
    """Of 36 products only those that count; x_new = x_old − η ∂L/∂w with its numbers; indices of kernels are parted by commas."""
    layers = [{"kind": "conv2d", "filters": 2, "kernel": 3}, {"kind": "relu"}, {"kind": "max_pool2d", "size": 2, "stride": 2},
              {"kind": "flatten"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}]  # fmt: skip
    data = {"kind": "digits", "layout": "image", "count": 20}
    experiment = Experiment.parse({"data": data, "layers": layers, "loss": {"kind": "cross_entropy"},
                                   "optimizer": {"kind": "sgd", "learning_rate": 0.25}})  # fmt: skip
    found = derive(experiment, start(experiment), "0/W/1,0,1,1")
    live = [t for t in found["terms"] if t["value"]]
    assert 0 < len(live) < len(found["terms"])
    shown = sorted(live, key=lambda t: -abs(t["value"]))[:6]
    assert all(number(factor["value"]) in found["latex"]["numbers"] for term in shown for factor in term["factors"])
    assert "_{2,1,2,2}" in found["latex"]["symbols"]
    assert found["latex"]["paths_numbers"].endswith(f"= {number(found['value'])}")
    named = {line["symbol"]: line["value"] for line in found["update"]}
    right = found["latex"]["descent"].split(" = ", 1)[1].split(" = ")[1]
    assert worked_out(right) == pytest.approx(named[r"w_{\text{new}}"], rel=1e-5)


LONE_SIGN = re.compile(r"(?:[+\-]|\\times|\\cdot)\s*-")  # after an operator; one in front of all is the equation's own


@pytest.mark.parametrize("optimizer", [{"kind": "sgd", "learning_rate": 0.3}, {"kind": "adam"}, {"kind": "momentum"}])
def test_a_negative_number_among_others_stands_in_parentheses(optimizer: Document) -> None:
    """In every sum and every product; a number alone, as a result, needs none."""
    experiment, state = third_step(optimizer)
    signs = 0
    for address in ("0/W/0,0", "0/W/2,1", "0/b/1", "2/W/0,1", "0/grad_output/1", "1/output/0"):
        for name, latex in derive(experiment, state, address)["latex"].items():
            assert not LONE_SIGN.search(latex), (address, name, latex)
            signs += latex.count(r"\left(-")
    assert signs >= 30
    assert all(LONE_SIGN.search(bare) for bare in (r"a + -0.5", r"0.2 \times -3", r"1 - -4"))


def test_numbers_in_latex() -> None:
    """Six digits, powers of ten, and what is no number."""
    assert [number(v) for v in (0.25, -1e-12, 1234567.0, float("inf"), float("nan"))] == [
        "0.25", r"-1 \times 10^{-12}", r"1.23457 \times 10^{6}", r"\infty", r"\mathrm{NaN}",
    ]  # fmt: skip


@pytest.mark.parametrize(("address", "said"), [
    ("9/W/0,0", "expected a layer from 0 to 2, got 9"),
    ("1/W/0,0", "expected one of input, output, grad_input, grad_output, got W"),
    ("0/W/0", "expected indices within 3 × 2, got 0"), ("0/W/3,0", "expected indices within 3 × 2, got 3,0"),
    ("nonsense", "expected an address such as"), (7, "expected an address such as"),
])  # fmt: skip
def test_an_address_that_is_none(address: Any, said: str) -> None:
    """The error names what there is."""
    experiment, state = third_step({"kind": "sgd"})
    with pytest.raises(SpecError) as error:
        derive(experiment, state, address)
    assert error.value.field == "address"
    assert said in error.value.message


def test_a_network_too_large_is_refused() -> None:
    """Before anything is computed."""
    wide, pool = {"kind": "conv2d", "filters": 64, "kernel": 3, "padding": 1}, {"kind": "max_pool2d", "size": 4, "stride": 4}
    data = {"kind": "digits", "layout": "image", "count": 10}
    layers = [wide, wide, pool, {"kind": "flatten"}, {"kind": "dense", "units": 10}]
    experiment = Experiment.parse({"data": data, "layers": layers})
    with pytest.raises(SpecError, match="connections in a layer"):
        derive(experiment, start(experiment), "0/W/0,0,0,0")
