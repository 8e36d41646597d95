"""A compiled plan: the steps of `core.training.step` for chains of dense links and elementwise activations, many times quicker.

Small networks are bound by the overhead of NumPy's calls, so the plan makes few of them, on buffers that are all views of one
arena: examples are columns, a bias is the weight of a row of ones, all parameters are one flat vector, the slopes of neighbouring
links with the same activation are taken at once, and every call is bound to its buffers when the plan is built.  With a leading
axis, several runs of the same architecture share the calls.

    A₀ = [X; 1],  Zₗ = Wₗ Aₗ₋₁,  Aₗ = [φ(Zₗ); 1],  Δ_L = ŷ − y (or φ′ · ∂ℓ/∂ŷ),  Δₗ = (Wₗ₊₁ᵀ Δₗ₊₁) ⊙ φ′(Zₗ),  dWₗ = Δₗ Aₗ₋₁ᵀ / N

The reference is what a reader reads; the tests hold the plan to it within 1e-13.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from core.experiment import Experiment
from core.layers import Elementwise, Layer, Softmax
from core.layers.activations import Identity, Relu, Sigmoid, Tanh
from core.layers.dense import Dense
from core.numeric import Array, Params
from core.optimizers import Adam, Momentum, Optimizer, Sgd
from core.state import BEGAN, Memory, State
from core.training import epoch_rows

Call = Callable[[], Any]
ZERO, ONE = np.array(0.0), np.array(1.0)  # 0-d arrays are quicker operands than Python's floats


@dataclass(frozen=True)
class Block:
    """A dense link and the activation behind it (identity where there is none)."""

    dense: int  # its place in the chain
    activation: Layer
    inputs: int
    units: int


def blocks_of(experiment: Experiment) -> list[Block] | None:
    """The chain as dense-and-activation blocks; None if it is no such chain."""
    layers, shapes = experiment.network.layers, experiment.network.shapes
    found: list[Block] = []
    i = 0
    while i < len(layers):
        if not isinstance(layers[i], Dense):
            return None
        behind = layers[i + 1] if i + 1 < len(layers) else Identity()
        activation = Identity() if isinstance(behind, Dense) else behind
        found.append(Block(i, activation, shapes[i][0], shapes[i + 1][0]))
        i += 1 if isinstance(behind, Dense) or i + 1 == len(layers) else 2
    plain = all(isinstance(b.activation, Elementwise) for b in found[:-1])
    last = found[-1].activation
    return found if plain and (isinstance(last, Elementwise) or (isinstance(last, Softmax) and experiment.network.head)) else None


@dataclass(frozen=True)
class Told:
    """One recorded step: by dense link, the outputs of its block's activation, its δ, and all parameters after the step."""

    outputs: dict[int, Array]
    deltas: dict[int, Array]
    params: Params


class Rooms:
    """Zeros for a plan's buffers, cut one after another out of whole pages of memory.

    A small plan's lie close together, and in the same order in every plan.  Each begins with a line of the cache: sums and
    products of long vectors that do not take twice as long.
    """

    PAGE, LINE, LEAST = 512, 8, 8192  # in numbers of eight bytes: 4 KiB, 64 bytes, 64 KiB

    def __init__(self) -> None:
        self._free = np.empty(0)

    def take(self, *shape: int) -> Array:
        """A buffer of this shape."""
        size = math.prod(shape)
        if size > self._free.size:
            block = max(self.LEAST, size)
            pages = np.zeros(block + self.PAGE)
            self._free = pages[-pages.ctypes.data // 8 % self.PAGE :][:block]
        found, self._free = self._free[:size], self._free[_lines(size) :]
        return found.reshape(shape)


def _lines(size: int) -> int:
    """How many numbers whole lines of the cache hold that hold `size`."""
    return -(-size // Rooms.LINE) * Rooms.LINE


class Batch(NamedTuple):
    """Views of one batch."""

    rows: Array  # [X, 1], (count, inputs + 1)
    columns: Array  # the same turned
    target: Array  # Yᵀ, (outputs, count)


class Examples:
    """The training examples in the order of an epoch, cut into batches, whose views stay where they are."""

    def __init__(self, experiments: Sequence[Experiment], runs: tuple[int, ...]) -> None:
        self.experiments, self.batches = experiments, list[Batch]()
        train, size = experiments[0].train, experiments[0].batch
        self._tables = np.column_stack([train.x, np.ones(len(train))]), train.y
        self._ordered = [np.empty((*runs, *table.shape)) for table in self._tables]
        self._turned: list[tuple[Array, Array]] = []
        whole, rest = divmod(len(train), size)
        for first, places, count in ((0, whole, size), (whole * size, 1, rest))[: 2 if rest else 1]:
            cut = slice(first, first + places * count)
            rows, y = (a[..., cut, :].reshape(*runs, places, count, -1) for a in self._ordered)
            columns, target = (np.empty(_turned(a).shape) for a in (rows, y))
            self._turned += [(columns, _turned(rows)), (target, _turned(y))]
            self.batches += [Batch(*(a[..., k, :, :] for a in (rows, columns, target))) for k in range(places)]

    def order(self, epoch: int) -> None:
        """Put the examples into the order of this epoch."""
        orders = np.array([epoch_rows(e, epoch) for e in self.experiments])
        for table, ordered in zip(self._tables, self._ordered, strict=True):
            table.take(orders.reshape(ordered.shape[:-1]), 0, ordered, "clip")  # clip: straight, as no row is beyond
        for columns, rows in self._turned:
            np.copyto(columns, rows)


class Flat(NamedTuple):
    """Buffers of all links one behind the other, in which neighbouring links are one vector."""

    outputs: Array
    slopes: Array
    scratch: Array


class Program:
    """The calls of one step for batches of one size: forward, backward, the gradient's products and the descent, all bound."""

    def __init__(self, plan: Plan, count: int, kept: Array) -> None:
        self.plan, self.count = plan, count
        blocks, rooms = plan.blocks, plan.rooms
        shapes = [(*plan.runs, n, count) for n in plan.rows]
        sizes = [math.prod(shape) for shape in shapes]
        outputs, deltas = np.split(kept, 2)
        slopes, scratch = rooms.take(sum(sizes)), rooms.take(sum(sizes))
        self._flat = Flat(outputs, slopes, scratch)
        self.spans = [slice(end - size, end) for end, size in zip(np.cumsum(sizes).tolist(), sizes, strict=True)]
        self._outs, self._whole, self._slopes, self._scratch = (
            [flat[span].reshape(shape) for span, shape in zip(self.spans, shapes, strict=True)]
            for flat in (outputs, deltas, slopes, scratch)
        )
        for a in self._outs[:-1]:
            a[..., -1, :] = 1.0
        units = [b.units for b in blocks]
        self.outputs, self.deltas, self.slopes = (
            [a[..., :n, :] for a, n in zip(whole, units, strict=True)] for whole in (self._outs, self._whole, self._slopes)
        )
        self.zs = [
            out if _from_output(b.activation) else rooms.take(*out.shape) for b, out in zip(blocks, self.outputs, strict=True)
        ]
        self._before = [*self._forward(), *self._slope_calls()]
        self._after, self._descent = self._backward(), plan.descent(count)

    def calls(self, batch: Batch) -> list[Call]:
        """The calls of a step on one batch: only three of them look at it."""
        begin = _product(self.plan.weights[0], batch.columns, self.zs[0])
        end = _product(self.deltas[0], batch.rows, self.plan.products[0])
        return [begin, *self._before, *self._head(batch.target), *self._after, end, *self._descent]

    def _forward(self) -> list[Call]:
        """Zₗ = Wₗ Aₗ₋₁, then the activation; of the first link only the activation."""
        calls: list[Call] = []
        for i, block in enumerate(self.plan.blocks):
            if i:
                calls.append(_product(self.plan.weights[i], self._outs[i - 1], self.zs[i]))
            calls += _activate(block.activation, self.zs[i], self.outputs[i])
        return calls

    def _slope_calls(self) -> list[Call]:
        """φ′ of all links but a fused last one; neighbours with the same activation in one go: their buffers are neighbours."""
        blocks = self.plan.blocks
        calls: list[Call] = []
        for activation, group in groupby(range(len(blocks) - self.plan.fused), key=lambda i: blocks[i].activation):
            chosen = list(group)
            if _from_output(activation):
                span = slice(self.spans[chosen[0]].start, self.spans[chosen[-1]].stop)
                calls += _slopes(activation, *(flat[span] for flat in self._flat))
            elif isinstance(activation, Elementwise):
                calls += [partial(_general_slope, activation, self.zs[i], self.outputs[i], self.slopes[i]) for i in chosen]
        return calls

    def _head(self, target: Array) -> list[Call]:
        """Δ at the output."""
        predicted, delta, plan = self.outputs[-1], self.deltas[-1], self.plan
        if plan.fused:
            calls: list[Call] = [partial(np.subtract, predicted, target, delta)]
            factor = plan.experiment.network.head.factor if plan.experiment.network.head else 1.0
            return calls if factor == 1.0 else [*calls, partial(np.multiply, delta, np.array(factor), delta)]
        slope = plan.experiment.loss.slope  # of elementwise rules: indifferent to which axis is which
        calls = [lambda: np.copyto(delta, slope(predicted, target))]
        if not isinstance(plan.blocks[-1].activation, Identity):
            calls.append(partial(np.multiply, delta, self.slopes[-1], delta))
        return calls

    def _backward(self) -> list[Call]:
        """N · dWₗ = Δₗ Aₗ₋₁ᵀ and Δₗ₋₁ = (Wₗᵀ Δₗ) ⊙ φ′, of all links but the first; nobody reads the Δ of a row of ones."""
        calls: list[Call] = []
        for i in range(len(self.plan.blocks) - 1, 0, -1):
            calls.append(_product(self.deltas[i], _turned(self._outs[i - 1]), self.plan.products[i]))
            flat = isinstance(self.plan.blocks[i - 1].activation, Identity)
            back = self._whole[i - 1] if flat else self._scratch[i - 1]  # in place is slower than into another buffer
            calls.append(_product(_turned(self.plan.weights[i]), self.deltas[i], back))
            calls += [] if flat else [partial(np.multiply, back, self._slopes[i - 1], self._whole[i - 1])]
        return calls


def _product(a: Array, b: Array, out: Array) -> Call:
    """a · b into `out`; over a leading axis by matmul, else by the quicker bound `dot`."""
    return partial(a.dot, b, out) if a.ndim == 2 and out.flags.c_contiguous else partial(np.matmul, a, b, out)


def _turned(a: Array) -> Array:
    """Aᵀ, a view: BLAS reads a factor either way."""
    return a.swapaxes(-1, -2)


def _from_output(activation: Layer) -> bool:
    """Can φ be taken in place, and φ′ be read off a = φ(z)?"""
    return isinstance(activation, (Identity, Tanh, Sigmoid, Relu, Softmax))


def _activate(activation: Layer, z: Array, a: Array) -> list[Call]:
    """a = φ(z)."""
    if isinstance(activation, Identity):
        return []
    if isinstance(activation, Tanh):
        return [partial(np.tanh, z, a)]
    if isinstance(activation, Relu):
        return [partial(np.maximum, z, ZERO, out=a)]
    if isinstance(activation, Sigmoid):  # an exponential that overflows gives the 0 that is meant
        return [partial(np.negative, z, a), partial(np.exp, a, a), partial(np.add, a, ONE, a), partial(np.divide, ONE, a, a)]
    if isinstance(activation, Softmax):  # e^{z − max z} / Σ, over the features
        top = np.empty((*a.shape[:-2], 1, a.shape[-1]))
        highest = partial(np.maximum.reduce, z, axis=-2, out=top, keepdims=True)
        total = partial(np.add.reduce, a, axis=-2, out=top, keepdims=True)
        return [highest, partial(np.subtract, z, top, a), partial(np.exp, a, a), total, partial(np.divide, a, top, a)]
    if isinstance(activation, Elementwise):
        return [partial(_general_value, activation, z, a)]
    raise TypeError(f"no calls for {activation.kind}")


def _slopes(activation: Layer, a: Array, s: Array, scratch: Array) -> list[Call]:
    """φ′ read off a."""
    if isinstance(activation, Tanh):
        return [partial(np.square, a, scratch), partial(np.subtract, ONE, scratch, s)]
    if isinstance(activation, Sigmoid):
        return [partial(np.subtract, ONE, a, scratch), partial(np.multiply, a, scratch, s)]
    return [partial(np.sign, a, s)] if isinstance(activation, Relu) else []


def _general_value(activation: Elementwise, z: Array, a: Array) -> None:
    a[...] = activation.value(z)


def _general_slope(activation: Elementwise, z: Array, a: Array, s: Array) -> None:
    s[...] = activation.slope_at(z, a)


class Group(NamedTuple):
    """Runs of a plan that one optimizer's calls serve."""

    optimizer: Optimizer
    rows: Any  # which runs: ... for all, or their numbers
    memory: Array  # (slots, *params)
    slots: dict[str, Array]  # its rows by name


class Record(NamedTuple):
    """What one step leaves to read, and where in it."""

    row: Array  # a view of the plan's buffers, (width)
    kept: int  # where the outputs and the deltas behind them begin
    params: int


class Plan:
    """A run, or several of one architecture on a leading axis, on buffers of their own.  Not for two threads."""

    def __init__(self, experiments: Sequence[Experiment], blocks: list[Block], *, leading: bool) -> None:
        self.experiments, self.blocks, self.experiment = experiments, blocks, experiments[0]
        self.runs: tuple[int, ...] = (len(experiments),) if leading else ()
        self.fused = self.experiment.network.head is not None
        sizes = [b.units * (b.inputs + 1) for b in blocks]
        self.rows = [*(b.units + 1 for b in blocks[:-1]), blocks[-1].units]  # nothing reads a row of ones behind the last
        self.rooms = Rooms()
        count, rest = self.experiment.batch, len(self.experiment.train) % self.experiment.batch
        kept, shape = 2 * math.prod(self.runs) * sum(self.rows), (*self.runs, sum(sizes))  # numbers of one example
        whole, size = _lines(kept * count), math.prod(shape)
        self.width = whole + _lines(size)  # of a record of one step: outputs and deltas, then the parameters
        # Before the parameters a whole batch, behind them the short one at the end of an epoch: both are recorded by one copy.
        shared = self.rooms.take(self.width + (whole if rest else 0))
        self.params = shared[whole : whole + size].reshape(shape)
        self.update = self.rooms.take(*shape)
        self.powers = self.rooms.take(2, *shape)  # of the gradient, summed over the batch
        self.sums = self.powers[0]
        self.weights = [self._cut(self.params, i, sizes) for i in range(len(blocks))]
        self.products = [self._cut(self.sums, i, sizes) for i in range(len(blocks))]
        self.is_weight = self._flat([{"W": np.ones((b.units, b.inputs)), "b": np.zeros(b.units)} for b in blocks])
        self.groups = self._groups()
        self.step = self.began = 0
        self._records = {count: Record(shared[: self.width], 0, whole)}
        if rest:
            self._records[rest] = Record(shared[whole : whole + self.width], _lines(size), 0)
        self._programs = {n: Program(self, n, r.row[r.kept : r.kept + kept * n]) for n, r in self._records.items()}
        self._per_epoch = -(-len(self.experiment.train) // self.experiment.batch)
        self._examples = Examples(experiments, self.runs)
        self._epoch, self._batches = -1, list[tuple[list[Call], Array]]()

    def _cut(self, flat: Array, i: int, sizes: list[int]) -> Array:
        block, start = self.blocks[i], sum(sizes[:i])
        return flat[..., start : start + sizes[i]].reshape(*self.runs, block.units, block.inputs + 1)

    def _groups(self) -> list[Group]:
        """All runs where one call serves them, else those that share an optimizer, each with the memory of its runs."""
        optimizers = [e.optimizer for e in self.experiments]
        kinds = list(dict.fromkeys(optimizers))
        if len(kinds) == 1 or (len(set(map(type, kinds))) == 1 and type(kinds[0]) in (Sgd, Momentum, Adam)):
            return [self._group(kinds[0], ...)]
        return [self._group(kind, [i for i, o in enumerate(optimizers) if o == kind]) for kind in kinds]

    def _group(self, optimizer: Optimizer, rows: Any) -> Group:
        names = list(optimizer.slots(np.zeros(1)))
        memory = self.rooms.take(len(names), *self.params[rows].shape)
        return Group(optimizer, rows, memory, dict(zip(names, memory, strict=True)))

    def _flat(self, tensors: Sequence[Any]) -> Array:
        return np.concatenate([np.column_stack([t["W"], t["b"]]).ravel() for t in tensors])

    def _unflat(self, flat: Array) -> Params:
        """A flat vector of one run as parameters aligned with the links."""
        found: list[dict[str, Array]] = [{} for _ in self.experiment.layers]
        start = 0
        for b in self.blocks:
            both = flat[start : start + b.units * (b.inputs + 1)].reshape(b.units, b.inputs + 1)
            found[b.dense] = {"W": both[:, :-1].copy(), "b": both[:, -1].copy()}
            start += both.size
        return tuple(found)

    def load(self, states: Sequence[State]) -> None:
        """Stand where these states stand, one a run; all at the same step, with memories that began together."""
        pick = [b.dense for b in self.blocks]
        self.step, self.began = states[0].step, states[0].step + 1 - states[0].k
        if any((s.step, s.k) != (self.step, states[0].k) for s in states):
            raise ValueError("expected states of one step, whose optimizers' memories began at one step")
        self.params[...] = np.array([self._flat([s.params[i] for i in pick]) for s in states]).reshape(self.params.shape)
        for group in self.groups:
            chosen = states if group.rows is ... else [states[i] for i in group.rows]
            for name, buffer in group.slots.items():
                flats = [self._flat([{n: s.slots[i][n][name] for n in ("W", "b")} for i in pick]) for s in chosen]
                buffer[...] = np.array(flats).reshape(buffer.shape)

    def state(self, run: int = 0) -> State:
        """Where one run stands now."""
        params = self._unflat(self.params[run] if self.runs else self.params)
        memory: Memory = tuple({n: dict[str, Array]() for n in tensors} for tensors in params)
        for group in self.groups:
            if group.rows is not ... and run not in group.rows:
                continue
            for name, flat in group.slots.items():
                one = flat if not self.runs else flat[run if group.rows is ... else group.rows.index(run)]
                for tensors, values in zip(memory, self._unflat(one), strict=True):
                    for n, a in values.items():
                        tensors[n][name] = a  # type: ignore[index]
        shared = self.experiments[run].optimizer.shared() | ({BEGAN: float(self.began)} if self.began else {})
        return State(self.step, params, memory, shared)

    @property
    def k(self) -> int:
        """The number of the update under way, since the optimizers' memories began."""
        return self.step - self.began

    def updates(self) -> Params:
        """Δw of the last step of a single run: what was before, plus this, is what came after, exactly."""
        return self._unflat(self.update)

    def advance(self, steps: int, record: Array | None = None) -> None:
        """Take `steps` updates; `record` receives what `told` reads of each of them: outputs, δ and parameters after it.

        Streams and replays tell states alone, so they do without it; it is there for who wants to see every step of a quick run.
        """
        end, taken = self.step + steps, 0
        with np.errstate(all="ignore"):
            while self.step < end:
                epoch, place = divmod(self.step, self._per_epoch)
                if epoch != self._epoch:
                    self._begin(epoch)
                for calls, kept in self._batches[place : place + end - self.step]:
                    self.step += 1
                    for call in calls:
                        call()
                    if record is not None:
                        record[taken] = kept
                        taken += 1

    def told(self, row: Array, count: int) -> Told:
        """What a record's row holds of one step of a single run with `count` examples, by link, examples as rows again."""
        record, size = self._records[count], count * sum(self.rows)
        outputs, deltas = np.split(row[record.kept :][: 2 * size], 2)

        def read(flat: Array) -> dict[int, Array]:
            spans = zip(self.blocks, self._programs[count].spans, strict=True)
            return {b.dense: flat[span][: b.units * count].reshape(b.units, count).T for b, span in spans}

        after = self._unflat(row[record.params :][: self.params.size])
        return Told(read(outputs), read(deltas), after)

    def record(self, steps: int) -> Array:
        """Room for the record of so many steps, (steps, numbers that one step leaves)."""
        return np.empty((steps, self.width))

    def _begin(self, epoch: int) -> None:
        """Order the examples for an epoch; the calls of its batches are bound once and for all."""
        begun, self._epoch = self._epoch >= 0, epoch
        if not begun:
            for batch in self._examples.batches:
                count = batch.target.shape[-1]
                self._batches.append((self._programs[count].calls(batch), self._records[count].row))
        if not begun or self._per_epoch > 1:
            self._examples.order(epoch)

    def descent(self, count: int) -> list[Call]:
        """The penalty's part and the optimizer's change, on the flat vector, for batches of `count`."""
        penalty, calls, share = self.experiment.penalty, list[Call](), 1.0 / count
        if penalty.kind != "none":
            calls = [partial(np.multiply, self.sums, np.array(share), self.sums),
                     lambda: np.add(self.sums, penalty.gradient(self.params) * self.is_weight, self.sums)]  # fmt: skip
            share = 1.0
        for group in self.groups:
            calls += self._change(group, share)
        return calls

    def _change(self, group: Group, share: float) -> list[Call]:
        """The optimizer's `change` by share · sums: in place for the common ones, by the optimizer's own rule for the others."""
        g, u, params = self.sums, self.update, self.params
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
            found = group.optimizer.change(share * g[group.rows], slots, self.k, params[group.rows])
            for name, array in found.slots.items():
                slots[name][...] = array
            u[group.rows] = found.update
            params[group.rows] += found.update

        return [change]

    def _hyper(self, name: str) -> Any:
        """A field of the optimizer: a number if all runs have the same, else a column of one for each run."""
        values = [getattr(e.optimizer, name) for e in self.experiments]
        return values[0] if len(set(values)) == 1 else np.array(values)[:, None]

    def _spread(self, factor: Any) -> Array:
        """A factor of the flat vectors, 0-d or whole: to spread a column over its rows within a product is slower."""
        whole = np.array(factor) if np.ndim(factor) == 0 else self.rooms.take(*self.params.shape)
        whole[...] = factor
        return whole

    def _pair(self, first: Any, second: Any) -> Array:
        """A factor for each of two moments, multiplied at once: whole, but for many runs alike, where reading it costs more."""
        if self.runs and np.ndim(first) == np.ndim(second) == 0:
            return np.array([first, second])[:, None, None]
        whole = self.rooms.take(2, *self.params.shape)
        whole[0], whole[1] = first, second
        return whole

    def _adam(self, moments: Array, share: float) -> list[Call]:
        """Adam in place, m and v at once; the corrections are moved from the vectors into factors, refreshed at every step:
        −η m̂ / (√v̂ + ε) = −η m / (c₁/√c₂ · √v + c₁ ε), with c = 1 − βᵏ."""
        rate, one, two, epsilon = (self._hyper(name) for name in ("learning_rate", "beta1", "beta2", "epsilon"))
        kept, new = self._pair(one, two), self._pair(share * (1.0 - one), share * share * (1.0 - two))
        terms = self.powers if self.runs else self.rooms.take(*moments.shape)  # of many runs, what was just read is nearer
        down, spread = self._spread(-rate), terms[1]
        stretch, epsilons = self._spread(one + two), self._spread(one + epsilon)  # as wide as what is put into them

        def refresh() -> None:
            first = 1.0 - one**self.k
            stretch[...], epsilons[...] = first / (1.0 - two**self.k) ** 0.5, epsilon * first

        return [
            refresh,
            partial(np.square, self.sums, self.powers[1]),
            partial(np.multiply, self.powers, new, terms),
            partial(np.multiply, moments, kept, moments),
            partial(np.add, moments, terms, moments),
            partial(np.sqrt, moments[1], spread),
            partial(np.multiply, spread, stretch, spread),
            partial(np.add, spread, epsilons, spread),
            partial(np.multiply, moments[0], down, self.update),
            partial(np.divide, self.update, spread, self.update),
        ]


def planned(experiment: Experiment) -> bool:
    """Is there a plan for it?"""
    by_gradient = experiment.gradient.kind == "backprop" and experiment.optimizer.reads == "gradient"
    return by_gradient and blocks_of(experiment) is not None


def plan_for(experiment: Experiment) -> Plan | None:
    """A plan of one run; None where the reference must serve."""
    return _plan([experiment], leading=False)


def plan_many(experiments: Sequence[Experiment]) -> Plan | None:
    """A plan of several runs on a leading axis; None unless they share architecture, loss, penalty and batch size."""
    first = experiments[0]
    names = ("data", "layers", "loss", "penalty", "batch")
    alike = all(getattr(e, name) == getattr(first, name) for e in experiments for name in names)
    return _plan(experiments, leading=True) if alike else None


def _plan(experiments: Sequence[Experiment], *, leading: bool) -> Plan | None:
    blocks = blocks_of(experiments[0]) if all(map(planned, experiments)) else None
    return Plan(experiments, blocks, leading=leading) if blocks else None
