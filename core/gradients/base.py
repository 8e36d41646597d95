"""The contract of a way to the gradient, and the measuring of its cost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from core.counting import CountedNetwork, Ledger, counted, counting
from core.flat import unflat
from core.network import Network, Noises
from core.numeric import Array, Params
from core.spec import Kind, SpecError
from core.work import Work, finished, timed

Slope = Callable[[int, str, tuple[int, ...]], float]

MOST_WEIGHTS = 2000  # for methods that evaluate the network for every weight
MOST_WORK = 5e8  # their multiplications: one to three seconds a step, on one's own machine; a server allows less (app/work.py)


class Cost(NamedTuple):
    """What one gradient cost: sweeps forward and backward, multiplications of two real numbers, time."""

    evaluations: int
    pullbacks: int
    multiplications: int
    seconds: float


@dataclass(frozen=True)
class GradientMethod(Kind):
    """A way to dL/d(every parameter)."""

    sweeping: ClassVar[bool] = False  # evaluates the network anew for every weight

    @property
    def accuracy(self) -> str:
        """What its error is, in words."""
        return "exact, but for rounding"

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """What the catalogue says of a method, with the hyperparameters that it has unless others are chosen."""
        return {"sweeping": cls.sweeping, "accuracy": cls().accuracy}

    @abstractmethod
    def gradient(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Params:
        """dL/d(every parameter) of the batch's loss, penalty included."""

    def pieces(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Work[Params]:
        """The same in pieces; one piece, where a method does not sweep."""
        yield 0.0
        return self.gradient(network, params, x, target, noises)

    def check(self, network: Network, examples: int) -> None:
        """Raises SpecError (its field relative to the method) where a step of so many examples would take too long."""
        if self.sweeping and network.size > MOST_WEIGHTS:
            raise SpecError("kind", f"{self.title} would evaluate the network anew for every weight: expected at most "
                            f"{MOST_WEIGHTS:,}, got {network.size:,}", "use backpropagation, or fewer units")  # fmt: skip
        work = 2 * network.size * examples * _sweep(network) if self.sweeping else 0
        if work > MOST_WORK:
            said = f"{self.title} would evaluate the network anew for every weight, with {work:.1g} multiplications a step"
            raise SpecError("kind", f"{said}: expected at most {MOST_WORK:.1g}", "use backpropagation, or a smaller batch")

    def count(self, network: Network, examples: int, noisy: bool = True) -> Ledger:
        """What one gradient of so many examples costs, counted while it is really computed, on arrays that count.

        It follows from the shapes alone, so it is counted once for each and then remembered.
        """
        return _count(self, network, examples, noisy)

    def counted(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Ledger:
        """The ledger of one gradient by parameters that count."""
        with counting() as ledger:
            self.gradient(network, params, x, target, noises)
        return ledger

    def measuring(
        self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None
    ) -> Work[tuple[Params, Cost]]:
        """The gradient and its cost; the seconds are those of a run that does not count."""
        grads, seconds = yield from timed(self.pieces(network, params, x, target, noises))
        ledger = self.count(network, len(x), noises is not None)
        return grads, Cost(ledger.evaluations, ledger.pullbacks, ledger.multiplications, seconds)


@lru_cache(maxsize=256)
def _count(method: GradientMethod, network: Network, examples: int, noisy: bool) -> Ledger:
    noises = network.noises(0, 0, examples) if noisy else None
    with np.errstate(all="ignore"):
        return method.counted(*twin(network, examples), noises)


@lru_cache(maxsize=256)
def _sweep(network: Network) -> int:
    """The multiplications of one evaluation for one example."""
    counted_network, params, x, target = twin(network, 1)
    with counting() as ledger, np.errstate(all="ignore"):
        counted_network.objective(params, x, target)
    return ledger.multiplications


def twin(network: Network, examples: int) -> tuple[CountedNetwork, Params, Array, Array]:
    """The network, parameters, inputs and targets, all 0, that count: the cost follows from the shapes alone."""
    params = counted(tuple({name: np.zeros(shape) for name, shape in shapes.items()} for shapes in network.param_shapes))
    found = CountedNetwork(network.layers, network.loss, network.penalty, network.in_shape)
    return found, params, np.zeros((examples, *network.in_shape)), np.zeros((examples, *network.shapes[-1]))


@dataclass(frozen=True)
class SweepingMethod(GradientMethod):
    """A way that evaluates the network anew for every weight."""

    sweeping = True

    @abstractmethod
    def slope(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Slope:
        """The derivative by one weight, as a function of its link, name and index."""

    def gradient(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Params:
        """The slope of every number of the parameters, in their shapes."""
        return finished(self.pieces(network, params, x, target, noises))

    def pieces(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Work[Params]:
        """The same, a number at a time."""
        slope, found = self.slope(network, params, x, target, noises), np.zeros(network.size)
        arrays = [(i, name, a.shape) for i, tensors in enumerate(params) for name, a in tensors.items()]
        places = ((i, name, index) for i, name, shape in arrays for index in np.ndindex(shape))
        for k, place in enumerate(places):
            found[k] = slope(*place)
            yield (k + 1) / network.size
        return unflat(found, params)

    def counted(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Ledger:
        """The cost of one slope of every array, times the array's size: its numbers are all evaluated alike."""
        slope, total = self.slope(network, params, x, target, noises), Ledger()
        for i, tensors in enumerate(params):
            for name, a in tensors.items():
                with counting() as one:
                    slope(i, name, (0,) * a.ndim)
                total = total.plus(one, a.size)
        return total
