"""A streaming computation gives its thread back when its hop is over, whatever it computes: the clock is moved by the steps."""

from __future__ import annotations

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

import app.api.race
import app.api.train
from app import streaming
from app.api.body import Body
from app.api.compare import Comparison
from app.api.step import Update
from app.api.surface import Survey
from app.settings import SETTINGS
from core.experiment import Experiment
from core.gradients.numerical import Numerical
from core.landscape import race
from core.network import Network
from core.run import HOP, Walker
from core.state import start

HIDDEN = [{"kind": "dense", "units": 3}, {"kind": "gelu"}, {"kind": "dense", "units": 1}, {"kind": "identity"}]
PLANNED = {"data": {"kind": "line", "count": 20}, "layers": HIDDEN, "batch_size": 5}
SWEPT = PLANNED | {"gradient": {"kind": "numerical"}}
WILD = PLANNED | {"optimizer": {"kind": "sgd", "learning_rate": 2.0}, "batch_size": 3}
HOP_SECONDS = SETTINGS.hop_ms / 1000


class Clock:
    """Stands still but when a step is taken, which moves it by `seconds`."""

    def __init__(self, patch: pytest.MonkeyPatch, seconds: float) -> None:
        self.now, self.seconds = 0.0, seconds
        patch.setattr("core.run.perf_counter", lambda: self.now)
        patch.setattr(streaming, "time", SimpleNamespace(perf_counter=lambda: self.now))
        take, stepping = Walker._taking, race.stepping

        def taken(walker: Walker, steps: int) -> Any:
            yield from take(walker, steps)
            self.now += steps * self.seconds

        def stepped(*arguments: Any) -> Any:
            found = yield from stepping(*arguments)
            self.now += self.seconds
            return found

        patch.setattr(Walker, "_taking", taken)
        patch.setattr(race, "stepping", stepped)

    def held(self, running: streaming.Running) -> tuple[list[float], list[Any]]:
        """How long each hop held its thread, and all lines."""
        hops, text = [], b""
        while not running.done:
            begun = self.now
            text += running.advance()
            hops.append(self.now - begun)
        return hops, [json.loads(line) for line in text.splitlines()]


def training(experiment: Any, **fields: Any) -> streaming.Running:
    return app.api.train.Running(Body({"experiment": experiment, "steps": 45, "every": 30} | fields))


@pytest.mark.parametrize("experiment", [PLANNED, SWEPT])
def test_a_step_that_takes_long_is_a_hop_by_itself_and_leads_to_the_same_bits(
    experiment: Any, monkeypatch: pytest.MonkeyPatch, frames: Any
) -> None:
    hops, told = Clock(monkeypatch, 1.0).held(training(experiment))
    assert hops == [1.0] * 45
    monkeypatch.undo()
    assert told == frames(experiment=experiment, steps=45, every=30)
    (resumed,) = frames(experiment=experiment, state=told[0]["state"], steps=15, every=15)
    assert resumed == told[1]


@pytest.mark.parametrize("step", [1e-6, 3e-5, 1e-3, 0.019])
def test_no_hop_is_longer_than_the_setting_by_more_than_a_piece_or_a_step(step: float, monkeypatch: pytest.MonkeyPatch) -> None:
    hops, _ = Clock(monkeypatch, step).held(training(PLANNED, steps=5000, every=5000))
    assert sum(hops) == pytest.approx(5000 * step)
    assert max(hops) <= HOP_SECONDS + max(0.005, step) + 1e-9
    assert len(hops) <= 1 + 5000 * step / HOP_SECONDS


def test_quick_steps_are_soon_taken_a_whole_hop_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    take = Walker._taking
    monkeypatch.setattr(Walker, "_taking", lambda walker, steps: (pieces.append(steps), take(walker, steps))[1])
    monkeypatch.setattr("core.run.perf_counter", lambda: 0.0)
    running = training(PLANNED, steps=5 * HOP, every=5 * HOP)
    while not running.done:
        running.advance()
    assert pieces == [1, 2, 4, 8, 16, 32, 1, *[HOP] * 4]


def test_a_replayed_path_gives_its_thread_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, 1.0)
    job = Survey(Body({"experiment": SWEPT, "plane": {"kind": "trajectory", "steps": 1000}, "size": 3}))
    while clock.now < 40:  # five steps lie between two visited states
        begun = clock.now
        job.hop()
        assert clock.now - begun <= 1.0


def test_a_race_gives_its_thread_back_between_its_runs_and_where_one_is_retraced(monkeypatch: pytest.MonkeyPatch) -> None:
    entrants = {"experiments": [SWEPT, SWEPT | {"seed": 1}, WILD], "steps": 70, "every": 35}
    hops, told = Clock(monkeypatch, 1.0).held(app.api.race.Running(Body(entrants)))
    assert max(hops) == 1.0
    assert [line["step"] for line in told] == [0, 35, 70]
    *calm, wild = told[-1]["runs"]
    assert not any(run["diverged"] for run in calm)
    assert wild["diverged"]
    assert sum(hops) > 2 * 70 + 35 + 20, "the wild one's steps were taken again"
    monkeypatch.undo()
    running, text = app.api.race.Running(Body(entrants)), b""
    while not running.done:
        text += running.advance()
    assert [json.loads(line) for line in text.splitlines()] == told


@pytest.mark.parametrize("plane", [{"kind": "trajectory", "steps": 40}, {"kind": "line", "along": "gradient"}])
def test_the_losses_along_a_path_are_pieces_of_their_own(plane: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes two sweeps over all examples: two hundred in one piece had held a thread for minutes, with nobody there."""
    piece: list[int] = [0]
    survey = import_module("core.landscape.survey")  # the package calls its function by the same name
    true_loss = survey.true_loss

    def counted(*arguments: Any) -> float:
        piece[-1] += 1
        return float(true_loss(*arguments))

    monkeypatch.setattr(survey, "true_loss", counted)
    state = {"step": 40, "params": start(Experiment.parse(PLANNED)).document()["params"]}
    job = Survey(Body({"experiment": PLANNED, "state": state, "plane": plane, "size": 3, "path": "replay"}))
    while job.answer is None:
        piece.append(0)
        job.advance()
    assert len(job.answer["path"]) == 41
    assert max(piece) <= 4, piece  # two of a place, and two more of the present state's


def test_a_path_that_is_replayed_is_counted_as_long_as_it_is(client: TestClient) -> None:
    layers = [{"kind": "conv2d", "filters": 24, "kernel": 3, "padding": 1}, {"kind": "relu"}] * 2
    experiment = {"data": {"kind": "digits", "layout": "image", "count": 300, "test_fraction": 0.0}, "batch_size": 1,
                  "layers": [*layers, {"kind": "max_pool2d", "size": 8, "stride": 8}, {"kind": "flatten"},
                             {"kind": "dense", "units": 10}, {"kind": "softmax"}], "loss": {"kind": "cross_entropy"}}  # fmt: skip
    body = {"experiment": experiment, "plane": {"kind": "trajectory", "steps": 400}, "size": 2}
    refused = client.post("/api/surface", json=body)
    assert refused.status_code == 422, refused.text[:200]
    assert refused.json()["field"] == "size"


def test_a_line_s_descents_are_pieces_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred losses with their slopes name the learning rates: in one piece they had held a thread for 17 s."""
    piece: list[int] = [0]
    line = import_module("core.landscape.slice")
    slope_at = line.slope_at

    def counted(*arguments: Any) -> float:
        piece[-1] += 1
        return float(slope_at(*arguments))

    monkeypatch.setattr(line, "slope_at", counted)
    job = Survey(Body({"experiment": PLANNED, "plane": {"kind": "line", "along": "gradient"}, "size": 3}))
    while job.answer is None:
        piece.append(0)
        job.advance()
    assert sum(piece) > 50, "no learning rates were tried"
    assert max(piece) <= 2, piece


@pytest.mark.parametrize("asked", [{"thorough": True}, {"methods": ["symbolic", "forward_mode"]}])
def test_a_comparison_gives_its_thread_back_between_evaluations(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each weight is moved by itself: six hundred of them had held a thread for seven seconds, also for nobody."""
    piece: list[int] = [0]
    forward = Network.forward

    def counted(network: Network, *arguments: Any) -> Any:
        piece[-1] += type(network) is Network  # and not one that counts, once for each of the arrays
        return forward(network, *arguments)

    job = Comparison(Body({"experiment": PLANNED} | asked))
    monkeypatch.setattr(Network, "forward", counted)
    while job.answer is None:
        piece.append(0)
        job.advance()
    assert sum(piece) >= Experiment.parse(PLANNED).network.size
    assert max(piece) <= 3, "two of central differences, behind backpropagation's one"
    assert not job.answer["left_out"]


def sweeping(name: str) -> Any:
    """A few steps of a gradient that is swept weight by weight, and the piece by which they are taken."""
    if name == "step":
        job = Update(Body({"experiment": SWEPT, "example": 1}))
        return job, lambda: job.advance() or job.answer is not None
    if name == "race":
        raced = app.api.race.Running(Body({"experiments": [SWEPT, SWEPT | {"seed": 1}], "steps": 3}))
        return raced, lambda: next(raced._pieces) and raced.done
    run = training(SWEPT, steps=3, every=1, trace=name == "traced")
    return run, lambda: run.run.advance() and run.done  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["train", "traced", "step", "race"])
def test_a_step_that_is_swept_weight_by_weight_is_broken_off_between_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand of them had held a thread for a second, in each of which a whole class would step."""
    piece: list[int] = [0]
    slope = Numerical.slope

    def counted(*arguments: Any) -> Any:
        found = slope(*arguments)

        def counting(*place: Any) -> float:
            piece[-1] += 1
            return found(*place)

        return counting

    _, advance = sweeping(name)
    monkeypatch.setattr(Numerical, "slope", counted)
    while not advance():
        piece.append(0)
    size = Experiment.parse(SWEPT).network.size
    assert sum(piece) == size * {"train": 3, "traced": 3, "step": 1, "race": 6}[name]
    assert max(piece) == 1
