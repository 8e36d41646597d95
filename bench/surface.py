"""A loss surface of 51 × 51 points over two general directions: the sweep against a loop, and against torch.func.vmap.

All ways are timed in turn, in one process and in processor time, so that a busy machine slows them alike; medians and their
ratios are printed.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench import floor
from core.experiment import Experiment
from core.landscape import Sweep, finished
from core.landscape.basis import Basis
from core.landscape.directions import filter_normalised, gaussian
from core.numeric import Array, Params
from core.state import start

SIZE = 51
ROUNDS = 7
PARTS = ("first link", "products", "tanh", "loss")  # of the bare calls
AIMS = {"2-8-8-1, 500 points": (4.5, 15.0), "64-25-10, 100 points": (12.0, 35.0)}  # of float64 and float32, over the loop


def experiment(units: tuple[int, ...], count: int, seed: int = 0) -> Experiment:
    """Random points for a network of tanh links: binary with one output, classes with more."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((count, units[0]))
    layers: list[dict[str, Any]] = []
    for n in units[1:-1]:
        layers += [{"kind": "dense", "units": n}, {"kind": "tanh"}]
    one = units[-1] == 1
    y = (x[:, :1] > 0).astype(float) if one else np.eye(units[-1])[rng.integers(0, units[-1], count)]
    layers += [{"kind": "dense", "units": units[-1]}, {"kind": "sigmoid" if one else "softmax"}]
    loss = "binary_cross_entropy" if one else "cross_entropy"
    data = {"kind": "points", "x": x.tolist(), "y": y.tolist(), "test_fraction": 0.0}
    return Experiment.parse({"data": data, "layers": layers, "loss": {"kind": loss}})


def general(origin: Params, number: int) -> Params:
    """A direction that moves every number: filter-normalised weights, and biases too."""
    weights, biases = filter_normalised(origin, 1, number), gaussian(origin, 1, 2 + number)
    return tuple({n: w[n] if n == "W" else 0.1 * b[n] for n in w} for w, b in zip(weights, biases, strict=True))


def plain(x: Array, y: Array, origin: Params, one: Params, two: Params, at: Array) -> Array:
    """The loop that one writes first: at every grid point the weights, a forward pass in plain NumPy, the mean loss."""
    found = np.empty(len(at))
    links = [i for i, tensors in enumerate(origin) if tensors]
    for g, (a, b) in enumerate(at):
        h = x
        for i in links:
            w = origin[i]["W"] + a * one[i]["W"] + b * two[i]["W"]
            z = h @ w.T + (origin[i]["b"] + a * one[i]["b"] + b * two[i]["b"])
            h = np.tanh(z) if i != links[-1] else z
        found[g] = _loss(h, y)
    return found


def _loss(z: Array, y: Array) -> float:
    """The stable mean cross-entropy from z."""
    if z.shape[1] == 1:
        return float(np.mean(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))))
    shifted = z - z.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - (y * shifted).sum(axis=1)))


def vmapped(x: Array, y: Array, origin: Params, one: Params, two: Params, at: Array, dtype: str) -> Callable[[], Array] | None:
    """The same grid by torch.func.vmap over blocks of grid points; None where torch is not installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch  # noqa: PLC0415 (only where it is installed)

    torch.set_num_threads(1)
    kind = getattr(torch, dtype)
    tensors = [[torch.tensor(p[i][n], dtype=kind) for p in (origin, one, two)] for i in range(len(origin)) for n in origin[i]]
    inputs, targets = torch.tensor(x, dtype=kind), torch.tensor(y, dtype=kind)
    places = torch.tensor(at, dtype=kind)
    binary = y.shape[1] == 1

    def loss(c: Any) -> Any:
        moved = [o + c[0] * a + c[1] * b for o, a, b in tensors]
        h = inputs
        for k in range(0, len(moved), 2):
            h = h @ moved[k].T + moved[k + 1]
            h = torch.tanh(h) if k + 2 < len(moved) else h
        if binary:
            return torch.nn.functional.binary_cross_entropy_with_logits(h, targets)
        return -(targets * torch.log_softmax(h, dim=1)).sum(dim=1).mean()

    def run() -> Array:
        with torch.no_grad():
            found: Array = torch.func.vmap(loss, chunk_size=64)(places).numpy().astype(np.float64)
        return found

    return run


def measure(name: str, units: tuple[int, ...], count: int, rounds: int) -> dict[str, float]:
    """Median milliseconds of every way; each is checked against the loop."""
    subject = experiment(units, count)
    origin = start(subject).params
    one, two = (general(origin, i) for i in range(2))
    basis = Basis(origin, (one, two), ("α", "β"))
    axis = np.linspace(-1.0, 1.0, SIZE)
    at = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    given = (subject.train.x, subject.train.y, origin, one, two, at)
    ways: dict[str, Callable[[], Array]] = {
        "loop": lambda: plain(*given),
        "reference": lambda: np.array([subject.network.mean_loss(basis.point(a), subject.train.x, subject.train.y) for a in at]),
        "float64": lambda: finished(Sweep(subject, basis).grid(axis, axis)).ravel(),
        "float32": lambda: finished(Sweep(subject, basis, np.float32).grid(axis, axis)).ravel(),
    }
    for dtype in ("float64", "float32"):
        other = vmapped(*given, dtype)
        if other is not None:
            ways[f"vmap {dtype}"] = other
    truth = ways["loop"]()
    for way, run in ways.items():
        worst = float(np.max(np.abs(run() - truth) / truth))
        assert worst < (1e-5 if "32" in way else 1e-10), f"{name}: {way} is off by {worst:g}"
    for dtype in ("float64", "float32"):
        for part, call in floor.parts(units, count, SIZE, dtype).items():
            ways[f"{part} {dtype}"] = lambda call=call: [call() for _ in range(SIZE)]  # type: ignore[misc]
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            before = time.process_time()
            run()
            times[way].append(1000.0 * (time.process_time() - before))
    return {way: statistics.median(found) for way, found in times.items()}


def main(rounds: int = ROUNDS) -> None:
    """Print the table."""
    print(f"Loss surface, {SIZE} x {SIZE} over two general directions; median ms of processor time over {rounds} rounds")
    if importlib.util.find_spec("torch") is None:
        print("(torch is not installed: torch.func.vmap is left out)")
    for name, units, count in (("2-8-8-1, 500 points", (2, 8, 8, 1), 500), ("64-25-10, 100 points", (64, 25, 10), 100)):
        found = measure(name, units, count, rounds)
        least = {way: ms for way, ms in found.items() if way.startswith(PARTS)}
        print(f"  {name}: " + ", ".join(f"{way} {ms:.1f}" for way, ms in found.items() if way not in least))
        for dtype, aim in zip(("float64", "float32"), AIMS[name], strict=True):
            ratio = found["loop"] / found[dtype]
            print(f"    {dtype}: {ratio:.1f} x a loop over plain NumPy in float64 (aim {aim:g})", end="")
            print(f", {found['reference'] / found[dtype]:.1f} x the reference point by point", end="")
            torch = found.get(f"vmap {dtype}")
            print(f", {torch / found[dtype]:.1f} x torch.func.vmap (aim 3)" if torch else "")
            own = {part: found[f"{part} {dtype}"] for part in PARTS}
            told = ", ".join(f"{part} {ms:.1f}" for part, ms in own.items())
            bare = sum(own.values())
            print(f"      the bare NumPy calls need {bare:.1f} ({told}): at most {found['loop'] / bare:.1f} x")


if __name__ == "__main__":
    sys.exit(main())
