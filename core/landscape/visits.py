"""The states that a run visits, replayed from its experiment: nothing of a run is kept on the server."""

from __future__ import annotations

from collections.abc import Generator

from core.experiment import Experiment
from core.numeric import finite
from core.state import State, start
from core.training import step

MOST_VISITS = 200


def replay(experiment: Experiment, steps: int, most: int = MOST_VISITS) -> Generator[float, None, list[State]]:
    """Steps 0, k, 2k, … and the last of the run from its start; at most `most` and two, none after it diverged.

    Yields the share that is done.
    """
    every = max(1, -(-steps // most))
    state = start(experiment)
    found = [state]
    for taken in range(1, steps + 1):
        state = step(experiment, state)[0]
        if not finite(state.params):
            break
        if taken % every == 0 or taken == steps:
            found.append(state)
            yield taken / steps
    return found
