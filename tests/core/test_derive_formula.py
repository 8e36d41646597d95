"""One weight's derivative written out: its value is backprop's, its symbols are the story's, its length is bounded."""

from dataclasses import replace

import numpy as np
import pytest

from core.address import Address
from core.compare import compare
from core.derive import derive, written
from core.derive.formula import LONGEST, MOST_PARTS
from core.derive.told import Told
from core.experiment import Experiment
from core.spec import SpecError
from core.state import start
from core.symbol import variable
from core.symbol_size import products, written_out
from tests.checks import close
from tests.derivation_cases import dense_net, parameters, told

LINE = {"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "half_mse"}, "batch_size": 3}


@pytest.mark.parametrize("seed", range(0, 216, 9))
def test_the_formulas_value_is_the_derivations(seed: int) -> None:
    """∂ℓ/∂w of the told example and ∂L/∂w of the batch, of some weights of every sort of network."""
    step = told(seed)
    for address in parameters(step)[:: max(1, len(parameters(step)) // 3)]:
        found, derived = written(step, address), derive(step.experiment, step.state, address, step.row)
        if "message" in found:
            assert "at most 5,000 multiplications an example" in found["message"]
            continue
        scale = max(float(np.abs(g).max()) for link in step.trace.layers for g in link.grads.values())
        close(f"{seed} {address}", found["value"], derived["value"], 1e-11, address, scale)
        assert found["example"] == step.row
        assert found["symbol"] == derived["parameter"]["symbol"]
        if found["gradient"] is not None and step.experiment.gradient.kind == "backprop":
            close(f"{seed} {address}, batch", found["gradient"], derived["gradient"], 1e-11, address, scale)


def test_the_formula_of_a_linear_neuron_is_the_textbooks() -> None:
    experiment = Experiment.parse(LINE)
    found = written(Told.of(experiment, start(experiment), 1), Address.parse("0/W/0,0"))
    assert found["formula"] == {
        "latex": r"\frac{\partial \ell}{\partial w_{11}} = \left(x\,w_{11} + b_{1} - y\right)\,x", "parts": [], "left_out": 0,
    }  # fmt: skip
    assert (found["evaluations"], found["multiplications"], found["operations"], found["written_out"]) == (1, 2, 5, 5)


def test_the_formula_has_its_value_where_the_loss_overflows() -> None:
    """ℓ = ½ (ŷ − y)² is beyond float64 for ŷ = 10³⁰⁰, its derivative (ŷ − y) x is not."""
    experiment = Experiment.parse(LINE)
    state = start(experiment)
    far = replace(state, params=({"W": state.params[0]["W"], "b": np.array([1e300])},))
    found = written(Told.of(experiment, far, 1), Address.parse("0/W/0,0"))
    derived = derive(experiment, far, Address.parse("0/W/0,0"), 1)
    close("value", found["value"], derived["value"], 1e-14, Address.parse("0/W/0,0"))
    assert np.isfinite(found["value"])
    assert found["gradient"] == pytest.approx(derived["gradient"], rel=1e-14)


def test_a_long_formula_is_cut_into_lines_and_says_how_many_are_left_out() -> None:
    experiment, state = dense_net([8, 8, 2])
    found = written(Told.of(experiment, state), Address(0, "W", (0, 0)))
    lines = [found["formula"]["latex"], *(part["latex"] for part in found["formula"]["parts"])]
    assert len(found["formula"]["parts"]) == MOST_PARTS
    assert found["formula"]["left_out"] > 0
    assert max(map(len, lines)) < 3 * LONGEST
    assert found["written_out"] > 3 * found["operations"] > 3 * found["multiplications"]


def test_a_formula_nobody_could_read_is_refused_kindly() -> None:
    experiment, state = dense_net([60, 60, 2])
    found = compare(experiment, state, address="0/W/0,0")["symbolic"]
    assert found["message"].startswith("a formula needs a network of at most 5,000 multiplications an example, got ")
    assert found["hint"] == "use fewer units"


def test_the_one_weight_is_answered_where_all_at_once_would_take_too_long() -> None:
    experiment, state = dense_net([16, 2])
    with pytest.raises(SpecError, match="every derivative would be written out"):
        compare(experiment, state, ["symbolic"])
    found = compare(experiment, state, ["backprop", "symbolic"], "0/W/0,0")
    assert [entry["kind"] for entry in found["left_out"]] == ["symbolic"]
    assert found["symbolic"]["gradient"] == pytest.approx(float(found["methods"][0]["grads"][0]["W"][0, 0]), rel=1e-11)
    assert "symbolic" not in compare(experiment, state, ["backprop"], "0/W/0,0")


@pytest.mark.parametrize("address", ["9/W/0,0", "0/output/0", "0/W/9,9", "w"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    experiment, state = dense_net([3, 2])
    with pytest.raises(SpecError, match=r"^address: "):
        compare(experiment, state, address=address)


def test_a_sign_is_no_multiplication() -> None:
    a, b = variable("a", 2.0), variable("b", 3.0)
    assert products(a - b) == 0
    assert products(a * b - a / b) == 2
    assert written_out((a * b) * (a * b)) == 3
