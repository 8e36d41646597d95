"""A streaming computation gives its thread back when its hop is over, whatever it computes: the clock is moved by the steps."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

import app.api.race
import app.api.train
from app import streaming
from app.api.body import Body
from app.api.surface import Survey
from app.settings import SETTINGS
from core.landscape import race
from core.run import HOP, Walker

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


def test_a_path_that_is_replayed_is_counted_as_long_as_it_is(client: TestClient) -> None:
    layers = [{"kind": "conv2d", "filters": 24, "kernel": 3, "padding": 1}, {"kind": "relu"}] * 2
    experiment = {"data": {"kind": "digits", "layout": "image", "count": 300, "test_fraction": 0.0}, "batch_size": 1,
                  "layers": [*layers, {"kind": "max_pool2d", "size": 8, "stride": 8}, {"kind": "flatten"},
                             {"kind": "dense", "units": 10}, {"kind": "softmax"}], "loss": {"kind": "cross_entropy"}}  # fmt: skip
    body = {"experiment": experiment, "plane": {"kind": "trajectory", "steps": 400}, "size": 2}
    refused = client.post("/api/surface", json=body)
    assert refused.status_code == 422, refused.text[:200]
    assert refused.json()["field"] == "size"
