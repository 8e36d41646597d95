"""When two numbers count as the same, and four ways to the derivative of anything that `forward` can run on."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from core.dual import Dual, tangent
from core.numeric import Array
from core.symbol import as_symbol, derivative, variables

EXACT, AUTOGRAD, CENTRAL = 1e-12, 1e-11, 1e-7


def close(what: str, ours: Any, theirs: Any, tolerance: float, reproduce: object, scale: float = 0.0) -> None:
    """max |ours − theirs| ≤ tolerance · the largest of both; a failure prints both and how to reproduce it."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape, f"{what}: shape {ours.shape}, expected {theirs.shape}\nreproduce with: {_shown(reproduce)}"
    if not ours.size:
        return
    size = max(scale, float(np.abs(ours).max()), float(np.abs(theirs).max()), 1e-3)
    worst = float(np.abs(ours - theirs).max())
    if not worst <= tolerance * size:
        raise AssertionError(f"{what}: they differ by {worst:.3g}, allowed {tolerance * size:.3g}\n"
                             f"ours:   {ours!r}\ntheirs: {theirs!r}\n"
                             f"reproduce with: {_shown(reproduce)}")  # fmt: skip


def _shown(reproduce: object) -> str:
    """A document as the JSON that can be sent again."""
    return json.dumps(reproduce) if isinstance(reproduce, dict) else str(reproduce)


def central(f: Callable[[Array], float], at: Array) -> Array:
    """∇f by central differences, number by number."""
    found = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        h = 6e-6 * max(1.0, abs(at[index]))
        up, down = at.copy(), at.copy()
        up[index] += h
        down[index] -= h
        found[index] = (f(up) - f(down)) / (up[index] - down[index])
    return found


def by_duals(f: Callable[[Any], Any], at: Array) -> Array:
    """∇f by dual numbers, number by number."""
    return np.array([float(tangent(f(Dual(at, unit)))) for unit in _units(at)]).reshape(at.shape)


def by_complex_steps(f: Callable[[Any], Any], at: Array) -> Array:
    """∇f by complex steps, number by number."""
    return np.array([float(np.imag(f(at + 1e-20j * unit))) / 1e-20 for unit in _units(at)]).reshape(at.shape)


def by_symbols(f: Callable[[Any], Any], at: Array, places: list[int]) -> Array:
    """Some entries of ∇f, by formulas."""
    symbols = variables("v", at)
    y = as_symbol(f(symbols))
    return np.array([derivative(y, symbols.flat[place]).primal for place in places])


def _units(at: Array) -> list[Array]:
    return [unit.reshape(at.shape) for unit in np.eye(at.size)]


def gradients_agree(what: str, ours: Array, f: Callable[[Any], Any], at: Array, reproduce: object) -> None:
    """Our gradient of f against four ways to it that run f itself."""
    close(f"{what} vs dual numbers", ours, by_duals(f, at), EXACT, reproduce)
    close(f"{what} vs complex steps", ours, by_complex_steps(f, at), EXACT, reproduce)
    places = list(range(at.size))[:: max(1, at.size // 5)]
    close(f"{what} vs symbols", np.ravel(ours)[places], by_symbols(f, at, places), EXACT, reproduce)
    close(f"{what} vs central differences", ours, central(lambda v: float(f(v)), at), CENTRAL, reproduce)
