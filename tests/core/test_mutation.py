"""A test of the tests: a wrong derivative, planted on purpose, is caught, whichever member it is planted in."""

from unittest.mock import patch

import pytest

from core.layers.dense import Dense
from tests import cases, mutation
from tests.core import test_random_experiments
from tests.strategies import LAST

PLANTED = mutation.mutations()


def test_mistakes_are_planted_in_every_member() -> None:
    planted = {(m.catalogue, m.kind) for m in PLANTED}
    for name, (table, _) in cases.TABLES.items():
        if name != "data":  # it has no derivative
            assert {(name, case.kind) for case in table} <= planted
    assert {("head", "+".join(pair)) for pair in cases.HEADS} <= planted


def test_every_planted_mistake_is_caught() -> None:
    missed = [str(m) for m in PLANTED if not m.caught()]
    assert not missed, f"{len(missed)} of {len(PLANTED)} mistakes got through: {missed}"


def test_without_a_mistake_the_same_checks_pass() -> None:
    for check in {(m.catalogue, m.kind): m.check for m in PLANTED}.values():
        check()


@pytest.mark.parametrize("scale", [1.0 + 1e-6, 0.999], ids=["a millionth too large", "a thousandth too small"])
def test_random_experiments_catch_a_wrong_derivative(scale: float) -> None:
    right = Dense.backward

    def wrong(self: Dense, *args: object) -> object:
        grad_input, grads = right(self, *args)  # type: ignore[arg-type]
        return grad_input, grads | {"b": scale * grads["b"]}

    with (
        patch.object(Dense, "backward", wrong),
        pytest.raises(AssertionError, match=r"(?s)gradient of \d/b vs autograd.*reproduce"),
    ):
        test_random_experiments.test_dense_networks()


def test_the_random_experiments_end_in_every_loss() -> None:
    assert set(LAST) == {case.kind for case in cases.LOSSES}
