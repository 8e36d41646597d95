"""What is told of links that hand numbers on: where a pooling's gradient went, a flatten's new places, a word's row.

Which places meet is found by the page (static/js/telling/windows.js), from how the sum goes: its `way`.
"""

from __future__ import annotations

from typing import Any

from app.formulas.batch import by, mean_gradient, rule
from app.formulas.cells import Cell, Line, Sum, Telling, terms
from app.formulas.chain import Chain, index, var
from app.formulas.mathml import signed, slot
from app.formulas.spatial import window


def pooling_back(chain: Chain, link: int) -> Telling | None:
    """∂ℓ/∂x = Σ ∂ℓ/∂y over the windows that this input won; of a mean (1/n) Σ over those that hold it."""
    if chain.mean:
        return None
    layer, place = chain.layers[link], chain.place(link, "grad_output", "t")
    mean = layer.kind.startswith("mean")
    total = Sum(0, (place,), window=window(chain, link, "held" if mean else "won"))
    found = terms(lambda t: chain.grad(link + 1, t), lambda t: signed(place.replace(var("t"), var(t))), total)
    cells = layer.windows.cells  # type: ignore[attr-defined]
    front = [Cell("", op=rf"= \frac{{1}}{{{cells}}}\Bigl("), *found, Cell("", op=r"\Bigr)")] if mean else _after_equals(found)
    result = Cell(chain.grad(link, "k"), slot(chain.place(link, "grad_input", "k")))
    nothing = Cell("0", "0", "" if mean else "=", "none", "it is in no window" if mean else "it won no window")
    winner = "greatest" if layer.kind.startswith("max") else "least"
    words = (
        "Back through the mean: every number of a window made an equal part of it, and gets that part of its gradient."
        if mean
        else f"Back to the winners: of every window the {winner} number, of equals the first, made the output, and gets all "
        "of its gradient. The others get none: while another wins, they change nothing."
    )
    return Telling(words, chain.rule(link, layer.derivative), (Line((result, *front, nothing), sum=total),))


def _after_equals(found: list[Cell]) -> list[Cell]:
    """A sum's cells behind «=»."""
    first = found[0]
    return [Cell(first.symbol, first.number, "=", first.term), *found[1:]]


def flatten(chain: Chain, link: int) -> Telling | None:
    """f_j = x at the place that is the j-th, counted channel by channel and row by row."""
    if chain.mean:
        return None
    place = chain.place(link, "input", "x")
    found = _same(chain, link, "unflatten", place)
    result = Cell(chain.value(link + 1), chain.out(link))
    cell = Cell(chain.value(link, "x0"), signed(place.replace(var("x"), var("x0"))), "=", 0)
    return Telling(chain.layers[link].help, chain.rule(link, chain.layers[link].latex), (Line((result, cell), sum=found),))


def flatten_back(chain: Chain, link: int) -> Telling | None:
    """∂ℓ/∂x = ∂ℓ/∂f at the same number's place in the row."""
    if chain.mean:
        return None
    place = chain.place(link, "grad_output", "t")
    found = _same(chain, link, "flatten", place)
    result = Cell(chain.grad(link, "k"), slot(chain.place(link, "grad_input", "k")))
    cell = Cell(chain.grad(link + 1, "t0"), signed(place.replace(var("t"), var("t0"))), "=", 0)
    words = "Nothing was computed here, so nothing is: the row of gradients takes the old shape again."
    return Telling(words, chain.rule(link, chain.layers[link].derivative), (Line((result, cell), sum=found),))


def _same(chain: Chain, link: int, way: str, place: str) -> Sum:
    """One term: the same number at its other place."""
    return Sum(0, (place,), 1, _across(chain, link, way))


def _across(chain: Chain, link: int, way: str) -> dict[str, Any]:
    shapes = chain.experiment.network.shapes
    return {"way": way, "link": link, "in_shape": list(shapes[link]), "out_shape": list(shapes[link + 1])}


def embedding(chain: Chain, link: int) -> Telling | None:
    """e_u(t) = w_{x_t, u}: the row of the word that stands there."""
    if chain.mean:
        return None
    found = _same(chain, link, "word", f"trace.before.{link}.W.{var('w')}")
    word = chain.value(link, "t0")
    symbol = rf"{chain.matrix(link, 'w')}_{{{word},\,{index('u0')}}}"
    line = Line(
        (Cell(chain.value(link + 1), chain.out(link)), Cell(symbol, signed(f"trace.before.{link}.W.{var('w0')}"), "=", 0)),
        sum=found,
    )
    there = [Cell(word, slot(f"trace.layers.{link}.input.{var('row')}.{var('t0')}"), term=0)]
    if getattr(chain.experiment.data, "vocabulary", ()):
        there.append(Cell(r"\text{the word}", slot(f"info.vocabulary.{var('v0')}"), ":"))
    return Telling(chain.layers[link].help, chain.layers[link].latex, (line, Line(tuple(there), "what stands there:", found)))


def embedding_gradient(chain: Chain, link: int) -> Telling:
    """∂ℓ/∂w_{vu} = Σ ∂ℓ/∂e_u(t) over the places t at which word v stands."""
    place = Chain(chain.experiment).place(link, "grad_output", "t")
    total = Sum(0, (place,), window=_across(chain, link, "places"))
    words = "A row of the table gathers the gradient of every place at which its word stands. The rows of all other words get 0"
    words += " and the penalty's part." if chain.mean and chain.experiment.penalty.slope else "."
    mean = mean_gradient(chain, link, "W", ("index",), total)
    if chain.mean:
        return Telling(words, rule(chain, link), (mean,))
    found = terms(lambda t: chain.grad(link + 1, t), lambda t: signed(place.replace(var("t"), var(t))), total)
    result = Cell(by(chain, link, "W", ("index",), r"\ell"), slot(f"trace.example.grads.{link}.W.{var('index')}"))
    nothing = Cell("0", "0", "=", "none", "this word does not stand here")
    return Telling(words, rule(chain, link), (Line((result, *_after_equals(found), nothing), sum=total), mean))
