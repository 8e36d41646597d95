"""The optimizers' changes as bound calls: in place for the common ones, by the optimizer's own rule for the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from core.numeric import Array
from core.optimizers import Adam, Momentum, Optimizer, Sgd
from core.plan.arena import Arena
from core.plan.calls import Call
from core.state import Memory, State


class Group(NamedTuple):
    """Runs of a plan that one optimizer's calls serve."""

    optimizer: Optimizer
    rows: Any  # which runs: ... for all, or their numbers
    memory: Array  # (slots, *params)
    slots: dict[str, Array]  # its rows by name


class Descent:
    """The penalty's part of the gradient and the optimizers' changes, on the flat vector."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.is_weight = arena.flat([{"W": np.ones((b.units, b.inputs)), "b": np.zeros(b.units)} for b in arena.blocks])
        self.groups = self._groups()

    def _groups(self) -> list[Group]:
        """All runs where one call serves them, else those that share an optimizer, each with the memory of its runs."""
        optimizers = [e.optimizer for e in self.arena.experiments]
        kinds = list(dict.fromkeys(optimizers))
        if len(kinds) == 1 or (len(set(map(type, kinds))) == 1 and type(kinds[0]) in (Sgd, Momentum, Adam)):
            return [self._group(kinds[0], ...)]
        return [self._group(kind, [i for i, o in enumerate(optimizers) if o == kind]) for kind in kinds]

    def _group(self, optimizer: Optimizer, rows: Any) -> Group:
        names = list(optimizer.slots(np.zeros(1)))
        memory = self.arena.rooms.take(len(names), *self.arena.params[rows].shape)
        return Group(optimizer, rows, memory, dict(zip(names, memory, strict=True)))

    def load(self, states: Sequence[State]) -> None:
        """Remember what the optimizers of these states remember, one a run."""
        pick = [b.dense for b in self.arena.blocks]
        for group in self.groups:
            chosen = states if group.rows is ... else [states[i] for i in group.rows]
            for name, buffer in group.slots.items():
                flats = [self.arena.flat([{n: s.slots[i][n][name] for n in ("W", "b")} for i in pick]) for s in chosen]
                buffer[...] = np.array(flats).reshape(buffer.shape)

    def memory(self, run: int) -> Memory:
        """What the optimizer of one run remembers, aligned with the links."""
        arena = self.arena
        dense, links = {b.dense for b in arena.blocks}, range(len(arena.experiment.layers))
        memory: Memory = tuple({n: dict[str, Array]() for n in ("W", "b") if i in dense} for i in links)
        for group in self.groups:
            if group.rows is not ... and run not in group.rows:
                continue
            for name, flat in group.slots.items():
                one = flat if not arena.runs else flat[run if group.rows is ... else group.rows.index(run)]
                for tensors, values in zip(memory, arena.unflat(one), strict=True):
                    for n, a in values.items():
                        tensors[n][name] = a  # type: ignore[index]
        return memory

    def calls(self, count: int) -> list[Call]:
        """What is done with the summed gradient of a batch of `count`."""
        penalty, calls, share = self.arena.experiment.penalty, list[Call](), 1.0 / count
        g, params = self.arena.sums, self.arena.params
        if penalty.kind != "none":
            calls = [partial(np.multiply, g, np.array(share), g),
                     lambda: np.add(g, penalty.gradient(params) * self.is_weight, g)]  # fmt: skip
            share = 1.0
        for group in self.groups:
            calls += self._change(group, share)
        return calls

    def _change(self, group: Group, share: float) -> list[Call]:
        """The optimizer's `change` by share · sums: in place for the common ones, by the optimizer's own rule for the others."""
        g, u, params = self.arena.sums, self.arena.update, self.arena.params
        apply = partial(np.add, params, u, params)
        kind, slots = type(group.optimizer), group.slots
        if group.rows is ... and kind is Sgd:
            return [partial(np.multiply, g, self._spread(-share * self._hyper("learning_rate")), u), apply]
        if group.rows is ... and kind is Momentum:
            v, kept, rate = slots["velocity"], self._hyper("momentum"), self._hyper("learning_rate")
            return [partial(np.multiply, v, self._spread(kept), v), partial(np.multiply, g, np.array(share), u),
                    partial(np.add, v, u, v), partial(np.multiply, v, self._spread(-rate), u), apply]  # fmt: skip
        if group.rows is ... and kind is Adam:
            return [*self._adam(group.memory, share), apply]

        def change() -> None:
            found = group.optimizer.change(share * g[group.rows], slots, self.arena.k, params[group.rows])
            for name, array in found.slots.items():
                slots[name][...] = array
            u[group.rows] = found.update
            params[group.rows] += found.update

        return [change]

    def _hyper(self, name: str) -> Any:
        """A field of the optimizer: a number if all runs have the same, else a column of one for each run."""
        values = [getattr(e.optimizer, name) for e in self.arena.experiments]
        return values[0] if len(set(values)) == 1 else np.array(values)[:, None]

    def _spread(self, factor: Any) -> Array:
        """A factor of the flat vectors, 0-d or whole: to spread a column over its rows within a product is slower."""
        whole = np.array(factor) if np.ndim(factor) == 0 else self.arena.rooms.take(*self.arena.params.shape)
        whole[...] = factor
        return whole

    def _pair(self, first: Any, second: Any) -> Array:
        """A factor for each of two moments, multiplied at once: whole, but for many runs alike, where reading it costs more."""
        if self.arena.runs and np.ndim(first) == np.ndim(second) == 0:
            return np.array([first, second])[:, None, None]
        whole = self.arena.rooms.take(2, *self.arena.params.shape)
        whole[0], whole[1] = first, second
        return whole

    def _adam(self, moments: Array, share: float) -> list[Call]:
        """Adam in place, m and v at once; the corrections are moved from the vectors into factors, refreshed at every step:
        −η m̂ / (√v̂ + ε) = −η m / (c₁/√c₂ · √v + c₁ ε), with c = 1 − βᵏ."""
        arena = self.arena
        rate, one, two, epsilon = (self._hyper(name) for name in ("learning_rate", "beta1", "beta2", "epsilon"))
        kept, new = self._pair(one, two), self._pair(share * (1.0 - one), share * share * (1.0 - two))
        terms = arena.powers if arena.runs else arena.rooms.take(*moments.shape)  # of many runs, what was just read is nearer
        down, spread = self._spread(-rate), terms[1]
        stretch, epsilons = self._spread(one + two), self._spread(one + epsilon)  # as wide as what is put into them

        def refresh() -> None:
            first = 1.0 - one**arena.k
            stretch[...], epsilons[...] = first / (1.0 - two**arena.k) ** 0.5, epsilon * first

        return [
            refresh,
            partial(np.square, arena.sums, arena.powers[1]),
            partial(np.multiply, arena.powers, new, terms),
            partial(np.multiply, moments, kept, moments),
            partial(np.add, moments, terms, moments),
            partial(np.sqrt, moments[1], spread),
            partial(np.multiply, spread, stretch, spread),
            partial(np.add, spread, epsilons, spread),
            partial(np.multiply, moments[0], down, arena.update),
            partial(np.divide, arena.update, spread, arena.update),
        ]
