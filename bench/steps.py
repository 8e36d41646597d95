"""One step of training: the reference, the compiled plan with and without recording, and other means beside them.

Recorded means: of every step the outputs of all activations, all δ and the parameters after it are kept, as `Plan.told` reads
them.  The server's streams do without: their frames tell states, and the one step whose trace is shown is the reference's.

All ways take the same batches from the same first weights; they are held against each other before they are timed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bench.measuring import QUICK, Effort, Timing, interleaved, table
from bench.nets import ADAM, NETS, SGD, SMALL, Batches, Document, Net
from bench.rivals import RIVALS, ByHand, Rival, installed
from core.experiment import Experiment
from core.numeric import Array, Params
from core.plan import Plan, plan_for, plan_many
from core.run import HOP
from core.state import State, start
from core.training import step

RUNS = 16
BLOCK = 2**18  # bytes of records written before they are read: a block that stays in the cache
CHECKED = 3  # steps
RECORDED, MANY, HAND, LINKS = "plan, recorded", f"plan, race of {RUNS}, each", "NumPy by hand", "links of core, no trace"


def tensors_of(params: Params) -> list[Array]:
    """W, b, W, b, …"""
    return [tensors[n] for tensors in params if tensors for n in ("W", "b")]


class Planned:
    """A plan, or a race of several learning rates on its leading axis; with `record`, block by block, what `told` reads."""

    def __init__(self, plan: Plan | None, states: list[State], *, record: bool = False) -> None:
        assert plan is not None
        self.plan = plan
        plan.load(states)
        fitting = BLOCK // plan.record(1).nbytes
        self.hop = max(1, min(HOP, fitting)) if record else HOP
        self.rows = plan.record(self.hop) if record else None

    def run(self, steps: int) -> None:
        """Take so many more steps."""
        for done in range(0, steps, self.hop):
            self.plan.advance(min(self.hop, steps - done), self.rows)

    def weights(self) -> list[Array]:
        """W, b, W, b, … of the first run."""
        return tensors_of(self.plan.state().params)


class Traced:
    """`core.training.step`, with its whole trace."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment, self.state = experiment, start(experiment)

    def run(self, steps: int) -> None:
        """Take so many more steps."""
        for _ in range(steps):
            self.state, _ = step(self.experiment, self.state)

    def weights(self) -> list[Array]:
        """W, b, W, b, … now."""
        return tensors_of(self.state.params)


class Links:
    """The reference's links forward and backward, and the optimizer's rule: no trace."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment, self.state, self.batches = experiment, start(experiment), Batches(experiment)

    def run(self, steps: int) -> None:
        """Take so many more steps."""
        network, optimizer = self.experiment.network, self.experiment.optimizer
        for _ in range(steps):
            rows, (k, params, slots) = self.batches.rows(), (self.state.k, self.state.params, self.state.slots)
            grads = network.gradient(params, self.batches.x[rows], self.batches.y[rows])
            changes = [
                {n: optimizer.change(g, dict(slots[i][n]), k, params[i][n]) for n, g in tensors.items()}
                for i, tensors in enumerate(grads)
            ]
            after = tuple({n: params[i][n] + c.update for n, c in tensors.items()} for i, tensors in enumerate(changes))
            memory = tuple({n: c.slots for n, c in tensors.items()} for tensors in changes)
            self.state = replace(self.state, step=self.state.step + 1, params=after, slots=memory)

    def weights(self) -> list[Array]:
        """W, b, W, b, … now."""
        return tensors_of(self.state.params)


def ways_for(net: Net, optimizer: Document, effort: Effort) -> dict[str, Rival]:
    """Every way that is installed, and that takes a step of this network within the effort's patience."""
    experiment = net.experiment(optimizer)
    rates = np.geomspace(1.0, 0.1, RUNS) * optimizer["learning_rate"]
    many = [net.experiment(optimizer | {"learning_rate": float(rate)}) for rate in rates]
    states = [start(experiment)]
    makers: dict[str, Callable[[], Rival]] = {
        "plan": lambda: Planned(plan_for(experiment), states),
        RECORDED: lambda: Planned(plan_for(experiment), states, record=True),
        MANY: lambda: Planned(plan_many(many), [start(e) for e in many]),
        HAND: lambda: ByHand(experiment),
        LINKS: lambda: Links(experiment),
        "reference, its trace": lambda: Traced(experiment),
    }
    for name, (package, maker) in RIVALS.items():
        slow = name == "micrograd" and (optimizer is not SGD or _micrograd_seconds(net) > effort.patience)
        if installed(package) and not slow:
            makers[name] = lambda maker=maker: maker(experiment)  # type: ignore[misc]
    return {name: make() for name, make in makers.items()}


def _micrograd_seconds(net: Net) -> float:
    """About 4 µs for every number that a graph of single numbers holds."""
    products = sum(a * b for a, b in zip(net.units, net.units[1:], strict=False))
    return 4e-6 * 4 * products * net.batch


def check(net: Net, ways: dict[str, Rival], reference: Rival) -> None:
    """After the same steps all are at the same weights.  Raises AssertionError with both sides."""
    reference.run(CHECKED)
    expected = reference.weights()
    for name, way in ways.items():
        way.run(CHECKED)
        for ours, theirs in zip(expected, way.weights(), strict=True):
            assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-9), f"{net.name}: {name} is at {theirs}, the reference at {ours}"


@dataclass(frozen=True)
class Aim:
    """A ratio of two ways that is to reach a bound on some networks."""

    slow: str
    quick: str
    bound: float
    nets: tuple[Net, ...]


AIMS = (
    Aim(HAND, RECORDED, 3.5, SMALL),
    Aim("PyTorch eager", RECORDED, 25.0, SMALL),
    Aim("plan", MANY, 3.0, SMALL),
)
MOST_RECORDING = 1.10
RECORDING = "(recorded: outputs, δ and parameters of every step are kept; the server's streams tell states alone, and do not)"


def measure(optimizer: Document, effort: Effort) -> dict[Net, dict[str, Timing]]:
    """Timings by network and way; one of RUNS runs counts for itself alone."""
    found = {}
    for net in NETS:
        ways = ways_for(net, optimizer, effort)
        checked = {name: way for name, way in ways.items() if name != "micrograd" or net in SMALL}  # it takes half a minute
        check(net, checked, Traced(net.experiment(optimizer)))
        timings = interleaved({name: way.run for name, way in ways.items()}, effort)
        timings[MANY] = Timing(*(t / RUNS for t in timings[MANY]))
        found[net] = timings
    return found


def report(optimizer: Document, found: dict[Net, dict[str, Timing]], effort: Effort) -> str:
    """The table of times, the ratios to the recorded plan, and the aims if it was measured well enough to judge."""
    names, columns = list(dict.fromkeys(n for t in found.values() for n in t)), [net.name for net in found]
    times = {n: {net.name: f"{t[n].median:,.1f} ({t[n].least:,.1f})" for net, t in found.items() if n in t} for n in names}
    ratios = {n: {net.name: f"{t[n].median / t[RECORDED].median:,.2f}" for net, t in found.items() if n in t} for n in names}
    title = f"{optimizer['kind']}: µs a step, median (least)"
    parts = [table(title, columns, times), table("times the recorded plan", columns, ratios)]
    return "\n\n".join(parts if effort == QUICK else [*parts, _aims(found)])


def _aims(found: dict[Net, dict[str, Timing]]) -> str:
    lines = []
    for aim in AIMS:
        reached = [found[n][aim.slow].median / found[n][aim.quick].median for n in aim.nets if aim.slow in found[n]]
        if reached:
            said = "reached" if min(reached) >= aim.bound else "MISSED"
            shown = ", ".join(f"{r:.1f}" for r in reached)
            lines.append(f"{aim.slow} / {aim.quick}: {shown} (aim {aim.bound:g}: {said})")
    costs = [t[RECORDED].median / t["plan"].median for t in found.values()]
    said = "reached" if max(costs[: len(SMALL)]) <= MOST_RECORDING else "MISSED"
    shown = ", ".join(f"{100 * (c - 1):.0f} %" for c in costs)
    lines.append(f"recording costs {shown} (aim {100 * (MOST_RECORDING - 1):.0f} % on the small ones: {said})")
    return "\n".join([*lines, RECORDING])


def main(effort: Effort) -> None:
    """Measure and print, optimizer by optimizer."""
    missing = [name for name, (package, _) in RIVALS.items() if not installed(package)]
    print("Steps of training, every way in turn in one process, one thread; " + f"rounds: {effort.rounds}")
    if missing:
        print(f"(not installed, left out: {', '.join(missing)})")
    for optimizer in (SGD, ADAM):
        print(f"\n{report(optimizer, measure(optimizer, effort), effort)}", flush=True)
