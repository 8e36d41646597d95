"""The derivation of every parameter of random networks, and of numbers of their chains: each sum is the number itself."""

from math import fsum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.address import Address
from core.derive.node import Node
from core.derive.parameter import Parameter
from core.derive.terms import total
from core.derive.told import Told
from core.experiment import Experiment
from core.layers import LAYERS
from core.numeric import Array
from core.state import start
from tests.brute_force import paths_one_by_one
from tests.cases import OPTIMIZERS, Document
from tests.checks import close
from tests.derivation_cases import EXACT, NETWORKS, expected_number, near, parameters, some_addresses, told
from tests.strategies import experiments

ENUMERABLE = 1500  # paths that are listed one by one
CHUNKS = 24  # so that two workers share them; all but the first quarter is for `make check-deep`
SOON = [chunk if chunk < CHUNKS // 4 else pytest.param(chunk, marks=pytest.mark.deep) for chunk in range(CHUNKS)]


@pytest.mark.parametrize("chunk", SOON)
def test_the_terms_of_every_parameter_of_random_networks_sum_to_its_gradient(chunk: int) -> None:
    """Local terms, expanded terms, all paths and the examples' mean: each is the gradient to 1e-12."""
    for seed in range(chunk, NETWORKS, CHUNKS):
        step = told(seed)
        each = [
            layer.grads_each(step.trace.before[i], link.input, link.output, step.noises[i], link.grad_output)
            for i, (layer, link) in enumerate(zip(step.network.layers, step.trace.layers, strict=True))
        ]
        for address in parameters(step):
            _check_parameter(seed, step, address, each[address.layer][address.name])


def _check_parameter(seed: int, step: Told, address: Address, each: Array) -> None:
    found, what = Parameter(step, address), f"network {seed}, {address}"
    own = float(each[(step.row, *address.index)])
    further = [found.further(n) for n in range(len(found.terms))]
    flat = [t for terms in further for t in terms]
    near(total(found.terms), own, sum(abs(t.value) for t in found.terms), f"{what}, local terms")
    near(total(flat), own, sum(abs(t.value) for t in flat), f"{what}, expanded terms")
    for term, opened in zip(found.terms, further, strict=True):
        near(total(opened), term.value, sum(abs(t.value) for t in opened), f"{what}, one term opened")
    values = [e["value"] for e in found.examples]
    close(f"{what}, examples", values, each[(slice(None), *address.index)], EXACT, what, scale=1.0)
    mean = fsum(values) / step.count + found.penalty
    near(mean, found.gradient, max(map(abs, values)), f"{what}, mean of the examples")
    paths = found.paths(8)
    near(paths.sum, own, paths.size, f"{what}, paths")
    if paths.count <= 100 or (paths.count <= ENUMERABLE and (seed + sum(address.index)) % 8 == 0):
        _check_paths(step, found, paths.count, what)


def _check_paths(step: Told, found: Parameter, count: int, what: str) -> None:
    """Every path listed, against every path found by brute force."""
    starts = list(zip(found.uses.out.tolist(), found.uses.amount.tolist(), strict=True))
    expected = paths_one_by_one(step, found.address.layer + 1, starts)
    paths = found.paths(max(1, count))
    values = np.array([p.value for p in paths.listed])
    assert len(values) == paths.count, f"{what}: {len(values)} paths are listed of {paths.count}"
    assert paths.live == len(expected), f"{what}: {paths.live} live paths, {len(expected)} by brute force"
    for path in paths.listed:
        near(float(np.prod([f.value for f in path.factors])), path.value, abs(path.value), f"{what}, factors of a path")
    live = np.sort(np.abs(values[values != 0]))
    close(f"{what}, sizes of all paths", live, np.sort(np.abs(expected)), EXACT, what, scale=1.0)
    assert (np.diff(np.abs(values)) <= 0).all(), f"{what}: the paths are not in the order of their sizes"
    near(float(values.sum()), total(found.terms), paths.size, f"{what}, sum of the listed paths")


@pytest.mark.deep
@settings(max_examples=1000)
@given(experiments(), st.integers(0, 10**6))
def test_the_terms_of_parameters_of_many_more_networks(document: Document, seed: int) -> None:
    """Of each a dozen parameters, in chains that other tests draw too."""
    experiment = Experiment.parse(document)
    step, rng = Told.of(experiment, start(experiment), seed), np.random.default_rng(seed)
    names = parameters(step)
    for place in rng.choice(len(names), min(12, len(names)), replace=False) if names else []:
        address = names[place]
        layer, link = step.network.layers[address.layer], step.trace.layers[address.layer]
        noise = step.noises[address.layer]
        each = layer.grads_each(step.trace.before[address.layer], link.input, link.output, noise, link.grad_output)
        _check_parameter(seed, step, address, each[address.name])


@pytest.mark.parametrize("seed", range(0, NETWORKS, 9))
def test_numbers_of_the_chain_are_sums_too(seed: int) -> None:
    """A δ is the sum of its terms and of those opened once more; a neuron's number is Σ w x + b."""
    step = told(seed)
    rng = np.random.default_rng(seed)
    for address in some_addresses(step, rng, 12)[-12:]:
        found = Node(step, address)
        own = expected_number(step, address)
        near(total(found.terms), own, sum(abs(t.value) for t in found.terms), f"{address}, terms")
        onward = total(found.onward)
        near(onward, float(step.grad(found.boundary)[found.node]), sum(abs(t.value) for t in found.onward), f"{address}, onward")
        for term, opened in found.expansion:
            near(total(opened), term.value, sum(abs(t.value) for t in opened), f"{address}, a δ opened")
        paths = found.paths(4, batch=False)
        if paths:
            near(paths["sum"], onward, paths["size"], f"{address}, paths")


def test_the_random_networks_have_every_layer_and_optimizer() -> None:
    """So that nothing in the catalogues is left out of the tests above."""
    steps = [told(seed) for seed in range(NETWORKS)]
    assert {layer.kind for step in steps for layer in step.network.layers} == set(LAYERS.members)
    assert {step.experiment.optimizer.kind for step in steps} == {case.kind for case in OPTIMIZERS}
    assert all(np.isfinite(step.trace.loss.value) for step in steps)
