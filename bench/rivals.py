"""The same training steps written with other means: NumPy by hand, autograd, micrograd, PyTorch.

Each takes the reference's batches from the reference's first weights and ends where the reference ends: `bench.steps` checks it.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from bench.nets import Batches
from core.experiment import Experiment
from core.numeric import Array
from core.optimizers import Adam
from core.state import start


class Rival(Protocol):
    """A way to train."""

    def run(self, steps: int) -> None:
        """Take so many more steps."""

    def weights(self) -> list[Array]:
        """W, b, W, b, … now."""


def _tensors(experiment: Experiment) -> list[Array]:
    return [tensors[n].copy() for tensors in start(experiment).params if tensors for n in ("W", "b")]


def _descent(experiment: Experiment, weights: list[Array]) -> Callable[[list[Array]], None]:
    """The update as one writes it, in place: SGD's, or Adam's as in the paper."""
    optimizer = experiment.optimizer
    rate = float(vars(optimizer)["learning_rate"])
    if not isinstance(optimizer, Adam):

        def sgd(grads: list[Array]) -> None:
            for i, g in enumerate(grads):
                weights[i] -= rate * g

        return sgd
    one, two, epsilon = optimizer.beta1, optimizer.beta2, optimizer.epsilon
    m, v = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    k = 0

    def adam(grads: list[Array]) -> None:
        nonlocal k
        k += 1
        for i, g in enumerate(grads):
            m[i] = one * m[i] + (1.0 - one) * g
            v[i] = two * v[i] + (1.0 - two) * g * g
            weights[i] -= rate * (m[i] / (1.0 - one**k)) / (np.sqrt(v[i] / (1.0 - two**k)) + epsilon)

    return adam


class ByHand:
    """Plain NumPy: the forward pass, the backward pass and the update as a textbook writes them; neither loss nor trace."""

    def __init__(self, experiment: Experiment) -> None:
        self.batches, self.tensors = Batches(experiment), _tensors(experiment)
        self.descend = _descent(experiment, self.tensors)
        self.classes = experiment.train.y.shape[1] > 1

    def run(self, steps: int) -> None:
        """Take so many more steps."""
        for _ in range(steps):
            self._step()

    def _step(self) -> None:
        rows, weights = self.batches.rows(), self.tensors
        a = [self.batches.x[rows]]
        for i in range(0, len(weights), 2):
            z = a[-1] @ weights[i].T + weights[i + 1]
            if i + 2 < len(weights):
                a.append(np.tanh(z))
            elif self.classes:
                e = np.exp(z - z.max(axis=1, keepdims=True))
                a.append(e / e.sum(axis=1, keepdims=True))
            else:
                a.append(1.0 / (1.0 + np.exp(-z)))
        delta = (a[-1] - self.batches.y[rows]) / len(rows)
        grads: list[Array] = [np.zeros(0)] * len(weights)
        for i in range(len(weights) - 2, -1, -2):
            before = a[i // 2]
            grads[i], grads[i + 1] = delta.T @ before, delta.sum(axis=0)
            if i:
                delta = (delta @ weights[i]) * (1.0 - before * before)
        self.descend(grads)

    def weights(self) -> list[Array]:
        """W, b, W, b, … now."""
        return self.tensors


class Autograd:
    """The package autograd: the loss alone is written, its gradient derived at every step."""

    def __init__(self, experiment: Experiment) -> None:
        from autograd import grad, numpy  # noqa: PLC0415 (a rival, only needed here)

        self.batches, self.tensors = Batches(experiment), _tensors(experiment)
        self.descend = _descent(experiment, self.tensors)
        classes = experiment.train.y.shape[1] > 1

        def loss(weights: list[Any], x: Array, y: Array) -> Any:
            for i in range(0, len(weights) - 2, 2):
                x = numpy.tanh(numpy.dot(x, weights[i].T) + weights[i + 1])
            z = numpy.dot(x, weights[-2].T) + weights[-1]
            if classes:
                shifted = z - numpy.max(z, axis=1, keepdims=True)
                each = numpy.log(numpy.sum(numpy.exp(shifted), axis=1)) - numpy.sum(y * shifted, axis=1)
            else:
                each = numpy.logaddexp(0.0, z) - y * z
            return numpy.mean(each)

        self.slope = grad(loss)

    def run(self, steps: int) -> None:
        """Take so many more steps."""
        for _ in range(steps):
            rows = self.batches.rows()
            self.descend(self.slope(self.tensors, self.batches.x[rows], self.batches.y[rows]))

    def weights(self) -> list[Array]:
        """W, b, W, b, … now."""
        return self.tensors


class Micrograd:
    """The package micrograd, a graph of single numbers; tanh and the loss are two more operations in its own manner."""

    def __init__(self, experiment: Experiment) -> None:
        from micrograd.engine import Value  # noqa: PLC0415 (a rival, only needed here)

        self.value: Any = Value
        self.batches = Batches(experiment)
        self.rate = float(vars(experiment.optimizer)["learning_rate"])
        self.tensors: list[Any] = [_map(Value, a.tolist()) for a in _tensors(experiment)]
        self.flat: list[Any] = [v for t in self.tensors for row in t for v in (row if isinstance(row, list) else [row])]

    def _unit(self, w: list[Any], b: Any, x: list[Any], *, last: bool) -> Any:
        z = sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)
        if last:
            return z
        t = math.tanh(z.data)
        out = self.value(t, (z,), "tanh")

        def backward() -> None:
            z.grad += (1.0 - t * t) * out.grad

        out._backward = backward  # noqa: SLF001 (micrograd's own way to add an operation)
        return out

    def _loss(self, zs: list[Any], y: list[float], count: int) -> Any:
        """ℓ/N of one example from its z, and ŷ − y on the way back."""
        scores = [z.data for z in zs] if len(zs) > 1 else [zs[0].data, 0.0]
        top = max(scores)
        powers = [math.exp(s - top) for s in scores]
        log_sum = top + math.log(sum(powers))
        out = self.value((log_sum - sum(t * z.data for t, z in zip(y, zs, strict=True))) / count, tuple(zs), "loss")

        def backward() -> None:
            for z, power, t in zip(zs, powers, y, strict=False):
                z.grad += (power / sum(powers) - t) / count * out.grad

        out._backward = backward  # noqa: SLF001
        return out

    def run(self, steps: int) -> None:
        """Take so many more steps."""
        for _ in range(steps):
            rows = self.batches.rows()
            losses = []
            for inputs, y in zip(self.batches.x[rows].tolist(), self.batches.y[rows].tolist(), strict=True):
                x = inputs
                for i in range(0, len(self.tensors), 2):
                    last = i + 2 == len(self.tensors)
                    x = [self._unit(w, b, x, last=last) for w, b in zip(self.tensors[i], self.tensors[i + 1], strict=True)]
                losses.append(self._loss(x, y, len(rows)))
            for p in self.flat:
                p.grad = 0
            _backward(losses)
            for p in self.flat:
                p.data -= self.rate * p.grad

    def weights(self) -> list[Array]:
        """W, b, W, b, … now."""
        return [np.array(_map(lambda v: v.data, t)) for t in self.tensors]


def _backward(losses: list[Any]) -> None:
    """micrograd's `backward` recurses along the graph: one example after another, so that its depth is bounded."""
    for loss in losses:
        loss.backward()


def _map(make: Callable[[Any], Any], nested: Any) -> Any:
    return [_map(make, v) for v in nested] if isinstance(nested, list) else make(nested)


class Torch:
    """PyTorch, eager, one thread, float64: nn.Sequential, the loss on logits, its own optimizer."""

    def __init__(self, experiment: Experiment) -> None:
        import torch  # noqa: PLC0415 (only where it is installed)

        torch.set_num_threads(1)
        self.torch: Any = torch
        self.batches, tensors = Batches(experiment), _tensors(experiment)
        self.x, self.y = (torch.tensor(a) for a in (self.batches.x, self.batches.y))
        modules: list[Any] = []
        for w, b in zip(tensors[::2], tensors[1::2], strict=True):
            linear = torch.nn.Linear(w.shape[1], w.shape[0], dtype=torch.float64)
            linear.load_state_dict({"weight": torch.tensor(w), "bias": torch.tensor(b)})
            modules += [linear, torch.nn.Tanh()]
        self.model = torch.nn.Sequential(*modules[:-1])
        classes = experiment.train.y.shape[1] > 1
        self.loss = torch.nn.CrossEntropyLoss() if classes else torch.nn.BCEWithLogitsLoss()
        made = torch.optim.Adam if isinstance(experiment.optimizer, Adam) else torch.optim.SGD
        self.optimizer = made(self.model.parameters(), lr=float(vars(experiment.optimizer)["learning_rate"]))

    def run(self, steps: int) -> None:
        """Take so many more steps."""
        for _ in range(steps):
            rows = self.torch.from_numpy(self.batches.rows())
            self.optimizer.zero_grad()
            self.loss(self.model(self.x[rows]), self.y[rows]).backward()
            self.optimizer.step()

    def weights(self) -> list[Array]:
        """W, b, W, b, … now."""
        return [p.detach().numpy() for p in self.model.parameters()]


RIVALS: dict[str, tuple[str, Callable[[Experiment], Rival]]] = {
    "autograd": ("autograd", Autograd),
    "micrograd": ("micrograd", Micrograd),
    "PyTorch eager": ("torch", Torch),
}


def installed(package: str) -> bool:
    """Can it be imported?"""
    return importlib.util.find_spec(package) is not None
