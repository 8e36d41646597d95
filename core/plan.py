"""A compiled plan: the steps of `core.training.step` for chains of dense links and elementwise activations, many times quicker.

Small networks are bound by the overhead of NumPy's calls, so the plan makes few of them, on buffers that are all views of one
arena: examples are columns, a bias is the weight of a row of ones, all parameters are one flat vector, the slopes of neighbouring
links with the same activation are taken at once, and every call is bound to its buffers when the plan is built.  With a leading
axis, several runs of the same architecture share the calls.

    A₀ = [X; 1],  Zₗ = Wₗ Aₗ₋₁,  Aₗ = [φ(Zₗ); 1],  Δ_L = ŷ − y (or φ′ · ∂ℓ/∂ŷ),  Δₗ = (Wₗ₊₁ᵀ Δₗ₊₁) ∘ φ′(Zₗ),  dWₗ = Δₗ Aₗ₋₁ᵀ / N

The reference is what a reader reads; the tests hold the plan to it within 1e-13.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np

from core.experiment import Experiment
from core.layers import Elementwise, Layer, Softmax
from core.layers.activations import Identity, Relu, Sigmoid, Tanh
from core.layers.dense import Dense
from core.numeric import Array, Params
from core.optimizers import Adam, Momentum, Sgd
from core.training import Memory, State, batch_rows

Call = Callable[[], Any]
MOST_COPIED = 2000  # numbers; a larger factor is turned by the product itself
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


class Arena:
    """Buffers cut one after another out of one flat array, so that recording a step is one copy."""

    def __init__(self, runs: tuple[int, ...]) -> None:
        self.runs = runs
        self.sizes: list[int] = []
        self.shapes: list[tuple[int, ...]] = []

    def ask(self, *shape: int) -> int:
        """Reserve a buffer; gives its number."""
        self.shapes.append((*self.runs, *shape))
        self.sizes.append(int(np.prod(self.shapes[-1])))
        return len(self.sizes) - 1

    def start(self, number: int) -> int:
        """Where a buffer begins in the flat array."""
        return sum(self.sizes[:number])

    def cut(self) -> tuple[Array, list[Array]]:
        """The flat array, and every buffer that was asked for as a view of it."""
        flat = np.zeros(sum(self.sizes))
        ends = np.cumsum(self.sizes)
        return flat, [flat[e - n : e].reshape(s) for e, n, s in zip(ends, self.sizes, self.shapes, strict=True)]


class Program:
    """The calls of one step for batches of one size: forward, backward and the gradient's products, bound to their buffers."""

    def __init__(self, plan: Plan, count: int) -> None:
        self.count = count
        blocks, runs = plan.blocks, plan.runs
        arena = Arena(runs)
        data = arena.ask(blocks[0].inputs + 1 + blocks[-1].units, count)
        parts = {name: [arena.ask(b.units + 1, count) for b in blocks] for name in "ASE"}  # outputs, slopes, deltas
        zs = {i: arena.ask(b.units, count) for i, b in enumerate(blocks) if not _from_output(b.activation)}
        self.arena, views = arena.cut()
        self.data = views[data]
        outs, slopes, deltas = ([views[i] for i in parts[name]] for name in "ASE")
        first = blocks[0].inputs + 1
        self.data[..., first - 1, :] = 1.0
        for a in outs:
            a[..., -1, :] = 1.0
        self.inputs = [self.data[..., :first, :], *outs[:-1]]
        self.target = self.data[..., first:, :]
        self.outputs = [a[..., :-1, :] for a in outs]
        self.deltas = [d[..., :-1, :] for d in deltas]
        self.zs = {i: views[k] for i, k in zs.items()}
        self._slopes, self._whole = slopes, deltas
        self._sizes = [arena.sizes[k] for k in parts["A"]]
        self.starts = {name: [arena.start(k) for k in parts[name]] for name in parts}
        self.calls = [*self._forward(plan), *self._slope_calls(plan), *self._head(plan), *self._backward(plan),
                      *plan.descent(count)]  # fmt: skip

    def _forward(self, plan: Plan) -> list[Call]:
        """Zₗ = Wₗ Aₗ₋₁, then the activation."""
        calls: list[Call] = []
        for i, block in enumerate(plan.blocks):
            z = self.zs.get(i, self.outputs[i])
            calls.append(_product(plan.weights[i], self.inputs[i], z))
            calls += _activate(block.activation, z, self.outputs[i])
        return calls

    def _slope_calls(self, plan: Plan) -> list[Call]:
        """φ′ of all links but a fused last one; neighbours with the same activation in one go: their buffers are neighbours."""
        last = len(plan.blocks) - (1 if plan.fused else 0)
        calls: list[Call] = []
        for activation, group in groupby(range(last), key=lambda i: plan.blocks[i].activation):
            chosen = list(group)
            if _from_output(activation):
                size = sum(self._sizes[i] for i in chosen)
                a, s = (self.arena[self.starts[name][chosen[0]] :][:size] for name in "AS")
                calls += _slopes(activation, a, s)
            elif isinstance(activation, Elementwise):
                calls += [partial(_general_slope, activation, self.zs[i], self.outputs[i], self._slopes[i]) for i in chosen]
        return calls

    def _head(self, plan: Plan) -> list[Call]:
        """Δ at the output."""
        predicted, delta = self.outputs[-1], self.deltas[-1]
        if plan.fused:
            calls: list[Call] = [partial(np.subtract, predicted, self.target, delta)]
            factor = plan.experiment.network.head.factor if plan.experiment.network.head else 1.0
            return calls if factor == 1.0 else [*calls, partial(np.multiply, delta, factor, delta)]
        slope = plan.experiment.loss.slope  # of elementwise rules: indifferent to which axis is which
        calls = [lambda: np.copyto(delta, slope(predicted, self.target))]
        if not isinstance(plan.blocks[-1].activation, Identity):
            calls.append(partial(np.multiply, delta, self._slopes[-1][..., :-1, :], delta))
        return calls

    def _backward(self, plan: Plan) -> list[Call]:
        """Δₗ = (Wₗ₊₁ᵀ Δₗ₊₁) ∘ φ′ and N · dWₗ = Δₗ Aₗ₋₁ᵀ.  The row of ones gets a delta too, which nobody reads."""
        calls: list[Call] = []
        for i in reversed(range(len(plan.blocks))):
            calls += _turned(1, self.deltas[i], self.inputs[i], plan.products[i])
            if i:
                calls += _turned(0, plan.weights[i], self.deltas[i], self._whole[i - 1])
                if not isinstance(plan.blocks[i - 1].activation, Identity):
                    calls.append(partial(np.multiply, self._whole[i - 1], self._slopes[i - 1], self._whole[i - 1]))
        return calls


def _product(a: Array, b: Array, out: Array) -> Call:
    """a · b into `out`; over a leading axis by matmul, else by the quicker bound `dot`."""
    return partial(a.dot, b, out) if a.ndim == 2 and out.flags.c_contiguous else partial(np.matmul, a, b, out)


def _turned(which: int, a: Array, b: Array, out: Array) -> list[Call]:
    """aᵀ · b (which = 0) or a · bᵀ (which = 1) into `out`; the turned factor is copied first, which small products repay."""
    factors = [a, b]
    view = factors[which].swapaxes(-1, -2)
    if view.size > MOST_COPIED:
        factors[which] = view
        return [_product(factors[0], factors[1], out)]
    factors[which] = np.empty(view.shape)
    return [partial(np.copyto, factors[which], view), _product(factors[0], factors[1], out)]


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
    if isinstance(activation, Softmax):
        return [partial(_softmax, a)]
    if isinstance(activation, Elementwise):
        return [partial(_general_value, activation, z, a)]
    raise TypeError(f"no calls for {activation.kind}")


def _softmax(a: Array) -> None:
    """e^{z − max z} / Σ, over the features, in place."""
    np.subtract(a, a.max(axis=-2, keepdims=True), a)
    np.exp(a, a)
    np.divide(a, a.sum(axis=-2, keepdims=True), a)


def _slopes(activation: Layer, a: Array, s: Array) -> list[Call]:
    """φ′ read off a."""
    if isinstance(activation, Tanh):
        return [partial(np.multiply, a, a, s), partial(np.subtract, ONE, s, s)]
    if isinstance(activation, Sigmoid):
        return [partial(np.subtract, ONE, a, s), partial(np.multiply, a, s, s)]
    return [partial(np.sign, a, s)] if isinstance(activation, Relu) else []


def _general_value(activation: Elementwise, z: Array, a: Array) -> None:
    a[...] = activation.value(z)


def _general_slope(activation: Elementwise, z: Array, a: Array, s: Array) -> None:
    s[..., :-1, :] = activation.slope_at(z, a)


class Plan:
    """A run, or several of one architecture on a leading axis, on buffers of their own.  Not for two threads."""

    def __init__(self, experiments: Sequence[Experiment], blocks: list[Block], *, leading: bool) -> None:
        self.experiments, self.blocks, self.experiment = experiments, blocks, experiments[0]
        self.runs: tuple[int, ...] = (len(experiments),) if leading else ()
        self.fused = self.experiment.network.head is not None
        sizes = [b.units * (b.inputs + 1) for b in blocks]
        self.params, self.sums, self.update = (np.zeros((*self.runs, sum(sizes))) for _ in range(3))
        self.weights = [self._cut(self.params, i, sizes) for i in range(len(blocks))]
        self.products = [self._cut(self.sums, i, sizes) for i in range(len(blocks))]
        self.is_weight = self._flat([{"W": np.ones((b.units, b.inputs)), "b": np.zeros(b.units)} for b in blocks])
        self.groups = self._groups()
        names = [list(optimizer.slots(np.zeros(1))) for optimizer, _ in self.groups]
        self.slots = [{n: np.zeros_like(self.params[rows]) for n in ns} for ns, (_, rows) in zip(names, self.groups, strict=True)]
        self.step = 0
        self._programs: dict[int, Program] = {}
        self._per_epoch = -(-len(self.experiment.train) // self.experiment.batch)
        self._epoch, self._batches = -1, list[tuple[Program, Array | None]]()

    def _cut(self, flat: Array, i: int, sizes: list[int]) -> Array:
        block, start = self.blocks[i], sum(sizes[:i])
        return flat[..., start : start + sizes[i]].reshape(*self.runs, block.units, block.inputs + 1)

    def _groups(self) -> list[tuple[Any, Any]]:
        """Runs that share an optimizer, as (optimizer, which rows): one call serves them all."""
        if not self.runs:
            return [(self.experiment.optimizer, ...)]
        kinds = dict.fromkeys(e.optimizer for e in self.experiments)
        return [(o, [i for i, e in enumerate(self.experiments) if e.optimizer == o] if len(kinds) > 1 else ...) for o in kinds]

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
        """Stand where these states stand, one a run; all at the same step."""
        pick = [b.dense for b in self.blocks]
        self.step = states[0].step
        self.params[...] = np.array([self._flat([s.params[i] for i in pick]) for s in states]).reshape(self.params.shape)
        for (_, rows), slots in zip(self.groups, self.slots, strict=True):
            chosen = states if rows is ... else [states[i] for i in rows]
            for name, buffer in slots.items():
                flats = [self._flat([{n: s.slots[i][n][name] for n in ("W", "b")} for i in pick]) for s in chosen]
                buffer[...] = np.array(flats).reshape(buffer.shape)

    def state(self, run: int = 0) -> State:
        """Where one run stands now."""
        params = self._unflat(self.params[run] if self.runs else self.params)
        memory: Memory = tuple({n: dict[str, Array]() for n in tensors} for tensors in params)
        for (_, rows), slots in zip(self.groups, self.slots, strict=True):
            if rows is not ... and run not in rows:
                continue
            for name, flat in slots.items():
                one = flat if not self.runs else flat[run if rows is ... else rows.index(run)]
                for tensors, values in zip(memory, self._unflat(one), strict=True):
                    for n, a in values.items():
                        tensors[n][name] = a  # type: ignore[index]
        return State(self.step, params, memory, self.experiments[run].optimizer.shared())

    def advance(self, steps: int, record: Array | None = None) -> None:
        """Take `steps` updates; `record` (steps, recorded) receives the arena and the parameters after each of them."""
        with np.errstate(all="ignore"):
            for taken in range(steps):
                program = self._program()
                self.step += 1  # the number of this update, which corrections read
                for call in program.calls:
                    call()
                if record is not None:
                    size = program.arena.size
                    record[taken, :size] = program.arena
                    record[taken, size : size + self.params.size] = self.params.ravel()

    def told(self, row: Array, count: int) -> Told:
        """What a record's row holds of one step of a single run with `count` examples, by link, examples as rows again."""
        program = self._sized(count)

        def read(name: str, i: int) -> Array:
            place, units = program.starts[name][i], self.blocks[i].units
            return row[place : place + units * count].reshape(units, count).T

        size, links = program.arena.size, list(enumerate(b.dense for b in self.blocks))
        after = self._unflat(row[size : size + self.params.size])
        return Told({k: read("A", i) for i, k in links}, {k: read("E", i) for i, k in links}, after)

    def recorded(self) -> int:
        """How many numbers one step leaves in a record."""
        return self._sized(self.experiment.batch).arena.size + self.params.size

    def _sized(self, count: int) -> Program:
        if count not in self._programs:
            self._programs[count] = Program(self, count)
        return self._programs[count]

    def _program(self) -> Program:
        """The program of the coming step, its batch in the buffers."""
        epoch, place = divmod(self.step, self._per_epoch)
        if epoch != self._epoch:
            self._begin(epoch)
        program, batch = self._batches[place]
        if batch is not None:
            np.copyto(program.data, batch)
        return program

    def _begin(self, epoch: int) -> None:
        """Order the examples for an epoch and cut them into batches; a full batch is put into its buffers once and for all."""
        first, self._epoch = self._epoch < 0, epoch
        if self._per_epoch > 1:
            size, columns = self.experiment.batch, self._columns(epoch * self._per_epoch)
            cuts = [columns[..., i * size : (i + 1) * size] for i in range(self._per_epoch)]
            self._batches = [(self._sized(cut.shape[-1]), cut) for cut in cuts]
        elif first:
            self._batches = [(self._sized(self.experiment.batch), None)]
            self._batches[0][0].data[...] = self._columns(0)

    def _columns(self, first: int) -> Array:
        """Inputs, ones, targets: the training examples as columns, in the order of the epoch that begins at step `first`."""
        found = []
        for e in self.experiments:
            rows = np.concatenate([batch_rows(e, first + i) for i in range(self._per_epoch)])
            found.append(np.concatenate([e.train.x[rows].T, np.ones((1, len(rows))), e.train.y[rows].T]))
        return np.array(found) if self.runs else found[0]

    def descent(self, count: int) -> list[Call]:
        """The penalty's part and the optimizer's change, on the flat vector, for batches of `count`."""
        penalty, calls = self.experiment.penalty, list[Call]()
        if penalty.kind == "none" and len(self.groups) == 1 and type(self.groups[0][0]) is Sgd:
            rate = np.array(-self.groups[0][0].learning_rate / count)
            return [partial(np.multiply, self.sums, rate, self.update), partial(np.add, self.params, self.update, self.params)]
        calls.append(partial(np.multiply, self.sums, np.array(1.0 / count), self.sums))
        if penalty.kind != "none":
            calls.append(lambda: np.add(self.sums, penalty.gradient(self.params) * self.is_weight, self.sums))
        for (optimizer, rows), slots in zip(self.groups, self.slots, strict=True):
            calls += self._change(optimizer, rows, slots)
        return calls

    def _change(self, optimizer: Any, rows: Any, slots: dict[str, Array]) -> list[Call]:
        """The optimizer's `change`: in place for the common ones of all runs, by the optimizer's own rule for the others."""
        g, u, params = self.sums, self.update, self.params
        apply = partial(np.add, params, u, params)
        if rows is ... and type(optimizer) is Momentum:
            v, kept = slots["velocity"], np.array(optimizer.momentum)
            scaled = partial(np.multiply, v, np.array(-optimizer.learning_rate), u)
            return [partial(np.multiply, v, kept, v), partial(np.add, v, g, v), scaled, apply]
        if rows is ... and type(optimizer) is Adam:
            return [*self._adam(optimizer, slots["m"], slots["v"]), apply]

        def change() -> None:
            found = optimizer.change(g[rows], slots, self.step, params[rows])
            for name, array in found.slots.items():
                slots[name][...] = array
            params[rows] += found.update

        return [change]

    def _adam(self, optimizer: Adam, m: Array, v: Array) -> list[Call]:
        """Adam in place, number by number as `Adam.change` does it; the corrections 1 − βᵏ are refreshed at every step."""
        g, u, spread = self.sums, self.update, np.empty_like(self.sums)
        correction = [np.array(0.0), np.array(0.0)]

        def refresh() -> None:
            correction[0][()], correction[1][()] = 1.0 - optimizer.beta1**self.step, 1.0 - optimizer.beta2**self.step

        return [
            refresh,
            partial(np.multiply, m, np.array(optimizer.beta1), m),
            partial(np.multiply, g, np.array(1.0 - optimizer.beta1), u),
            partial(np.add, m, u, m),
            partial(np.multiply, v, np.array(optimizer.beta2), v),
            partial(np.multiply, g, np.array(1.0 - optimizer.beta2), u),
            partial(np.multiply, u, g, u),
            partial(np.add, v, u, v),
            partial(np.divide, v, correction[1], spread),
            partial(np.sqrt, spread, spread),
            partial(np.add, spread, np.array(optimizer.epsilon), spread),
            partial(np.divide, m, correction[0], u),
            partial(np.multiply, u, np.array(-optimizer.learning_rate), u),
            partial(np.divide, u, spread, u),
        ]


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
    usable = all(e.gradient.kind == "backprop" and e.optimizer.reads == "gradient" for e in experiments)
    blocks = blocks_of(experiments[0]) if usable else None
    return Plan(experiments, blocks, leading=leading) if blocks else None
