"""All paths: counted to the last digit, the largest found exactly."""

import numpy as np
import pytest

from core.address import Address
from core.derive import derive
from core.derive.parameter import Parameter
from core.derive.told import Told
from core.experiment import Experiment
from core.state import start
from tests.brute_force import paths_one_by_one
from tests.checks import close
from tests.derivation_cases import EXACT, dense_net


@pytest.mark.parametrize("units", [[1], [3, 2], [4, 3, 2], [5, 5, 5, 3], [2, 7, 1, 4]])
def test_path_counts_are_the_product_of_the_units_behind(units: list[int]) -> None:
    """From a weight of layer l there are n_{l+1} · n_{l+2} · … paths."""
    experiment, state = dense_net(units)
    for layer in range(len(units)):
        found = derive(experiment, state, f"{2 * layer}/W/0,0")
        assert found["paths"]["count"] == int(np.prod(units[layer + 1 :], dtype=object))


def test_a_deep_network_has_its_paths_counted_to_the_last_digit() -> None:
    """12 layers of 64: 64¹¹ paths, counted exactly; the eight largest are listed, and one sweep costs a few multiplications."""
    experiment, state = dense_net([64] * 12)
    paths = derive(experiment, state, "0/W/0,0")["paths"]
    assert paths["digits"]["count"] == str(64**11)
    assert paths["count"] == pytest.approx(64**11)
    assert len(paths["listed"]) == 8
    assert 0 < paths["listed_share"] < 1
    assert paths["work"]["sweep"] < 64 * 64 * 13
    assert paths["digits"]["separate"] == str(64**11 * 23)  # 11 tanh, 11 dense, the input


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_paths_are_those_of_brute_force(seed: int) -> None:
    """The k largest, in order, for every k up to 64; equal ones in the order of their nodes."""
    experiment, state = dense_net([4, 3, 4, 2], seed=seed, hidden="relu" if seed % 2 else "tanh")
    step = Told.of(experiment, state, seed)
    found = Parameter(step, Address(0, "W", (seed % 4, seed % 2)))
    sizes = np.sort(np.abs(paths_one_by_one(step, 1, [(int(found.uses.out[0]), float(found.uses.amount[0]))])))[::-1]
    for most in (1, 2, 3, 5, 8, 24, 64):
        listed = np.array([abs(p.value) for p in found.paths(most).listed if p.value])
        close(f"the {most} largest", listed, sizes[:most], EXACT, f"seed {seed}", scale=1.0)


def test_equal_paths_are_listed_in_the_order_of_their_nodes() -> None:
    """With all weights alike every path is as large as any other."""
    experiment, state = dense_net([2, 3, 2], init={"kind": "constant", "value": 0.5})
    listed = derive(experiment, state, "0/W/0,0", listed=6)["paths"]["listed"]
    ends = [(path["addresses"][4], path["addresses"][-1]) for path in listed]
    assert len({round(path["value"], 15) for path in listed}) == 1
    assert ends == sorted(ends)


def test_a_sweep_back_costs_about_two_forward() -> None:
    """Forward, each weight multiplies once; back, once for the input's gradient, once for its own; means are divided."""
    experiment, state = dense_net([20, 20, 20, 2])
    cost = derive(experiment, state, "0/W/0,0")["sweeps"]
    weights, examples, hidden = 2 * 20 + 20 * 20 + 20 * 20 + 20 * 2, 3, 3 * 20
    assert cost["forward"] == weights * examples
    slopes = 2 * hidden * examples  # 1 − a·a, times ∂ℓ/∂a
    assert cost["backward"] == 2 * weights * examples + slopes + experiment.network.size
    assert cost["ratio"] == cost["backward"] / cost["forward"]


def test_paths_of_either_sign_add_up_apart() -> None:
    """Σ of the positive and Σ of the negative ones, from the sums alone, as from all of them."""
    experiment, state = dense_net([3, 4, 2])
    found = derive(experiment, state, "0/W/1,0", listed=64)["paths"]
    values = [path["value"] for path in found["listed"]]
    assert len(values) == found["count"]
    assert found["positive"] == pytest.approx(sum(v for v in values if v > 0), rel=1e-12)
    assert found["negative"] == pytest.approx(sum(v for v in values if v < 0), rel=1e-12)
    assert found["positive"] * found["negative"] < 0


def test_much_is_left_folded_but_the_largest_terms() -> None:
    """A kernel element of the first of two convolutions: thousands of ways one link further, of which hundreds are opened."""
    conv = {"kind": "conv2d", "filters": 8, "kernel": 3, "padding": 1}
    layers = [conv, {"kind": "tanh"}, conv, {"kind": "flatten"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}]
    data = {"kind": "digits", "layout": "image", "count": 20}
    experiment = Experiment.parse({"data": data, "layers": layers, "loss": {"kind": "cross_entropy"}})
    found = derive(experiment, start(experiment), "0/W/0,0,1,1", 3)
    assert found["folded"] + len(found["expansion"]) == len(found["terms"]) == 64
    assert 400 <= sum(len(entry["terms"]) for entry in found["expansion"]) <= 400 + 72
    smallest = min(abs(entry["value"]) for entry in found["expansion"])
    assert sorted((abs(t["value"]) for t in found["terms"]), reverse=True)[len(found["expansion"]) - 1] == smallest
    for entry in found["expansion"]:
        assert sum(t["value"] for t in entry["terms"]) == pytest.approx(entry["value"], abs=EXACT)
