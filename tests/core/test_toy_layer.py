"""Adding a link takes one class and one line: its schema, its control, its checks and its training follow."""

from dataclasses import dataclass

import numpy as np
import pytest

from core.experiment import Experiment
from core.layers import LAYERS, Elementwise
from core.numeric import Array
from core.run import run
from core.spec import SpecError, number
from core.state import start
from tests import witness_autograd
from tests.cases import LayerCase
from tests.checks import check_layer, check_network
from tests.strategies import drawn_batch, drawn_params


@dataclass(frozen=True)
class Bump(Elementwise):
    """a = e^{−c z²}."""

    kind = "bump"
    title = "Bump"
    help = "Answers to z near 0 only."
    latex = r"a = e^{-c z^2}"
    slope_latex = r"-2 c z\, a"

    sharpness: float = number(1.0, low=0.0, high=10.0, symbol="c", help="How narrow the bump is.")

    def value(self, z: Array) -> Array:
        return np.exp(-self.sharpness * (z * z))

    def slope_at(self, z: Array, a: Array) -> Array:
        return -2.0 * self.sharpness * z * a


CASE = LayerCase({"kind": "bump", "sharpness": 0.7}, (4,))
DOCUMENT = {
    "data": {"kind": "circle", "count": 60},
    "layers": [
        {"kind": "dense", "units": 6}, {"kind": "bump", "sharpness": 0.5}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"},
    ],
    "loss": {"kind": "binary_cross_entropy"}, "optimizer": {"kind": "adam", "learning_rate": 0.05},
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAYERS.members, Bump.kind, Bump)


def test_its_catalogue_entry_is_what_a_control_and_a_schema_are_made_of() -> None:
    entry = next(e for e in LAYERS.describe() if e["kind"] == "bump")
    assert entry == {
        "kind": "bump", "title": "Bump", "help": "Answers to z near 0 only.", "latex": r"a = e^{-c z^2}", "activation": True,
        "derivative": Elementwise.derivative, "slope": r"-2 c z\, a", "interval": [None, None],
        "fields": [{"name": "sharpness", "type": "number", "symbol": "c", "help": "How narrow the bump is.", "low": 0.0,
                    "high": 10.0, "step": "linear", "expects": "a number at least 0 and at most 10", "default": 1.0}],
    }  # fmt: skip


def test_its_checks_pass() -> None:
    check_layer(CASE)


def test_its_checks_find_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bump, "slope_at", lambda self, z, a: -self.sharpness * z * a)
    with pytest.raises(
        AssertionError, match=r"(?s)d/dx vs dual numbers: they differ by.*ours:.*theirs:.*bump\(sharpness=0.7\) on 4"
    ):
        check_layer(CASE)


def test_its_mistakes_are_told_by_field() -> None:
    with pytest.raises(SpecError, match=r"layers.1.sharpness: expected a number at least 0 and at most 10, got 11 \(How narrow"):
        Experiment.parse(DOCUMENT | {"layers": [{"kind": "dense"}, {"kind": "bump", "sharpness": 11}]})


def test_it_trains() -> None:
    experiment = Experiment.parse(DOCUMENT)
    first, *_, last = (frame.train for frame, _ in run(experiment, start(experiment), 200, every=50))
    assert last < 0.7 * first


def test_a_network_with_it_agrees_with_every_other_method(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(witness_autograd.LINKS, "bump", lambda f, p, x, n: witness_autograd.anp.exp(-f["sharpness"] * x**2))
    experiment = Experiment.parse(DOCUMENT)
    x, y, noises = drawn_batch(experiment)
    check_network(experiment.document(), experiment.network, drawn_params(experiment), x, y, noises)
