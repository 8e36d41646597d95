"""A run of many steps: the same to the bit whether they are asked for one at a time or thousands at once, traced or not.

That is so because one and the same way takes all steps of an experiment: the compiled plan where it serves, the reference where
it does not.  The arithmetic of the two differs in its last bits, so where a trace is wanted of a step that the plan takes,
everything in it is the reference's, but the update, what it leads to and the optimizer's memory are what the run goes on with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.experiment import Experiment
from core.frame import Frame, divergence, loss_limit, measure
from core.numeric import finite
from core.plan import plan_for
from core.state import State
from core.trace import Trace
from core.training import step

HOP = 64  # steps between two looks at how the run stands


class Walker:
    """Stands at a state of an experiment and goes on from it."""

    def __init__(self, experiment: Experiment, state: State) -> None:
        self.experiment, self.plan = experiment, plan_for(experiment)
        self.stand(state)

    def stand(self, state: State) -> None:
        """Go to this state."""
        self.state = state
        if self.plan:
            self.plan.load([state])

    def go(self, steps: int) -> None:
        """Take `steps` updates, without their traces; numbers that are no longer finite need no further ones."""
        if self.plan:
            self.plan.advance(steps)
            self.state = self.plan.state()
        else:
            for _ in range(steps):
                self.state, _ = step(self.experiment, self.state)
                if not finite(self.state.params):
                    break

    def tell(self, example: int | None = None) -> Trace:
        """Take one update; its trace."""
        after, trace = step(self.experiment, self.state, example)
        if self.plan is None:
            self.state = after
            return trace
        self.go(1)
        return replace(trace, updates=self.plan.updates(), after=self.state.params, slots=self.state.slots)


class Run:
    """A run under way.  `traced`: each frame comes with the trace of its last step."""

    def __init__(
        self, experiment: Experiment, state: State, steps: int, every: int, *, traced: bool = False, example: int | None = None
    ) -> None:
        self.experiment, self.steps, self.every = experiment, steps, every
        self.traced, self.example = traced, example
        self.walker = Walker(experiment, state)
        self.limit = loss_limit(experiment)
        self.given = divergence(experiment, state, self.limit)  # of a state that is beyond the limit when it is handed in
        self.taken = 0
        self.slowly = 1 if self.given else 0  # steps that are looked at one by one
        self.done = False

    def advance(self) -> tuple[Frame, Trace | None] | None:
        """Go on by at most HOP steps; a frame and its trace when one is due: after `every` updates, at the end, at divergence.

        A hop that ends beyond the limit is taken back, and then step by step, to end at the first step that crosses it.
        """
        left = min(self.every - self.taken % self.every, self.steps - self.taken)
        hop = min(HOP, left - 1 if self.traced else left)
        before, trace = self.walker.state, None
        if self.slowly or hop == 0:
            self.slowly, hop = max(0, self.slowly - 1), 1
            trace = self._one()
        else:
            self.walker.go(hop)
        frame = measure(self.experiment, self.walker.state, self.limit) if hop == left else None
        lost = self.given or (frame.diverged if frame else divergence(self.experiment, self.walker.state, self.limit))
        if lost and hop > 1:
            self.walker.stand(before)
            self.slowly = hop
            return None
        self.taken += hop
        if not (frame or lost):
            return None
        self.done = bool(lost) or self.taken == self.steps
        return replace(frame or measure(self.experiment, self.walker.state), diverged=lost), trace

    def _one(self) -> Trace | None:
        """One step, told if traces are."""
        if self.traced:
            return self.walker.tell(self.example)
        self.walker.go(1)
        return None


def run(
    experiment: Experiment, state: State, steps: int, every: int = 1, example: int | None = None
) -> Iterator[tuple[Frame, Trace]]:
    """Take `steps` updates; the frame and the last trace after every `every` of them and at the end; stop at divergence."""
    going = Run(experiment, state, steps, every, traced=True, example=example)
    while not going.done:
        due = going.advance()
        if due and due[1]:  # a traced run's frames all come with one
            yield due[0], due[1]
