"""What is told while the numbers flow forward: one telling for a link's kind, one for the loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.formulas.cells import BATCH, SHOWN, Cell, Line, Sum, Telling, mean_line, terms
from app.formulas.chain import Chain, index, var
from app.formulas.classes import at_outputs, classed, named
from app.formulas.hyper import hyper
from app.formulas.mathml import signed, slot, substitute
from app.formulas.routes import embedding, flatten
from app.formulas.spatial import convolution, dropout, is_windowed, pooling
from core.layers import Layer
from core.spec import lowered

Teller = Callable[[Chain, int], Telling]


def forward(chain: Chain, link: int) -> Telling:
    """The telling of one link's way forward; an output's z and ŷ are told with its class's name."""
    told = _forward(chain, link)
    return named(chain, told) if at_outputs(chain, link + 1) else told


def _forward(chain: Chain, link: int) -> Telling:
    layer = chain.layers[link]
    if layer.kind in TELLERS:
        return TELLERS[layer.kind](chain, link)
    special = _spatial(chain, link)
    if special:
        return special
    if chain.mean:
        return _batch_mean(chain, link, f"{_words(chain, link)} {_no_mean(chain, link)}".strip(), _rule(chain, link))
    return (_elementwise if hasattr(layer, "slope_latex") else _plain)(chain, link)


def _spatial(chain: Chain, link: int) -> Telling | None:
    layer = chain.layers[link]
    if is_windowed(layer):
        return convolution(chain, link) if hasattr(layer, "kernel") else pooling(chain, link)
    special = {"dropout": dropout, "flatten": flatten, "embedding": embedding}.get(layer.kind)
    return special(chain, link) if special else None


def _rule(chain: Chain, link: int) -> str:
    """The kind's own equation."""
    layer = chain.layers[link]
    own = layer.latex if layer.activation else chain.rule(link, layer.latex)
    return own or rf"{chain.vector(link + 1)} = f({chain.vector(link)})"


def _words(chain: Chain, link: int) -> str:
    layer, last = chain.layers[link], link == len(chain.layers) - 1
    if not layer.activation:
        return layer.help
    what = "The result is the network's prediction $\\hat y$." if last else "The result $a$ is what the next layer takes in."
    return f"The activation function is applied to each $z$. {layer.title}: {lowered(layer.help)} {what}"


def _no_mean(chain: Chain, link: int) -> str:
    """What a reader who puts the mean z into φ would miss."""
    layer = chain.layers[link]
    if not layer.activation or layer.kind == "identity":
        return ""
    name = lowered(layer.title)
    return f"The *mean of {name}* is not the {name} of the mean $z$: every example goes through it alone."


def _dense(chain: Chain, link: int) -> Telling:
    """zⱼ = Σₖ wⱼₖ xₖ + bⱼ: linear, so it holds for the batch's means as it does for an example."""
    last = link == len(chain.layers) - 1
    total = Sum(chain.size(link), (chain.param(link, "W", "j", "t"), chain.place(link, "input", "t")))
    cells = [
        Cell(chain.value(link + 1), chain.out(link)),
        *terms(
            lambda t: rf"{chain.weight(link, 'j', t)}\,{chain.value(link, t)}",
            lambda t: rf"{signed(chain.param(link, 'W', 'j', t))}\cdot{chain.into(link, t)}",
            total, op="+",
        ),
        Cell(chain.weight(link, "j", name="b"), signed(chain.param(link, "b", "j")), "+"),
    ]  # fmt: skip
    cells[1] = Cell(cells[1].symbol, cells[1].number, "=", cells[1].term)
    plain = Chain(chain.experiment)
    rule = rf"{plain.vector(link + 1)} = {plain.matrix(link)}\,{plain.vector(link)} + {plain.matrix(link, 'b')}"
    where = "the inputs" if link == 0 else "what the layer before gave"
    name = chain.layer_name(link)
    unit = f"Each unit of {name}" if name[-1].isdigit() else f"Each unit of the {name}"
    words = f"{unit} adds up {where}, each times a *weight*, plus a *bias*: the pre-activation $z$."
    if last:
        words += " Here it is the network's prediction $\\hat y$ itself."
    if chain.mean:
        words += " Means $\\langle\\;\\rangle$ go through a sum as single examples do."
    return Telling(words, rule, (Line(tuple(cells), sum=total),))


def _elementwise(chain: Chain, link: int) -> Telling:
    """a = φ(z), with z's number put into φ's own formula."""
    layer = chain.layers[link]
    rule = _with_names(_rule(chain, link), chain, link)
    right = layer.latex.split("=", 1)[1].strip()
    numbers = substitute(right, {"z": chain.into(link)} | hyper(layer, f"experiment.layers.{link}"))
    symbols = substitute(right, {"z": f"{{{chain.value(link)}}}"})
    cells = (Cell(chain.value(link + 1), chain.out(link)), Cell(symbols, numbers, "="))
    return Telling(_words(chain, link), rule, (Line(cells),))


def _with_names(latex: str, chain: Chain, link: int) -> str:
    """A kind's `a = φ(z)` in the names of this place in the chain."""
    plain = Chain(chain.experiment)
    left = plain.vector(link + 1) if chain.size(link + 1) > 1 else plain.value(link + 1)
    inner = plain.vector(link) if chain.size(link) > 1 else plain.value(link)
    if "cases" in latex or not latex.startswith("a ="):
        return latex
    return rf"{left} = \varphi\bigl({inner}\bigr), \qquad \varphi(z) = {latex.split('=', 1)[1].strip()}"


def _softmax(chain: Chain, link: int) -> Telling:
    """aⱼ = e^{zⱼ} / Σₘ e^{zₘ}."""
    layer = chain.layers[link]
    if chain.mean:
        return _batch_mean(chain, link, f"{_words(chain, link)} {_no_mean(chain, link)}", layer.latex)
    shown = min(chain.size(link), 3)
    more = r" + \cdots" if chain.size(link) > shown else ""
    below = " + ".join(rf"e^{{{chain.value(link, f't{n}')}}}" for n in range(shown)) + more
    below_numbers = " + ".join(rf"e^{{{chain.into(link, f't{n}')}}}" for n in range(shown)) + more
    cells = (
        Cell(chain.value(link + 1), chain.out(link)),
        Cell(rf"\frac{{e^{{{chain.value(link)}}}}}{{{below}}}", rf"\frac{{e^{{{chain.into(link)}}}}}{{{below_numbers}}}", "="),
    )
    total = Sum(chain.size(link), (chain.place(link, "output", "t"),))
    return Telling(_words(chain, link), layer.latex, (Line(cells, sum=total),))


def _plain(chain: Chain, link: int) -> Telling:
    """A link without a telling of its own: the numbers of the chosen output."""
    return Telling(_words(chain, link), _rule(chain, link), (Line((Cell(chain.value(link + 1), chain.out(link)),)),))


def _batch_mean(chain: Chain, link: int, words: str, rule: str) -> Telling:
    """The mean of an output that is no linear function of its input: the examples' outputs added up."""
    place = f"trace.layers.{link}.output.{var('t')}.{var('j')}"
    line = mean_line(
        Cell(chain.value(link + 1), chain.out(link)),
        lambda t: chain.of(t).value(link + 1),
        lambda t: signed(place.replace(var("t"), var(t))),
        Sum(BATCH, (place,)),
    )
    return Telling(words, rule, (line,))


def loss(chain: Chain) -> Telling:
    """ℓ(ŷ, y) of the example, or L, the batch's mean, with its penalty."""
    kind, last = chain.experiment.loss, len(chain.layers)
    if chain.mean:
        return _batch_loss(chain)
    right = kind.latex.split("=", 1)[1].strip()
    cells = [Cell(r"\ell", slot(f"trace.loss.per_example.{var('row')}"))]
    front, sign, body = right.partition(r"\sum_k")
    # A long term leaves no room for a second one.
    most = SHOWN if len(body) < 25 else 2
    total = Sum(chain.size(last), (f"trace.loss.terms.{var('row')}.{var('t')}",), most)
    if sign:
        one = chain.size(last) == 1
        at = "" if one else f"_{{{index('T')}}}"
        symbol = substitute(front + body, {r"\hat y_k": rf"\hat y{at}", "y_k": f"y{at}"})
        number = substitute(
            front + body,
            {
                r"\hat y_k": signed(f"trace.layers.{last - 1}.output.{var('row')}.{var('T')}"),
                "y_k": signed(f"trace.batch.y.{var('row')}.{var('T')}"),
            }
            | hyper(kind, "experiment.loss"),
        )
        found = terms(lambda t: symbol.replace("#T", f"#{t}"), lambda t: number.replace("{T}", var(t)), total)
        found = classed(chain, last, _subtracted(found) if front.strip() == "-" else found)
        cells += [replace(found[0], op="="), *found[1:]]
    words = "The loss $\\ell$ says in one number how wrong the prediction $\\hat y$ is, given the target $y$. "
    words += f"{kind.title}: {lowered(kind.help)}"
    return Telling(words, kind.latex, (Line(tuple(cells), sum=total),))


def _subtracted(found: list[Cell]) -> list[Cell]:
    """A sum of terms that begin with a minus sign: −a − b, and not −a + −b; what the others come to has a sign of its own."""
    return [
        replace(cell, symbol=cell.symbol.removeprefix("-"), number=cell.number.removeprefix("-"), op="-")
        if cell.op and cell.term != "rest"
        else cell
        for cell in found
    ]


def _batch_loss(chain: Chain) -> Telling:
    experiment = chain.experiment
    penalty = experiment.penalty
    has_penalty = penalty.kind != "none"
    after = (Cell("P", signed("trace.loss.penalty"), "+", note="penalty"),) if has_penalty else ()
    line = mean_line(
        Cell("L", slot("trace.loss.value")),
        lambda t: chain.of(t).loss, lambda t: signed(f"trace.loss.per_example.{var(t)}"),
        Sum(BATCH, (f"trace.loss.per_example.{var('t')}",)), after=after,
    )  # fmt: skip
    rule = r"L = \frac1N \sum_i \ell^{[i]}" + (rf" + P, \qquad {penalty.latex}" if has_penalty else "")
    words = "The loss $L$ of the batch is the mean of its examples' losses $\\ell^{[i]}$: the number that training makes small."
    if has_penalty:
        words += f" The {penalty.title} penalty is added: {lowered(penalty.help)}"
    return Telling(words, rule, (line,))


TELLERS: dict[str, Teller] = {"dense": _dense, "softmax": _softmax}


def has_slope(layer: Layer) -> bool:
    """Is it applied number by number, with a slope φ′ in the trace?"""
    return hasattr(layer, "slope_latex")
