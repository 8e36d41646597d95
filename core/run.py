"""A run of many steps: the same to the bit whether they are asked for one at a time or thousands at once, traced or not.

That is so because one and the same way takes all steps of an experiment: the compiled plan where it serves, the reference where
it does not.  The arithmetic of the two differs in its last bits, so where a trace is wanted of a step that the plan takes,
everything in it is the reference's, but the update, what it leads to and the optimizer's memory are what the run goes on with.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from time import perf_counter

from core.experiment import Experiment
from core.frame import Frame, divergence, loss_limit, measure
from core.numeric import finite
from core.plan import plan_for
from core.state import State
from core.trace import Trace
from core.training import stepping
from core.work import Work

HOP = 64  # steps between two looks at how the run stands
PIECE = 0.005  # seconds that a piece of a hop takes, roughly; a step that takes longer is a piece by itself
Due = tuple[Frame, Trace | None]


class Walker:
    """Stands at a state of an experiment and goes on from it."""

    def __init__(self, experiment: Experiment, state: State) -> None:
        self.experiment, self.plan = experiment, plan_for(experiment)
        self.pace = 1  # steps that one piece is likely to have time for
        self.stand(state)

    def stand(self, state: State) -> None:
        """Go to this state."""
        self.state = state
        if self.plan:
            self.plan.load([state])

    def go(self, steps: int) -> None:
        """Take `steps` updates, without their traces."""
        for _ in self.going(steps):
            pass

    def going(self, steps: int) -> Iterator[int]:
        """Take `steps` updates piece by piece; between two pieces, how many are taken.  The state is told behind the last one.

        A piece is some steps, or one weight of a step whose gradient is swept weight by weight.  How they are cut is decided by
        the clock, and changes no number.
        """
        taken = 0
        while taken < steps:
            some, begun = min(self.pace, steps - taken), perf_counter()
            for _ in self._taking(some):
                yield taken
            self._judge(some, perf_counter() - begun)
            taken += some
            if taken < steps:
                yield taken
        if self.plan:
            self.state = self.plan.state()

    def _taking(self, steps: int) -> Work[None]:
        """So many updates; numbers that are no longer finite need no further ones."""
        if self.plan:
            self.plan.advance(steps)
            return
        for _ in range(steps):
            if not finite(self.state.params):
                break
            self.state, _ = yield from stepping(self.experiment, self.state)

    def _judge(self, steps: int, seconds: float) -> None:
        """How many steps the next piece has time for, after some that took so long: at most twice as many as were thought."""
        fitting = int(steps * PIECE / seconds) if seconds * HOP > steps * PIECE else HOP
        self.pace = max(1, min(fitting, 2 * self.pace))

    def telling(self, example: int | None = None) -> Work[Trace]:
        """Take one update; its trace."""
        after, trace = yield from stepping(self.experiment, self.state, example)
        if self.plan is None:
            self.state = after
            return trace
        self.go(1)
        return replace(trace, updates=self.plan.updates(), after=self.state.params, slots=self.state.slots)


class Run:
    """A run under way.  `traced`: each frame comes with the trace of its last step.

    It is looked at with every frame and after HOP steps at the latest: so many make a hop, whose length decides what is seen, and
    which therefore does not follow the clock.  Its pieces do.
    """

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
        self._pieces = self._going()

    def advance(self) -> Due | None:
        """Go on by a piece; a frame and its trace when one is due: after `every` updates, at the end, at divergence."""
        due = next(self._pieces)
        return due if isinstance(due, tuple) else None  # how much is done of a hop or of a step is nobody's business

    def _going(self) -> Iterator[Due | float | None]:
        while not self.done:
            yield (yield from self._hop())

    def _hop(self) -> Generator[float, None, Due | None]:
        """Take at most HOP steps, piece by piece, and look at how the run stands then.

        A hop that ends beyond the limit is taken back, and then step by step, to end at the first step that crosses it.
        """
        left = min(self.every - self.taken % self.every, self.steps - self.taken)
        hop = min(HOP, left - 1 if self.traced else left)
        before, trace = self.walker.state, None
        if self.slowly or hop == 0:
            self.slowly, hop = max(0, self.slowly - 1), 1
            trace = yield from self._one()
        else:
            yield from self.walker.going(hop)
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

    def _one(self) -> Generator[float, None, Trace | None]:
        """One step, told if traces are."""
        if self.traced:
            return (yield from self.walker.telling(self.example))
        yield from self.walker.going(1)
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
