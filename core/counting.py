"""Arrays that count the multiplications done with them, so that the cost of a method is measured and not assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.network import Network, Noises, Pullback
from core.numeric import Array, Params


@dataclass
class Ledger:
    """What was done.  A multiplication is one of two real numbers; a division counts as one; a complex product as its four."""

    evaluations: int = 0  # sweeps forward through the network
    pullbacks: int = 0  # sweeps backward
    multiplications: int = 0

    def plus(self, other: Ledger, times: int) -> Ledger:
        """This, and so many times the other."""
        return Ledger(*(mine + times * more for mine, more in zip(vars(self).values(), vars(other).values(), strict=True)))


_LEDGER: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def counting() -> Iterator[Ledger]:
    """Count what is done with Counted arrays and with a CountedNetwork in this block."""
    ledger = Ledger()
    token = _LEDGER.set(ledger)
    try:
        yield ledger
    finally:
        _LEDGER.reset(token)


_PRODUCTS = {np.multiply, np.divide, np.square}


class Counted(np.ndarray[Any, Any]):
    """An array that enters its multiplications, divisions and matrix products in the ledger; its results do so too."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Compute as NumPy does, and count."""
        if any(hasattr(x, "__array_ufunc__") and not isinstance(x, (np.ndarray, np.generic)) for x in inputs):
            return NotImplemented  # a dual number: its own rules use counted arrays
        plain = [_plain(x) for x in inputs]
        if "out" in options:
            options["out"] = tuple(_plain(x) for x in options["out"])
        found = getattr(ufunc, method)(*plain, **options)
        ledger = _LEDGER.get()
        if ledger is not None and method == "__call__":
            ledger.multiplications += _products(ufunc, plain, found)
        return _counted(found)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """NumPy's other functions give counted arrays too."""
        return _counted(super().__array_function__(func, types, args, kwargs))


def _products(ufunc: Any, inputs: Sequence[Any], found: Any) -> int:
    """How many multiplications of real numbers one call did."""
    if ufunc is not np.matmul and ufunc not in _PRODUCTS:
        return 0
    many = np.size(found) * (np.shape(inputs[0])[-1] if ufunc is np.matmul else 1)
    parts = [2 if np.iscomplexobj(x) else 1 for x in inputs]
    return int(many * np.prod(parts)) if len(parts) > 1 else int(many * parts[0] ** 2)


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, Counted) else x


def _counted(x: Any) -> Any:
    if isinstance(x, tuple):
        return tuple(_counted(v) for v in x)
    return np.asarray(x).view(Counted) if isinstance(x, (np.ndarray, np.generic)) else x


def counted(params: Params) -> Params:
    """The same parameters, counting."""
    return tuple({name: a.view(Counted) for name, a in tensors.items()} for tensors in params)


@dataclass(frozen=True)
class CountedNetwork(Network):
    """The same network, entering its sweeps in the ledger."""

    def forward(self, params: Params, x: Array, noises: Noises | None = None) -> list[Array]:
        """As the network's."""
        ledger = _LEDGER.get()
        if ledger is not None:
            ledger.evaluations += 1
        return super().forward(params, x, noises)

    def backward(self, params: Params, outputs: Sequence[Array], target: Array, noises: Noises | None = None) -> list[Pullback]:
        """As the network's."""
        ledger = _LEDGER.get()
        if ledger is not None:
            ledger.pullbacks += 1
        return super().backward(params, outputs, target, noises)
