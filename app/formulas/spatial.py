"""What is told of links that are no plain product: convolution, pooling, dropout, flatten.

A sum over windows names its terms by how it goes through them; the page finds which numbers meet (static/js/telling/windows.js).
"""

from __future__ import annotations

from typing import Any

from app.formulas.batch import by, mean_gradient, rule
from app.formulas.cells import Cell, Line, Sum, Telling, terms
from app.formulas.chain import Chain, var
from app.formulas.mathml import signed, slot
from core.layers import Layer


def window(chain: Chain, link: int, way: str) -> dict[str, Any]:
    """How a sum goes through a link's windows.

    "forward" over an output's window, "backward" over the windows that hold an input, "weight" over those in which a kernel
    element is used, "bias" over all of a map; of a pooling "held" over the windows that hold an input, "won" over those that it
    won.
    """
    layer, shapes = chain.layers[link], chain.experiment.network.shapes
    found = layer.windows  # type: ignore[attr-defined]
    own = not hasattr(layer, "kernel")  # a pooling keeps to its channel
    return {
        "way": way, "link": link, "size": found.size, "stride": found.stride, "padding": found.padding, "own_channel": own,
        "in_shape": list(shapes[link]), "out_shape": list(shapes[link + 1]),
    }  # fmt: skip


def is_windowed(layer: Layer) -> bool:
    """Does it look at windows of a signal or an image?"""
    return hasattr(layer, "windows")


def convolution(chain: Chain, link: int) -> Telling:
    """z_f(o) = Σ w x over the window, + b_f: linear, so it holds for the batch's means too."""
    weight, value = f"trace.before.{link}.W.{var('f')}.{var('t')}", chain.place(link, "input", "x")
    total = Sum(0, (weight, value), window=window(chain, link, "forward"))
    found = terms(
        lambda t: rf"{chain.weight(link, 'f', t)}\,{chain.value(link, _met(t))}",
        lambda t: rf"{signed(weight.replace(var('t'), var(t)))}\cdot{signed(value.replace(var('x'), var(_met(t))))}",
        total,
    )  # fmt: skip
    bias = Cell(chain.weight(link, "f", name="b"), signed(f"trace.before.{link}.b.{var('f')}"), "+")
    first = Cell(found[0].symbol, found[0].number, "=", found[0].term)
    line = Line((Cell(chain.value(link + 1), chain.out(link)), first, *found[1:], bias), sum=total)
    words = (
        "A small kernel of weights is laid on the input at every place, and each time its products are added up: "
        "the *same* weights everywhere."
    )
    if chain.layers[link].windows.padding:  # type: ignore[attr-defined]
        words += " Where it hangs over the edge it meets zeros."
    return Telling(words, chain.layers[link].latex, (line,))


def _met(term: str) -> str:
    """The name of the input that a term's weight meets: x0 for t0."""
    return term.replace("t", "x")


def convolution_back(chain: Chain, link: int) -> Telling:
    """∂ℓ/∂x = Σ w δ over the windows that hold this input."""
    weight, delta = f"trace.before.{link}.W.{var('x')}", chain.place(link, "grad_output", "t")
    total = Sum(0, (weight, delta), window=window(chain, link, "backward"))
    found = terms(
        lambda t: rf"{chain.weight(link, _met(t))}\,{chain.grad(link + 1, t)}",
        lambda t: rf"{signed(weight.replace(var('x'), var(_met(t))))}\cdot{signed(delta.replace(var('t'), var(t)))}",
        total,
    )  # fmt: skip
    first = Cell(found[0].symbol, found[0].number, "=", found[0].term)
    line = Line((Cell(chain.grad(link, "k"), slot(chain.place(link, "grad_input", "k"))), first, *found[1:]), sum=total)
    words = "Each input collects the $\\delta$ of every window that it was part of, times the kernel's weight that met it there."
    upper = rf"{chain.grad_vector(link)} = \text{{every window's }}W^{{\mathsf T}}\text{{ times its }}\delta\text{{, added up}}"
    return Telling(words, upper, (line,))


def convolution_gradient(chain: Chain, link: int) -> Telling:
    """∂ℓ/∂w = Σ δ x over all windows, ∂ℓ/∂b = Σ δ: each is used once in every window."""
    words = "A kernel's weight is used in every window: its gradient sums $\\delta$ of each window times the number it met there."
    own = Chain(chain.experiment)
    delta, value = own.place(link, "grad_output", "t"), own.place(link, "input", "x")
    weight = Sum(0, (delta, value), window=window(chain, link, "weight"))
    bias = Sum(0, (delta,), window=window(chain, link, "bias"))
    lines = [mean_gradient(chain, link, name, ("index",), total) for name, total in (("W", weight), ("b", bias))]
    if chain.mean:
        return Telling(words, rule(chain, link), tuple(lines))
    products = terms(
        lambda t: rf"{chain.grad(link + 1, t)}\,{chain.value(link, _met(t))}",
        lambda t: rf"{signed(delta.replace(var('t'), var(t)))}\cdot{signed(value.replace(var('x'), var(_met(t))))}",
        weight,
    )  # fmt: skip
    deltas = terms(lambda t: chain.grad(link + 1, t), lambda t: signed(delta.replace(var("t"), var(t))), bias)
    sums = (_own(chain, link, "W", products, weight), _own(chain, link, "b", deltas, bias))
    return Telling(words, "", tuple(line for pair in zip(sums, lines, strict=True) for line in pair))


def _own(chain: Chain, link: int, name: str, found: list[Cell], total: Sum) -> Line:
    """The shown example's ∂ℓ/∂w, for the chosen number of this array."""
    result = Cell(by(chain, link, name, ("index",), r"\ell"), slot(f"trace.example.grads.{link}.{name}.{var('index')}"))
    first = Cell(found[0].symbol, found[0].number, "=", found[0].term)
    return Line((result, first, *found[1:]), sum=total, of=name)


def pooling(chain: Chain, link: int) -> Telling | None:
    """y = max, min or mean over the window."""
    if chain.mean:
        return None
    layer = chain.layers[link]
    name = layer.kind.split("_")[0]
    value = chain.place(link, "input", "x")
    total = Sum(0, (value,), window=window(chain, link, "forward"))
    number = signed if name == "mean" else slot  # between commas no sign stands before another
    found = terms(
        lambda t: chain.value(link, _met(t)), lambda t: number(value.replace(var("x"), var(_met(t)))), total,
        "+" if name == "mean" else ",", rest=name == "mean",
    )  # fmt: skip
    cells = layer.windows.cells  # type: ignore[attr-defined]
    front = rf"= \frac{{1}}{{{cells}}}\Bigl(" if name == "mean" else rf"= \{name}\Bigl("
    result = Cell(chain.value(link + 1), chain.out(link))
    line = Line((result, Cell("", op=front), *found, Cell("", op=r"\Bigr)")), sum=total)
    return Telling(layer.help, chain.rule(link, layer.latex), (line,))


def dropout(chain: Chain, link: int) -> Telling | None:
    """y = m x / (1 − p)."""
    if chain.mean:
        return None
    mask, fraction = f"trace.layers.{link}.mask.{var('row')}.{var('j')}", slot(f"experiment.layers.{link}.drop")
    symbol = rf"\frac{{m\,{chain.value(link)}}}{{1 - p}}"
    number = rf"\frac{{{slot(mask)}\cdot{chain.into(link)}}}{{1 - {fraction}}}"
    line = Line((Cell(chain.value(link + 1), chain.out(link)), Cell(symbol, number, "=")))
    return Telling(chain.layers[link].help, chain.rule(link, chain.layers[link].latex), (line,))


def dropout_back(chain: Chain, link: int) -> Telling | None:
    """∂ℓ/∂x = m / (1 − p) · ∂ℓ/∂y: what was cut gets no gradient."""
    if chain.mean:
        return None
    mask, fraction = f"trace.layers.{link}.mask.{var('row')}.{var('k')}", slot(f"experiment.layers.{link}.drop")
    line = Line((
        Cell(chain.grad(link, "k"), slot(chain.place(link, "grad_input", "k"))),
        Cell(r"\frac{m}{1 - p}", rf"\frac{{{slot(mask)}}}{{1 - {fraction}}}", "="),
        Cell(chain.grad(link + 1, "k"), signed(chain.place(link, "grad_output", "k")), r"\cdot"),
    ))  # fmt: skip
    words = "Back through the same mask: what was removed on the way forward gets no gradient, what stayed gets it scaled alike."
    return Telling(words, chain.rule(link, chain.layers[link].derivative), (line,))
