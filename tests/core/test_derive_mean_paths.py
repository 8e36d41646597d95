"""All paths of the batch: each path's product averaged over its examples, which is no product of averages."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from core.derive import derive
from core.derive.mean_paths import MOST_PRODUCTS
from core.derive.parameter import Parameter
from core.derive.told import Told
from core.experiment import Experiment
from core.state import start
from tests.brute_force import jacobians
from tests.checks import close
from tests.derivation_cases import EXACT, NETWORKS, dense_net, near, parameters, told

Way = tuple[int, ...]
CHUNKS = 12
SOON = [chunk if chunk < CHUNKS // 4 else pytest.param(chunk, marks=pytest.mark.deep) for chunk in range(CHUNKS)]


def means_one_by_one(parameter: Parameter) -> dict[Way, float]:
    """Every path that is not 0 in every example, with the mean of its products, from Jacobians of one example after the other."""
    step, (link, name, index) = parameter.told, (parameter.address.layer, parameter.address.name, parameter.address.index)
    found: dict[Way, float] = defaultdict(float)
    for row in range(step.count):
        one = replace(step, row=row)
        uses = step.uses(link, name, index, row)
        ways = [((int(i), int(o)), float(a)) for o, i, a in zip(uses.out, uses.into, uses.amount, strict=True)]
        for jacobian in jacobians(one, link + 1):
            ways = [((*w, int(m)), v * jacobian[m, w[-1]]) for w, v in ways for m in np.flatnonzero(jacobian[:, w[-1]])]
        for way, value in ways:
            found[way] += value * float(one.grad(one.end)[way[-1]]) / step.count
    return found


@pytest.mark.parametrize("chunk", SOON)
def test_the_mean_paths_of_random_networks_sum_to_the_batch_s_gradient(chunk: int) -> None:
    """Dense, convolved, pooled, dropped out, embedded: Σ over paths of their means is ∂L/∂w without its penalty, path by path."""
    for seed in range(chunk, NETWORKS, CHUNKS):
        step = told(seed)
        for address in parameters(step)[:: 2 + seed % 3]:
            parameter, about = Parameter(step, address), f"seed {seed}, {address}"
            found = parameter.mean_paths(10**9)
            if found is None:
                assert parameter.paths(1).count * step.count > MOST_PRODUCTS
                continue
            size = float(np.abs(parameter.gradient)) + found.size
            near(found.sum, parameter.gradient - parameter.penalty, size, about)
            if found.count * step.count > 3000:
                continue
            means = sorted((abs(value) for value in means_one_by_one(parameter).values() if value), reverse=True)
            listed = [abs(path.value) for path in found.listed]
            close("the paths", np.array(listed[: len(means)]), np.array(means), EXACT, about, scale=1.0)
            assert all(value == 0 for value in listed[len(means) :]), about
            assert len(listed) == found.count


def test_of_a_mean_only_the_weights_have_numbers() -> None:
    """What is another number in every example has none of the batch; a weight has, and its place."""
    experiment, state = dense_net([3, 4, 2])
    found = derive(experiment, state, "0/W/1,0", listed=64, over="batch")["paths"]
    assert (found["over"], found["count"]) == ("batch", 8)
    for path in found["listed"]:
        for factor in path["factors"]:
            weight = "w" in factor["symbol"]
            assert (factor["value"] is not None) == weight == (factor["path"] is not None), factor
    assert sum(path["share"] for path in found["listed"]) == pytest.approx(1.0, abs=EXACT)
    values = [path["value"] for path in found["listed"]]
    assert found["positive"] == pytest.approx(sum(v for v in values if v > 0), rel=1e-12)


def test_the_mean_paths_of_a_neuron_sum_to_its_mean() -> None:
    experiment, state = dense_net([3, 4, 2])
    found = derive(experiment, state, "1/grad_output/1", over="batch")
    assert found["paths"]["over"] == "batch"
    assert found["paths"]["sum"] == pytest.approx(found["gradient"], abs=EXACT)


def test_paths_that_are_too_many_for_a_mean_are_one_example_s_and_say_so() -> None:
    experiment, state = dense_net([8] * 8)
    found = derive(experiment, state, "0/W/0,0", 1, over="batch")["paths"]
    assert found["over"] == "example"
    assert found["count"] * 3 > MOST_PRODUCTS
    assert found == derive(experiment, state, "0/W/0,0", 1)["paths"]


def test_a_word_s_paths_are_those_of_the_examples_that_use_it() -> None:
    """An example without the word adds 0 to the mean; its places in the others are each a path's beginning."""
    x, layers = [[0.0, 1.0], [1.0, 1.0], [0.0, 2.0]], [{"kind": "embedding", "vocabulary": 3, "units": 1}, {"kind": "flatten"}]
    data = {"kind": "points", "x": x, "y": [[1.0], [0.0], [2.0]], "task": "regression"}
    document = {"data": data, "layers": [*layers, {"kind": "dense", "units": 1}], "loss": {"kind": "half_mse"}, "batch_size": 3}
    experiment = Experiment.parse(document)
    step = Told.of(experiment, start(experiment), 0)
    for word, places in ((0, 1), (1, 2), (2, 1)):
        found = derive(experiment, step.state, f"0/W/{word},0", over="batch")
        assert found["paths"]["count"] == places
        assert found["paths"]["sum"] == pytest.approx(found["gradient"], abs=EXACT)
