"""The hidden δ in two wordings that give the same numbers: an error signal handed back, and derivatives of the next layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.formulas.cells import Cell, Line, Sum, terms
from app.formulas.chain import Chain, var
from app.formulas.classes import classed
from app.formulas.forward import has_slope
from app.formulas.mathml import signed, slot


def wordings(chain: Chain) -> list[dict[str, Any]]:
    """For every hidden activation in front of a dense link: `{"link", "signal": [lines], "derivative": [lines]}`."""
    layers = chain.layers
    hidden = [i for i in range(1, len(layers) - 1) if has_slope(layers[i]) and layers[i + 1].kind == "dense" and chain.is_z(i)]
    return [{"link": i, "name": chain.layer_name(i)} | {name: _documents(chain, i, name) for name in NAMES} for i in hidden]


def _documents(chain: Chain, link: int, name: str) -> list[dict[str, Any]]:
    return [line.document() for line in _lines(chain, link, name == "signal")]


NAMES = ("signal", "derivative")


def _lines(chain: Chain, link: int, signal: bool) -> tuple[Line, Line]:
    """eⱼ = Σ wₘⱼ δₘ and δⱼ = eⱼ φ′(zⱼ); or the same as ∂ℓ/∂aⱼ = Σ ∂ℓ/∂zₘ ∂zₘ/∂aⱼ and ∂ℓ/∂zⱼ = ∂ℓ/∂aⱼ ∂aⱼ/∂zⱼ."""
    weights = link + 1
    total = Sum(chain.size(weights + 1), (chain.param(weights, "W", "t", "j"), chain.place(weights, "grad_output", "t")))

    def symbol(t: str) -> str:
        if signal:
            return rf"{chain.weight(weights, t, 'j')}\,{chain.grad(weights + 1, t)}"
        z, a = chain.value(weights + 1, t), chain.value(weights)
        return rf"\frac{{\partial \ell}}{{\partial {z}}}\,\frac{{\partial {z}}}{{\partial {a}}}"

    def numbers(t: str) -> str:
        factors = [signed(chain.param(weights, "W", t, "j")), signed(chain.place(weights, "grad_output", t))]
        return r"\cdot".join(factors if signal else factors[::-1])

    found = classed(chain, weights + 1, terms(symbol, numbers, total))
    handed = _handed(chain, weights, signal)
    first = Line((handed, replace(found[0], op="="), *found[1:]), sum=total)
    return first, _through(chain, link, handed.symbol, signal)


def _handed(chain: Chain, space: int, signal: bool) -> Cell:
    symbol = chain.value(space).replace("a", "e", 1) if signal else rf"\frac{{\partial \ell}}{{\partial {chain.value(space)}}}"
    return Cell(symbol, slot(chain.place(space, "grad_input")))


def _through(chain: Chain, link: int, handed: str, signal: bool) -> Line:
    z, a = chain.value(link), chain.value(link + 1)
    left = chain.grad(link) if signal else rf"\frac{{\partial \ell}}{{\partial {z}}}"
    slope = rf"\varphi'\bigl({z}\bigr)" if signal else rf"\frac{{\partial {a}}}{{\partial {z}}}"
    return Line((
        Cell(left, slot(chain.place(link, "grad_input"))),
        Cell(handed, slot(chain.place(link, "grad_output")), "="),
        Cell(slope, signed(f"trace.layers.{link}.slope.{var('row')}.{var('j')}"), r"\cdot"),
    ))  # fmt: skip
