"""What is told while the gradient flows backward: through a link, at the output, and into the weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.formulas.cells import BATCH, Cell, Line, Sum, Telling, mean_line, terms
from app.formulas.chain import Chain, index, var
from app.formulas.classes import classed, named
from app.formulas.ending import output_words
from app.formulas.forward import has_slope
from app.formulas.hyper import hyper
from app.formulas.mathml import signed, slot, substitute
from app.formulas.routes import flatten_back, pooling_back
from app.formulas.spatial import convolution_back, dropout_back, is_windowed
from core.layers import Layer
from core.spec import lowered

Teller = Callable[[Chain, int], Telling]

WHAT_DELTA_IS = "The product is $\\delta$: *the gradient of the loss with respect to $z$, per example*."


def backward(chain: Chain, link: int) -> Telling:
    """The telling of the gradient's way back through one link."""
    if link == len(chain.layers) - 1:
        return _at_output(chain, link)
    return _through(chain, link)


def _through(chain: Chain, link: int) -> Telling:
    layer = chain.layers[link]
    if layer.kind in TELLERS:
        return TELLERS[layer.kind](chain, link)
    if has_slope(layer):
        return _elementwise(chain, link)
    if hasattr(layer, "kernel"):
        return convolution_back(chain, link)
    special = pooling_back if is_windowed(layer) else {"dropout": dropout_back, "flatten": flatten_back}.get(layer.kind)
    return (special and special(chain, link)) or _plain(chain, link)


def _elementwise(chain: Chain, link: int) -> Telling:
    """δ = φ′(z) · ∂ℓ/∂a, unit by unit."""
    layer = chain.layers[link]
    slope = rf"\varphi'(z) = {_slope(layer)}"
    left, right = chain.grad_vector(link), chain.grad_vector(link + 1)
    rule = rf"{left} = {right} \odot \varphi'\bigl({chain.vector(link)}\bigr), \qquad {slope}"
    words = (
        f"The chain rule: the gradient that arrives is multiplied by the slope $\\varphi'(z)$ at "
        f"{'each example' if chain.mean else 'this example'}'s $z$. {WHAT_DELTA_IS if chain.is_z(link) else ''}"
    )
    if chain.mean:
        return Telling(words, rf"\varphi'(z) = {_slope(layer)}", (_mean_product(chain, link),))
    return Telling(words, rule, (_product(chain, link), _slope_line(chain, link)))


def _slope(layer: Layer) -> str:
    return str(getattr(layer, "slope_latex", ""))


def _product(chain: Chain, link: int, inner: str = "") -> Line:
    """∂ℓ/∂z = ∂ℓ/∂a · φ′(z), in numbers."""
    slope = inner or rf"\varphi'\bigl({chain.value(link)}\bigr)"
    return Line((
        Cell(chain.grad(link), slot(chain.place(link, "grad_input"))),
        Cell(chain.grad(link + 1), slot(chain.place(link, "grad_output")), "="),
        Cell(slope, signed(f"trace.layers.{link}.slope.{var('row')}.{var('j')}"), r"\cdot"),
    ))  # fmt: skip


def _slope_line(chain: Chain, link: int, label: str = "", left: str = "") -> Line:
    """φ′(z), with its own formula's numbers."""
    layer = chain.layers[link]
    slope = _slope(layer)
    names = {"z": f"{{{chain.value(link)}}}", "a": f"{{{chain.value(link + 1)}}}"}
    numbers = {"z": chain.into(link), "a": signed(chain.place(link, "output"))} | hyper(layer, f"experiment.layers.{link}")
    cells = [
        Cell(left or rf"\varphi'\bigl({chain.value(link)}\bigr)", slot(f"trace.layers.{link}.slope.{var('row')}.{var('j')}"))
    ]
    if slope != "1":
        cells.append(Cell(substitute(slope, names), substitute(slope, numbers), "="))
    return Line(tuple(cells), label)


def _mean_product(chain: Chain, link: int) -> Line:
    """(1/N) Σ of the examples' products: a mean of products is no product of means."""
    slope, grad = (f"trace.layers.{link}.{name}.{var('t')}.{var('j')}" for name in ("slope", "grad_output"))
    return mean_line(
        Cell(chain.grad(link), slot(chain.place(link, "grad_input"))),
        lambda t: rf"{chain.of(t).grad(link + 1)}\,\varphi'\bigl({chain.of(t).value(link)}\bigr)",
        lambda t: rf"{signed(grad.replace(var('t'), var(t)))}\cdot{signed(slope.replace(var('t'), var(t)))}",
        Sum(BATCH, (grad, slope)),
    )


def _dense(chain: Chain, link: int) -> Telling:
    """∂ℓ/∂xₖ = Σⱼ wⱼₖ δⱼ: the same weights, the other way round; linear, so it holds for means."""
    rule = rf"{chain.grad_vector(link)} = {_transposed(chain.matrix(link))}\,{chain.grad_vector(link + 1)}"
    total = Sum(chain.size(link + 1), (chain.param(link, "W", "t", "k"), chain.place(link, "grad_output", "t")))
    found = terms(
        lambda t: rf"{chain.weight(link, t, 'k')}\,{chain.grad(link + 1, t)}",
        lambda t: rf"{signed(chain.param(link, 'W', t, 'k'))}\cdot{signed(chain.place(link, 'grad_output', t))}",
        total,
    )
    found = classed(chain, link + 1, found)
    cells = (
        Cell(chain.grad(link, "k"), slot(chain.place(link, "grad_input", "k"))),
        replace(found[0], op="="),
        *found[1:],
    )
    words = (
        "Each number that went in collects the $\\delta$ of every unit it fed, times the weight between them: "
        "the same weights, the other way round."
    )
    if link == 0:
        words = (
            "One link further back lie the inputs. Their gradient tells how the loss would change if the data did; "
            "nothing is trained there."
        )
    return Telling(words, rule, (Line(cells, sum=total),))


def _transposed(matrix: str) -> str:
    name, _, upper = matrix.partition("^")
    return rf"{name}^{{{upper.strip('{}')}\,\mathsf T}}" if upper else rf"{name}^{{\mathsf T}}"


def _softmax(chain: Chain, link: int) -> Telling:
    """δₘ = Σⱼ ∂aⱼ/∂zₘ · ∂ℓ/∂aⱼ: every output depends on every z."""
    layer = chain.layers[link]
    words = f"The chain rule through Softmax: each $z$ moves every output, so $\\delta$ sums over all of them. {WHAT_DELTA_IS}"
    if chain.mean:
        return Telling(words, layer.derivative, (_batch_mean(chain, link),))
    return Telling(words, layer.derivative, (_jacobian_line(chain, link),))


def _jacobian_line(chain: Chain, link: int, label: str = "") -> Line:
    """Σⱼ Jⱼₘ ∂ℓ/∂aⱼ, in numbers."""
    jacobian, grad = f"trace.layers.{link}.jacobian.{var('row')}.{var('T')}.{var('j')}", chain.place(link, "grad_output", "T")
    total = Sum(chain.size(link), (jacobian.replace("{T}", "{t}"), grad.replace("{T}", "{t}")))
    found = terms(
        lambda t: rf"\frac{{\partial {chain.value(link + 1, t)}}}{{\partial {chain.value(link)}}}\;{chain.grad(link + 1, t)}",
        lambda t: rf"{signed(jacobian.replace('{T}', var(t)))}\cdot{signed(grad.replace('{T}', var(t)))}",
        total,
    )
    products = [replace(cell, op=cell.op or "=") for cell in classed(chain, link + 1, found)]
    return Line((Cell(chain.grad(link), slot(chain.place(link, "grad_input"))), *products), label, total)


def _plain(chain: Chain, link: int) -> Telling:
    """A link without a telling of its own: what arrives and what goes on."""
    layer = chain.layers[link]
    own = layer.derivative if layer.activation else chain.rule(link, layer.handed_back or layer.derivative)
    rule = own or rf"{chain.grad_vector(link)} = J^{{\mathsf T}}\,{chain.grad_vector(link + 1)}"
    words = f"Back through {lowered(layer.title)}: the gradient goes to the inputs that made the outputs."
    if layer.indices:
        words = "Here the way back ends: the inputs are word numbers, and a number that only names a word has no gradient but 0."
    if chain.mean:
        return Telling(words, rule, (_batch_mean(chain, link),))
    return Telling(words, rule, (Line((Cell(chain.grad(link, "k"), slot(chain.place(link, "grad_input", "k"))),)),))


def _batch_mean(chain: Chain, link: int, at: str = "k") -> Line:
    """The mean of what the examples hand back to one input."""
    place = f"trace.layers.{link}.grad_input.{var('t')}.{var(at)}"
    return mean_line(
        Cell(chain.grad(link, at), slot(chain.place(link, "grad_input", at))), lambda t: chain.of(t).grad(link, at),
        lambda t: signed(place.replace(var("t"), var(t))), Sum(BATCH, (place,)),
    )  # fmt: skip


def _at_output(chain: Chain, link: int) -> Telling:
    """δ at the output: the loss's slope, times the activation's, and whether the two cancel to ŷ − y."""
    layer, head = chain.layers[link], chain.experiment.network.head
    if chain.mean:
        return _at_output_mean(chain, link)
    lines = [_loss_slope(chain, link)]
    if layer.kind == "softmax":
        lines.append(_jacobian_line(chain, link, "times the softmax's Jacobian:"))
    elif has_slope(layer):
        inner = rf"\frac{{\partial {chain.value(link + 1)}}}{{\partial {chain.value(link)}}}"
        lines += [_slope_line(chain, link, f"slope of {lowered(layer.title)}:", inner), _product(chain, link, inner)]
    else:
        through = _through(chain, link)
        begun = named(
            chain, Telling("The backward pass starts from the slope of the loss. " + through.words, through.rule, (lines[0],))
        )
        return replace(begun, lines=(*begun.lines, *through.lines))
    if head:
        last = lines.pop()
        lines.append(Line((*last.cells, *_cancelled(chain, link, head.factor)), last.label or "their product:", last.sum))
    return named(chain, Telling(output_words(chain, link), "", tuple(lines)))


def _cancelled(chain: Chain, link: int, factor: float) -> tuple[Cell, ...]:
    """= ŷ − y."""
    front = "" if factor == 1 else rf"{factor:g}\,"
    opening, closing = (r"\bigl(", r"\bigr)") if front else ("", "")
    target = f"y_{{{index('j')}}}" if chain.size(link + 1) > 1 else "y"
    y = f"trace.batch.y.{var('row')}.{var('j')}"
    predicted = signed(chain.place(link, "output"), y)
    return (
        Cell(
            rf"{front}{opening}{chain.value(link + 1)} - {target}{closing}",
            rf"{front}{opening}{predicted} - {signed(y)}{closing}",
            "=",
            note="what is left after cancelling",
        ),
    )


def _loss_slope(chain: Chain, link: int) -> Line:
    """∂ℓ/∂ŷ, with the loss's own formula's numbers."""
    kind, one = chain.experiment.loss, chain.size(link + 1) == 1
    at = "" if one else f"_{{{index('j')}}}"
    target = f"trace.batch.y.{var('row')}.{var('j')}"
    y, predicted = signed(target), signed(chain.place(link, "output"), target)
    symbol = substitute(kind.gradient, {r"\hat y": rf"{{\hat y{at}}}", "y": f"{{y{at}}}"})
    number = substitute(kind.gradient, {r"\hat y": predicted, "y": y} | hyper(kind, "experiment.loss"))
    return Line(
        (Cell(chain.grad(link + 1), slot(chain.place(link, "grad_output"))), Cell(symbol, number, "=")), "slope of the loss:"
    )


def _output_rule(chain: Chain, link: int) -> str:
    head = chain.experiment.network.head
    middle = rf"\frac{{\partial \ell}}{{\partial {chain.vector(link + 1)}}} \odot \varphi'\bigl({chain.vector(link)}\bigr)"
    if chain.layers[link].kind == "softmax":
        middle = rf"J^{{\mathsf T}}\,\frac{{\partial \ell}}{{\partial {chain.vector(link + 1)}}}"
    end = "" if head is None else rf" = {'' if head.factor == 1 else f'{head.factor:g}'}\,({chain.vector(link + 1)} - \mathbf y)"
    return rf"{chain.grad_vector(link)} = {middle}{end}"


def _at_output_mean(chain: Chain, link: int) -> Telling:
    layer = chain.layers[link]
    if not layer.activation:
        through = _through(chain, link)
        return Telling("The backward pass starts from the slope of the loss. " + through.words, through.rule, through.lines)
    line = (
        _mean_product(chain, link)
        if has_slope(layer) and chain.experiment.network.head is None
        else _batch_mean(chain, link, "j")
    )
    return named(chain, Telling(output_words(chain, link), _output_rule(chain, link), (line,)))


TELLERS: dict[str, Teller] = {"dense": _dense, "softmax": _softmax}
