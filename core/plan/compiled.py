"""The plan itself: it loads states, takes steps and tells how its runs stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.experiment import Experiment
from core.numeric import Array, Params
from core.plan.arena import Arena
from core.plan.blocks import Block
from core.plan.calls import Call
from core.plan.descent import Descent
from core.plan.examples import Examples
from core.plan.program import Program
from core.state import BEGAN, State


@dataclass(frozen=True)
class Told:
    """One recorded step: by dense link, the outputs of its block's activation, its δ, and all parameters after the step."""

    outputs: dict[int, Array]
    deltas: dict[int, Array]
    params: Params


class Plan:
    """A run, or several of one architecture on a leading axis, on buffers of their own.  Not for two threads."""

    def __init__(self, experiments: Sequence[Experiment], blocks: list[Block], *, leading: bool) -> None:
        self.experiments, self.arena = experiments, Arena(experiments, blocks, leading=leading)
        self.params = self.arena.params
        self._descent = Descent(self.arena)
        self._programs = {count: Program(self.arena, self._descent, count) for count in self.arena.records}
        first = experiments[0]
        self._per_epoch = -(-len(first.train) // first.batch)
        self._examples = Examples(experiments, self.arena.runs)
        self._epoch, self._batches = -1, list[tuple[list[Call], Array]]()

    def load(self, states: Sequence[State]) -> None:
        """Stand where these states stand, one a run; all at the same step, with memories that began together."""
        arena, first = self.arena, states[0]
        if any((s.step, s.k) != (first.step, first.k) for s in states):
            raise ValueError("expected states of one step, whose optimizers' memories began at one step")
        arena.step, arena.began = first.step, first.step + 1 - first.k
        params = [arena.flat([s.params[b.dense] for b in arena.blocks]) for s in states]
        arena.params[...] = np.array(params).reshape(arena.params.shape)
        self._descent.load(states)

    def state(self, run: int = 0) -> State:
        """Where one run stands now."""
        arena = self.arena
        params = arena.unflat(arena.params[run] if arena.runs else arena.params)
        shared = self.experiments[run].optimizer.shared() | ({BEGAN: float(arena.began)} if arena.began else {})
        return State(arena.step, params, self._descent.memory(run), shared)

    def updates(self) -> Params:
        """Δw of the last step of a single run: what was before, plus this, is what came after, exactly."""
        return self.arena.unflat(self.arena.update)

    def advance(self, steps: int, record: Array | None = None) -> None:
        """Take `steps` updates; `record` receives what `told` reads of each of them: outputs, δ and parameters after it.

        Streams and replays tell states alone, so they do without it; it is there for who wants to see every step of a quick run.
        """
        arena = self.arena
        end, taken = arena.step + steps, 0
        with np.errstate(all="ignore"):
            while arena.step < end:
                epoch, place = divmod(arena.step, self._per_epoch)
                if epoch != self._epoch:
                    self._begin(epoch)
                for calls, kept in self._batches[place : place + end - arena.step]:
                    arena.step += 1
                    for call in calls:
                        call()
                    if record is not None:
                        record[taken] = kept
                        taken += 1

    def told(self, row: Array, count: int) -> Told:
        """What a record's row holds of one step of a single run with `count` examples, by link, examples as rows again."""
        arena = self.arena
        record, size = arena.records[count], count * sum(arena.rows)
        outputs, deltas = np.split(row[record.kept :][: 2 * size], 2)

        def read(flat: Array) -> dict[int, Array]:
            spans = zip(arena.blocks, self._programs[count].spans, strict=True)
            return {b.dense: flat[span][: b.units * count].reshape(b.units, count).T for b, span in spans}

        after = arena.unflat(row[record.params :][: arena.params.size])
        return Told(read(outputs), read(deltas), after)

    def record(self, steps: int) -> Array:
        """Room for the record of so many steps, (steps, numbers that one step leaves)."""
        return np.empty((steps, self.arena.width))

    def _begin(self, epoch: int) -> None:
        """Order the examples for an epoch; the calls of its batches are bound once and for all."""
        begun, self._epoch = self._epoch >= 0, epoch
        if not begun:
            for batch in self._examples.batches:
                count = batch.target.shape[-1]
                self._batches.append((self._programs[count].calls(batch), self.arena.records[count].row))
        if not begun or self._per_epoch > 1:
            self._examples.order(epoch)
