"""Each preset makes its point, soon; the first one, which the page opens on, within a hundred steps."""

import pytest

from app.presets import presets
from core.datasets.signals import Signals
from core.experiment import Experiment
from core.frame import measure
from core.run import run
from core.state import start

# slug -> (steps, least share of the test examples that is right by then, or most test loss)
POINTS = {
    "xor": (100, 1.0, None),
    "circle": (400, 0.92, None),
    "spiral": (600, 0.98, None),
    "iris": (200, 0.97, None),
    "digits": (400, 0.93, None),
    "line": (100, None, 0.02),
    "logistic": (50, 0.94, None),
    "poisson": (100, None, -0.15),
    "dropout": (600, 0.82, None),
    "digits-cnn": (400, 0.86, None),
    "text": (200, 0.75, None),
    "signals": (200, 0.95, None),
}


def test_every_preset_has_its_point():
    assert [preset["slug"] for preset in presets()] == list(POINTS)


@pytest.mark.parametrize("slug", POINTS)
def test_a_preset_learns_in_time(slug):
    steps, share, loss = POINTS[slug]
    experiment = Experiment.parse(next(p["experiment"] for p in presets() if p["slug"] == slug))
    first = measure(experiment, start(experiment))
    ((last, _),) = run(experiment, start(experiment), steps, steps)
    assert last.train < 0.5 * first.train
    if share is not None:
        assert first.metrics["test_accuracy"] < 0.8 * share  # it could not do it before
        assert last.metrics["test_accuracy"] >= share
    if loss is not None:
        assert last.test < loss < first.test


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset["slug"])
def test_a_preset_is_complete_and_says_what_it_shows(preset):
    assert Experiment.parse(preset["experiment"]).document() == preset["experiment"]
    assert preset["title"]
    assert preset["summary"].endswith(".")


def test_the_preset_of_the_signals_is_called_what_its_data_are():
    """«Waves» in one menu and «Signals» in the next were two names for one thing."""
    [title] = [preset["title"] for preset in presets() if preset["slug"] == "signals"]
    assert title == Signals.title
