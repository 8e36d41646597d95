"""What a server keeps of its visitors' experiments is bounded by bytes; a class on the same presets has each parsed once."""

from __future__ import annotations

import gc
import tracemalloc
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from app.api import body
from core.experiment import Experiment
from core.kept import Kept

MOST, OWN = 500_000, 12
STORES = (
    ("app.api.body", "_EXPERIMENTS"),
    ("core.experiment", "_SAMPLES"),
    ("core.experiment", "_PARTS"),
    ("core.frame", "_LIMITS"),
    ("core.growth", "_KEPT"),
    ("core.scaling", "_KEPT"),
    ("app.formulas.story", "_KEPT"),
)


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[Kept[Any]]:
    """All that is kept, empty, of half a megabyte each."""
    found = [Kept[Any](MOST) for _ in STORES]
    for (module, name), kept in zip(STORES, found, strict=True):
        place = import_module(module)
        assert isinstance(getattr(place, name), Kept)
        monkeypatch.setattr(place, name, kept)
    return found


def own(seed: int) -> dict[str, Any]:
    """Two hundred examples of fifty numbers of one's own: 80 KB, and as much again as they are split."""
    rng = np.random.default_rng(seed)
    data = {"kind": "points", "x": rng.integers(0, 9, (200, 50)).tolist(), "y": rng.integers(0, 9, 200).tolist()}
    return {"data": data, "layers": [{"kind": "dense", "units": 2}, {"kind": "tanh"}, {"kind": "dense", "units": 1}]}


def test_experiments_of_many_visitors_leave_no_more_than_is_allowed(client: Any, stores: list[Kept[Any]]) -> None:
    def visited(seed: int, path: str, **more: Any) -> None:
        assert client.post(path, json={"experiment": own(seed)} | more).status_code == 200

    visited(0, "/api/train", steps=1)  # with all that is loaded once
    visited(0, "/api/story")
    tracemalloc.start()
    try:
        for seed in range(1, 1 + OWN):
            visited(seed, "/api/train", steps=1)
        for seed in range(1, 4):
            visited(seed, "/api/story")
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    one = body.parse_experiment(own(1)).nbytes
    assert OWN * one > 4 * MOST, "all of them together would be far beyond"
    assert all(kept.bytes <= MOST for kept in stores)
    assert stores[0].bytes > MOST - one, "full, and not emptied"
    assert held < 2 * MOST


def test_an_experiment_says_what_it_holds(stores: list[Kept[Any]]) -> None:
    assert stores
    assert Experiment.parse(own(1)).nbytes > 0  # with all that is loaded once
    tracemalloc.start()
    try:
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        parsed = Experiment.parse(own(2))
        told = parsed.nbytes
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.9 * held < told < 1.3 * held


def test_a_class_on_the_same_presets_has_each_of_them_parsed_once(
    experiments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "_EXPERIMENTS", Kept[Any](body._EXPERIMENTS.most))
    parsed: list[Any] = []
    parse = Experiment.parse
    monkeypatch.setattr(Experiment, "parse", lambda document: (parsed.append(document), parse(document))[1])
    for _ in range(30):
        for document in experiments.values():
            assert body.parse_experiment(document).document() == document
    assert len(parsed) == len(experiments)
