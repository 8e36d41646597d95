"""Which activation fits which loss is said in one place: the table of pairs, and what an experiment refuses, agree."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiment import Experiment
from core.losses import LOSSES
from core.pairs import activations, pairs
from core.spec import SpecError

FIELDS = ("loss.kind", "layers.1")


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_pair_fits_where_an_experiment_takes_it(outputs: int) -> None:
    label = np.eye(2)[1] if outputs == 2 else np.ones(1)
    table = {(pair["activation"], pair["loss"]): pair for pair in pairs(np.full(outputs, 0.5), label)}
    assert len(table) == len(activations()) * len(list(LOSSES))
    for (activation, loss), pair in table.items():
        layers = [{"kind": "dense", "units": outputs}, {"kind": activation}]
        try:
            Experiment.parse({"data": {"kind": "xor"}, "layers": layers, "loss": {"kind": loss}})
            taken = True
        except SpecError as error:
            taken = error.field not in FIELDS
        assert taken == pair["fits"], (activation, loss, pair.get("why"))
    assert {pair["fits"] for pair in table.values()} == {True, False}


@pytest.mark.parametrize("far", [9e307, -9e307])
def test_numbers_that_overflow_are_told_and_not_warned_of(far: float) -> None:
    """Twice a target of 9e307 is beyond all floats."""
    for z, y in ((0.5, far), (far, 0.5), (far, -far)):
        found = pairs(np.array([z, 0.0]), np.array([y, 1.0]))
        assert any(pair["fits"] for pair in found)
