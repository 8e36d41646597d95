"""The gradient of random experiments against autograd, dual numbers, complex steps and central differences.

300 of them in `make test`, 2,000 and more in `make check-deep`.  A failure prints both sides and the experiment, whose parameters
follow from its seed (`tests.strategies.drawn_params`).
"""

import json

import pytest
from hypothesis import given, settings

from core.experiment import Experiment
from tests import checks
from tests.cases import Document
from tests.strategies import drawn_batch, drawn_params, experiments


def check(document: Document) -> None:
    experiment = Experiment.parse(document)
    x, target, noises = drawn_batch(experiment)
    params = drawn_params(experiment)
    skipped = checks.check_network(document, experiment.network, params, x, target, noises, seed=experiment.seed)
    assert skipped <= 4, f"{skipped} of 8 central differences lie across a kink: {json.dumps(document)}"


@settings(max_examples=220)
@given(experiments(dense_only=True))
def test_dense_networks(document: Document) -> None:
    check(document)


@settings(max_examples=100)
@given(experiments())
def test_all_sorts_of_networks(document: Document) -> None:
    check(document)


@pytest.mark.deep
@settings(max_examples=1500)
@given(experiments(dense_only=True))
def test_dense_networks_deep(document: Document) -> None:
    check(document)


@pytest.mark.deep
@settings(max_examples=1000)
@given(experiments())
def test_all_sorts_of_networks_deep(document: Document) -> None:
    check(document)
