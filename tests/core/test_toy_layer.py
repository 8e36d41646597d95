"""Adding a member takes one class and one line: its schema, its control, its checks and its training follow."""

import autograd.numpy as anp
import pytest

from core.experiment import Experiment
from core.layers import LAYERS, Elementwise
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS
from core.penalties import PENALTIES
from core.plan import plan_for
from core.run import run
from core.spec import SpecError
from core.state import start
from tests import cases, toys
from tests.cases import LossCase, OptimizerCase, PenaltyCase
from tests.cases.links import elementwise, link
from tests.checks import check_layer, check_loss, check_network, check_optimizer, check_penalty
from tests.core.test_plan import agree_states, reference_run
from tests.strategies import drawn_batch, drawn_params
from tests.toys import Bump

CASE = link("bump", elementwise(lambda z, f: anp.exp(-f["sharpness"] * z**2)), 4, sharpness=0.7)
DOCUMENT = {
    "data": {"kind": "circle", "count": 60},
    "layers": [
        {"kind": "dense", "units": 6}, {"kind": "bump", "sharpness": 0.5}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"},
    ],
    "loss": {"kind": "binary_cross_entropy"}, "optimizer": {"kind": "adam", "learning_rate": 0.05},
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    toys.added(monkeypatch)


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
    monkeypatch.setitem(cases.TABLES, "layers", ([*cases.LAYERS, CASE], ""))
    experiment = Experiment.parse(DOCUMENT)
    x, y, noises = drawn_batch(experiment)
    check_network(experiment.document(), experiment.network, drawn_params(experiment), x, y, noises)


def test_the_checks_of_a_link_with_weights_pass() -> None:
    check_layer(link("gain", lambda fields, params, x, noise: x * params["W"], 4))


def test_the_checks_of_a_loss_a_penalty_and_an_optimizer_pass() -> None:
    class Plain:
        """The update of one weight in plain Python."""

        def __init__(self, fields: dict[str, float], w: float) -> None:
            self.rate, self.v, self.k = fields["learning_rate"], 0.0, 0

        def __call__(self, g: float) -> float:
            self.v, self.k = (self.v + g) / 2, self.k + 1
            return -self.rate / self.k * self.v

    check_loss(LossCase({"kind": "log_cosh"}, (-2.0, 2.0), "numbers", lambda f, p, y: anp.sum(anp.log(anp.cosh(p - y)), axis=1)))
    check_penalty(PenaltyCase({"kind": "quartic", "rate": 0.3}, lambda f, w: f["rate"] / 4 * anp.sum(w**4)))
    check_optimizer(OptimizerCase({"kind": "waning", "learning_rate": 0.4}, Plain))
    entries = [catalogue.describe()[-1] for catalogue in (LOSSES, PENALTIES, OPTIMIZERS)]
    assert [entry["kind"] for entry in entries] == ["log_cosh", "quartic", "waning"]
    assert [field["name"] for field in entries[1]["fields"] + entries[2]["fields"]] == ["rate", "learning_rate"]


@pytest.mark.parametrize("name", toys.EXPERIMENTS)
def test_they_train_and_where_a_plan_serves_it_takes_the_same_steps(name: str) -> None:
    experiment = Experiment.parse(toys.EXPERIMENTS[name])
    first, *_, last = (frame.train for frame, _ in run(experiment, start(experiment), 200, every=50))
    assert last < first
    plan = plan_for(experiment)
    assert (plan is None) == ("gain" in str(toys.EXPERIMENTS[name]["layers"]))
    if plan:
        plan.load([start(experiment)])
        plan.advance(9)
        agree_states(plan.state(), reference_run(experiment, start(experiment), 9), experiment.document())
