"""The states that a run visits, replayed from its experiment: nothing of a run is kept on the server."""

from __future__ import annotations

from dataclasses import replace

from core.experiment import Experiment
from core.numeric import finite
from core.run import Run
from core.state import State, start
from core.work import Work

MOST_VISITS = 200


def kept(steps: int, most: int = MOST_VISITS) -> int:
    """How many states `replay` keeps of so many steps."""
    return -(-steps // _every(steps, most)) + 1


def _every(steps: int, most: int) -> int:
    return max(1, -(-steps // most))


def replay(experiment: Experiment, steps: int, most: int = MOST_VISITS) -> Work[list[State]]:
    """Steps 0, k, 2k, … and the last of the run from its start; `kept(steps)` of them, none after the one at which it diverged.

    They are without the optimizer's memory, which no picture of a path needs and which may be twice as large as the parameters.
    """
    every = _every(steps, most)
    running = Run(experiment, start(experiment), steps, every)
    found = [_bare(running.walker.state)]
    while steps and not running.done:
        due = running.advance()
        if due is not None and finite(due[0].state.params):
            found.append(_bare(due[0].state))
        yield running.taken / steps
    return found


def _bare(state: State) -> State:
    """Where a state is, and nothing of what its optimizer remembers."""
    return replace(state, slots=(), shared={})
