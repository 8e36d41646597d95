"""A run of many steps: quickly by the compiled plan where it serves, by the reference where a trace is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from core.experiment import Experiment
from core.frame import Frame, loss_limit, measure
from core.numeric import finite
from core.plan import plan_for
from core.state import State
from core.trace import Trace
from core.training import step

HOP = 64  # steps between two looks at whether the numbers are still finite


class Walker:
    """Takes steps of one experiment, without their traces."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.plan = plan_for(experiment)

    def go(self, state: State, steps: int) -> State:
        """The state after `steps` updates, or after the first of them that leaves a number that is not finite."""
        if self.plan is None or steps < 2:
            return self._one_by_one(state, steps)
        self.plan.load([state])
        for taken in range(0, steps, HOP):
            hop = min(HOP, steps - taken)
            self.plan.advance(hop)
            after = self.plan.state()
            if not finite(after.params):
                return self._one_by_one(state, hop)
            state = after
        return state

    def _one_by_one(self, state: State, steps: int) -> State:
        for _ in range(steps):
            state, _ = step(self.experiment, state)
            if not finite(state.params):
                break
        return state


class Run:
    """A run under way.  `traced`: each frame comes with the trace of its last step, which the reference takes."""

    def __init__(
        self, experiment: Experiment, state: State, steps: int, every: int, *, traced: bool = False, example: int | None = None
    ) -> None:
        self.experiment, self.state, self.steps, self.every = experiment, state, steps, every
        self.traced, self.example = traced, example
        self.walker = Walker(experiment)
        self.limit = loss_limit(experiment, state)
        self.taken = 0
        self.done = False

    def advance(self) -> tuple[Frame, Trace | None] | None:
        """Go on by at most HOP steps; a frame and its trace when one is due: after `every` updates, at the end, at divergence."""
        left = min(self.every - self.taken % self.every, self.steps - self.taken)
        plain = min(HOP, left - 1 if self.traced else left)
        trace: Trace | None = None
        if plain:
            before = self.state.step
            self.state = self.walker.go(self.state, plain)
            self.taken += self.state.step - before
        else:
            self.state, trace = step(self.experiment, self.state, self.example)
            self.taken += 1
        due = self.taken % self.every == 0 or self.taken == self.steps
        broken = not finite(self.state.params)
        if not (broken or (due and (trace or not self.traced))):
            return None
        frame = measure(self.experiment, self.state, self.limit)
        self.done = bool(frame.diverged) or self.taken == self.steps
        return frame, trace


def run(
    experiment: Experiment, state: State, steps: int, every: int = 1, example: int | None = None
) -> Iterator[tuple[Frame, Trace | None]]:
    """Take `steps` updates; the frame and the last trace after every `every` of them and at the end; stop at divergence."""
    going = Run(experiment, state, steps, every, traced=True, example=example)
    while not going.done:
        due = going.advance()
        if due:
            yield due
