"""Work in pieces: what comes of it, how long its own pieces took, and that what one silences is silent for nobody else."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

import numpy as np
import pytest

import core.work
from core.work import Work, finished, quiet, timed


def halves(told: list[bool]) -> Work[float]:
    """Two pieces that overflow; between them, `told` notes."""
    found = np.array([1e300]) * 1e300
    yield 0.5
    told.append(True)
    found = found + np.array([1e300]) * 1e300
    return float(found[0])


def test_what_comes_of_it() -> None:
    told: list[bool] = []
    assert finished(quiet(halves(told))) == np.inf
    assert told == [True]
    assert finished(timed(quiet(halves(told))))[0] == np.inf


def test_a_piece_s_silence_is_its_own() -> None:
    """Its pieces run in contexts of their own, as a server's threads have them, and between two of them nobody is silenced."""
    work, before = quiet(halves([])), np.geterr()
    assert next(work) == 0.5
    assert np.geterr() == before
    with pytest.raises(StopIteration) as ended:
        copy_context().run(next, work)
    assert ended.value.value == np.inf


def test_seconds_are_those_of_its_own_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(core.work, "perf_counter", lambda: now[0])

    def pieces() -> Work[str]:
        for _ in range(3):
            now[0] += 1.0
            yield 0.0
        now[0] += 0.5
        return "done"

    work, ended = timed(pieces()), Any
    while ended is Any:
        try:
            next(work)
        except StopIteration as end:
            ended = end.value
        now[0] += 100.0  # somebody else's
    assert ended == ("done", 3.5)
