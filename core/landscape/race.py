"""Up to eight runs side by side, from one start, on one surface: who is where after as many updates, or as many sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.experiment import Experiment
from core.frame import judged, loss_limit
from core.landscape.basis import Basis
from core.landscape.survey import true_loss
from core.numeric import finite
from core.plan import Plan, plan_many, planned
from core.run import HOP
from core.spec import SpecError
from core.state import State, begun, start
from core.training import stepping
from core.work import Work

MOST_RUNS = 8
Entrant = tuple[str, Experiment]  # a name and what it runs
SHARED = ("data", "layers", "loss", "penalty")  # what the surface follows from


@dataclass
class Runner:
    """One run under way, and what its gradients have cost."""

    label: str
    experiment: Experiment
    state: State
    limit: float
    evaluations: int = 0  # sweeps forward, over a batch
    pullbacks: int = 0  # sweeps backward
    diverged: bool = False
    step: int = 0  # the updates taken; of a run that broke beyond all numbers, one more than those of its last state
    loss: float = field(default=np.nan)

    def __post_init__(self) -> None:
        self.step = self.state.step
        self._look()

    def advancing(self) -> Work[None]:
        """One update, by the reference; a run that has diverged stands still."""
        if self.diverged:
            return
        after, trace = yield from stepping(self.experiment, self.state)
        cost = trace.extra["gradient"]
        self.evaluations += cost["evaluations"]
        self.pullbacks += cost["pullbacks"]
        self.step = after.step
        self.diverged = not finite(after.params)
        if not self.diverged:
            self.state = after

    def measuring(self, steps: int) -> Work[bool]:
        """Where the run stands `steps` updates after it was looked at last; is it where its group holds it?

        One that is beyond the limit goes back and takes them again, one by one, to the first that crosses it: it diverges at the
        step at which it would alone, however seldom it is looked at.
        """
        kept = self._within()
        if not kept and steps:
            yield from self._retracing(steps)
        self._look()
        return kept

    def _within(self) -> bool:
        """Is the run within the limit, by the rule of every run?"""
        self.loss = true_loss(self.experiment, self.state.params)
        self.diverged = self.diverged or bool(judged(self.state, self.loss, self.limit))
        return not self.diverged

    def _look(self) -> None:
        self.seen = (self.state, self.evaluations, self.pullbacks)

    def _retracing(self, steps: int) -> Work[None]:
        self.state, self.evaluations, self.pullbacks = self.seen
        self.diverged = False
        for _ in range(steps):
            yield from self.advancing()
            if not self._within():
                break
            yield 0.0


class Alone:
    """A run that the reference steps."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    def advancing(self) -> Work[None]:
        """One update."""
        return self.runner.advancing()

    def settle(self) -> None:
        """The runner holds its state already."""


class Together:
    """Runs that a plan steps on a leading axis; their states are taken out of it when they are asked for."""

    def __init__(self, runners: Sequence[Runner], plan: Plan) -> None:
        self.runners, self.plan, self.taken = runners, plan, 0
        plan.load([runner.state for runner in runners])

    def advancing(self) -> Work[None]:
        """One update of all."""
        self.plan.advance(1)
        self.taken += 1
        yield from ()

    def settle(self) -> None:
        """Hand every runner its state and its costs; one that has grown beyond all numbers keeps the state it had."""
        for i, (runner, params) in enumerate(zip(self.runners, self.plan.params, strict=True)):
            if np.isfinite(params).all():
                cost = runner.experiment.gradient.count(runner.experiment.network, runner.experiment.batch)
                runner.state = self.plan.state(i)
                runner.step = runner.state.step
                runner.evaluations += self.taken * cost.evaluations
                runner.pullbacks += self.taken * cost.pullbacks
            else:
                runner.diverged = True
        self.taken = 0


def grouped(runners: Sequence[Runner]) -> list[Alone | Together]:
    """Those that can be stepped together are; the others go alone."""
    sizes = dict.fromkeys(runner.experiment.batch for runner in runners)
    found: list[Alone | Together] = []
    for size in sizes:
        alike = [runner for runner in runners if runner.experiment.batch == size and planned(runner.experiment)]
        plan = plan_many([runner.experiment for runner in alike]) if len(alike) > 1 else None
        found += [Together(alike, plan)] if plan else [Alone(runner) for runner in alike]
    return found + [Alone(runner) for runner in runners if not planned(runner.experiment)]


class Race:
    """Runs of the same network on the same data, stepped together where they can be; `measure` looks at them where they stand."""

    def __init__(self, entrants: Sequence[Entrant], state: State | None = None, basis: Basis | None = None) -> None:
        check(entrants)
        self.basis = basis
        first = state or start(entrants[0][1])
        self.runners = [self._runner(label, experiment, first) for label, experiment in entrants]
        self.running = list(self.runners)
        self.groups = grouped(self.running)
        self.unseen = 0  # updates since the runs were looked at

    def _runner(self, label: str, experiment: Experiment, first: State) -> Runner:
        """A run from the common parameters, with a memory of its own optimizer's making."""
        state = begun(experiment, first.step, first.params)
        return Runner(label, experiment, state, loss_limit(experiment))

    def advance(self) -> None:
        """One update of every run that has not diverged; `measure` tells where they stand then."""
        for _ in self.advancing():
            pass

    def measure(self) -> None:
        """The states and losses of all runs, as they stand; a run that has diverged leaves its group."""
        for _ in self.measuring():
            pass

    def advancing(self) -> Work[None]:
        """What `advance` does, piece by piece: one group after another, and where a gradient is swept, weight by weight."""
        for group in self.groups:
            yield from group.advancing()
            yield 0.0
        self.unseen += 1
        if self.unseen == HOP:
            yield from self.measuring()

    def measuring(self) -> Work[None]:
        """What `measure` does, piece by piece: one run after another, and where one has diverged step by step."""
        for group in self.groups:
            group.settle()
        kept = []
        for runner in self.running:
            kept.append((yield from runner.measuring(self.unseen)))
            yield 0.0
        self.unseen = 0
        if not all(kept):
            self.running = [runner for runner in self.running if not runner.diverged]
            self.groups = grouped(self.running)

    @property
    def over(self) -> bool:
        """Has every run diverged?"""
        return all(runner.diverged for runner in self.runners)

    def frame(self, *, states: bool = False) -> dict[str, Any]:
        """Where every run is; with `states`, what it can be resumed from."""
        runs = [self._told(runner, states) for runner in self.runners]
        return {"step": max(runner.step for runner in self.runners), "runs": runs}

    def _told(self, runner: Runner, states: bool) -> dict[str, Any]:
        found = {"label": runner.label, "step": runner.step, "loss": runner.loss, "diverged": runner.diverged,
                 "evaluations": runner.evaluations, "pullbacks": runner.pullbacks}  # fmt: skip
        if self.basis is not None:
            shadow = self.basis.project(runner.state.params)
            found |= {"at": shadow.at, "distance": shadow.distance}
        return found | ({"state": runner.state.document()} if states else {})


def racing(entrants: Sequence[Entrant], state: State | None = None, basis: Basis | None = None) -> Work[Race]:
    """A race whose runs have been looked at: the loss beyond which each has diverged, and the one where it stands, are pieces."""
    check(entrants)
    for _, experiment in entrants:
        loss_limit(experiment)  # kept from here on
        yield 0.0
    race = Race(entrants, state, basis)
    yield from race.measuring()
    return race


def check(entrants: Sequence[Entrant]) -> None:
    """Raises SpecError unless all run on one surface: the same data, layers, loss and penalty."""
    if not 1 <= len(entrants) <= MOST_RUNS:
        raise SpecError("experiments", f"expected 1 to {MOST_RUNS} experiments, got {len(entrants)}", "leave some out")
    first = entrants[0][1]
    for i, (_, experiment) in enumerate(entrants):
        for name in SHARED:
            if getattr(experiment, name) != getattr(first, name):
                raise SpecError(f"experiments.{i}.{name}", f"expected the same {name} in all runs, for they share one surface",
                                "let optimizer, gradient, batch_size or seed differ")  # fmt: skip
