"""What is told of the weights: the gradient of each, and what the optimizer does with it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from app.formulas.batch import by, by_method, given, mean_gradient, penalty, penalty_part, swept
from app.formulas.cells import BATCH, Cell, Line, Sum, Telling, mean_line
from app.formulas.chain import Chain, var
from app.formulas.classes import at_outputs, named
from app.formulas.hyper import hyper
from app.formulas.mathml import signed, slot, substitute
from app.formulas.routes import embedding_gradient
from app.formulas.spatial import convolution_gradient

CHOSEN = f"{var('layer')}.{var('name')}.{var('index')}"  # the chosen parameter's place within params-shaped arrays
PAIR = ("j", "k")  # the indices of a weight of a dense link
NO_WEIGHTS = "This network has no weights"
FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
REMEMBERED = {
    "velocity": "v",
    "m": "m",
    "v": "v",
    "m_hat": r"\hat m",
    "v_hat": r"\hat v",
    "square": "s",
    "mean_square": "v",
    "sum": "s",
}


def gradient(chain: Chain, link: int) -> Telling:
    """∂ℓ/∂w = δ at its end times the activation at its start; over the batch the mean of those, and the penalty's part."""
    told = _gradient(chain, link)
    if not at_outputs(chain, link + 1):
        return told
    # In the batch's mode a weight's line and a bias's take turns; an example's weight is named once, above all that follows.
    first = told.lines if chain.mean else told.lines[:1]
    return replace(told, lines=(*named(chain, replace(told, lines=first)).lines, *told.lines[len(first) :]))


def _gradient(chain: Chain, link: int) -> Telling:
    if hasattr(chain.layers[link], "kernel"):
        return convolution_gradient(chain, link)
    if chain.layers[link].kind != "dense":
        tell = embedding_gradient if chain.layers[link].indices else _plain_gradient
        return tell(chain, link)
    plain = Chain(chain.experiment)
    outer = (
        rf"{plain.grad_vector(link + 1)}\,{plain.vector(link)}^{{\mathsf T}}"
        if "^" not in plain.vector(link)
        else rf"{plain.grad_vector(link + 1)}\,{{{plain.vector(link)}}}^{{\mathsf T}}"
    )
    if chain.mean:
        rule = rf"\frac{{\partial L}}{{\partial {chain.matrix(link)}}} = \frac1N \sum_i {outer}" + penalty(chain)
        return Telling(_words(chain, link), rule, (_mean_weight(chain, link), _mean_bias(chain, link)))
    rule = rf"\frac{{\partial \ell}}{{\partial {chain.matrix(link)}}} = {outer}"
    weights = mean_gradient(chain, link, "W", PAIR, Sum(BATCH, _shares(link)))
    own = (_example_weight(chain, link), _bias(chain, link))
    return Telling(_words(chain, link), rule, (*own, weights, _mean_bias(chain, link)))


def _words(chain: Chain, link: int) -> str:
    start = "the input" if link == 0 else "the activation"
    if chain.mean:
        return (
            f"The batch's gradient is the mean, over its examples, of $\\delta$ at the weight's end times {start} at its start."
        )
    words = f"A weight's gradient is the product of two numbers known by now: $\\delta$ at its end, {start} at its start."
    return words + " A bias is a weight whose input is 1."


def _example_weight(chain: Chain, link: int) -> Line:
    return Line((
        Cell(by(chain, link, "W", PAIR, r"\ell"), slot(f"trace.example.grads.{link}.W.{var('j')}.{var('k')}")),
        Cell(chain.grad(link + 1), slot(chain.place(link, "grad_output")), "="),
        Cell(chain.value(link, "k"), chain.into(link, "k"), r"\cdot"),
    ))  # fmt: skip


def _bias(chain: Chain, link: int) -> Line:
    name = chain.weight(link, "j", name="b")
    return Line((
        Cell(rf"\frac{{\partial \ell}}{{\partial {name}}}", slot(f"trace.example.grads.{link}.b.{var('j')}")),
        Cell(chain.grad(link + 1), slot(chain.place(link, "grad_output")), "="),
        Cell("1", "1", r"\cdot"),
    ))  # fmt: skip


def _shares(link: int) -> tuple[str, str]:
    """Where the two factors of an example's ∂ℓ/∂w stand."""
    return f"trace.layers.{link}.grad_output.{var('t')}.{var('j')}", f"trace.layers.{link}.input.{var('t')}.{var('k')}"


def _mean_weight(chain: Chain, link: int) -> Line:
    delta, value = _shares(link)
    line = mean_line(
        Cell(by(chain, link, "W", PAIR, "L"), slot(f"trace.layers.{link}.{swept(chain)}.W.{var('j')}.{var('k')}")),
        lambda t: rf"{chain.of(t).grad(link + 1)}\,{chain.of(t).value(link, 'k')}",
        lambda t: rf"{signed(delta.replace(var('t'), var(t)))}\cdot{signed(value.replace(var('t'), var(t)))}",
        Sum(BATCH, (delta, value)), after=(*penalty_part(chain, link, PAIR), *given(chain, link, "W", PAIR)),
    )  # fmt: skip
    return replace(line, of="W")


def _mean_bias(chain: Chain, link: int) -> Line:
    return mean_gradient(chain, link, "b", ("j",), Sum(BATCH, _shares(link)[:1]))


def _plain_gradient(chain: Chain, link: int) -> Telling:
    """A link whose weights are shared or looked up: its own rule, and the number of the chosen one."""
    layer = chain.layers[link]
    place = "trace.layers" if chain.mean else "trace.example.grads"
    middle = f".{swept(chain)}" if chain.mean else ""
    of = r"\frac{\partial L}{\partial w}" if chain.mean else r"\frac{\partial \ell}{\partial w}"
    own = Cell(of, slot(f"{place}.{link}{middle}.{var('name')}.{var('index')}"))
    line = Line((own, *(given(chain, link, var("name"), ("index",)) if chain.mean else ())))
    words = f"The gradient of each parameter of the {layer.title} layer sums over every place where the parameter was used."
    return Telling(words, layer.derivative or of, (line,))


def update(chain: Chain) -> Telling:
    """Δw, by the optimizer's own equations, and after = before + Δw."""
    optimizer = chain.experiment.optimizer
    if not chain.experiment.network.size:
        return Telling(f"{NO_WEIGHTS}, so there is nothing to move: a step leaves it as it is.", "", ())
    solved = optimizer.reads == "residuals"
    lines = [_system(), _tries()] if solved else [_equation(chain, latex) for latex in _told(optimizer.equations)]
    lines.append(_sum_line())
    method = by_method(chain)
    done, sign = (f"The gradient is found, {method}", r"\approx") if method else ("Backpropagation is done", "=")
    known = rf"every weight's $g {sign} \partial L/\partial w$ is known"
    words = f"{done}: {known}. What is done with it is up to the optimizer. {optimizer.help}"
    if solved:  # it reads no g: the other methods' is refused, and backpropagation's is what Jᵀr comes to
        jacobian = "$J$ holds their slopes, and $J^{\\mathsf T} r = \\partial L/\\partial w$"
        share = "which bears its $1/\\sqrt N$ of the mean"
        words = f"Backpropagation is done for every residual $r$, {share}, by itself: {jacobian}. {optimizer.help} "
        words += "Where a try raises the loss, $\\lambda$ is multiplied by $\\nu$."
    # Where there are many equations the last of them is the rule.
    rule = r",\qquad ".join(optimizer.equations) or optimizer.latex
    return Telling(words, rule if len(optimizer.equations) < 3 else "", tuple(lines))


def _system() -> Line:
    """(JᵀJ + λI) Δw = −Jᵀr with the λ of the last try: this weight's entries of right side and solution, for −Jᵀr = −∂L/∂w."""
    gradient = f"trace.layers.{var('layer')}.grads.{var('name')}.{var('index')}"
    damping = slot(f"trace.tries.{var('last')}.damping")
    return Line((
        Cell(r"(J^{\mathsf T} J + \lambda I)\, \Delta w", rf"(J^{{\mathsf T}} J + {damping}\, I)\, \Delta w"),
        Cell(r"-J^{\mathsf T} r", rf"-{signed(gradient)}", "=", note="this weight’s row, −∂L/∂w"),
        Cell(r"\Delta w", slot(f"trace.updates.{CHOSEN}"), r"\;\Rightarrow\;",
             note="its entry of the solution; 0 if no try was accepted"),
    ))  # fmt: skip


def _tries() -> Line:
    """The λ that was tried first, how many were rejected, the λ tried last, and the loss before and after it."""
    after = f"trace.tries.{var('last')}.loss"
    return Line((
        Cell(r"\lambda", slot("trace.tries.0.damping"), note="tried first"),
        Cell(r"\lambda", slot(f"trace.tries.{var('last')}.damping"), r"\to", note="tried last"),
        Cell(r"\text{rejected}", slot("derived.story.rejected"), r"\;", note="tries"),
        Cell(r"L(w)", slot("trace.loss.value", after), r"\;"),
        Cell(r"L(w + \Delta w)", slot(after, "trace.loss.value"), r"\to", note="at the last try"),
    ))  # fmt: skip


def _told(equations: tuple[str, ...]) -> list[str]:
    """A corrected mean stands behind the mean that it corrects, and its quotient on one line: so they fit side by side."""
    stems = [re.match(r"\\hat (\w) =", latex) for latex in equations]
    hats = {stem[1]: FRACTION.sub(r"\1 / (\2)", latex) for stem, latex in zip(stems, equations, strict=True) if stem}
    plain = [latex for stem, latex in zip(stems, equations, strict=True) if not stem]
    return [told for latex in plain for told in (latex, hats.get(latex[0]) if "leftarrow" in latex else None) if told]


def _equation(chain: Chain, latex: str) -> Line:
    """One of the optimizer's equations, with the chosen parameter's numbers."""
    left, arrow, right = latex.partition(r"\leftarrow") if r"\leftarrow" in latex else latex.partition("=")
    left, right = left.strip(), right.strip()
    remembered, shown = _memory(chain)
    results = {name: f"trace.slots.{_remembered(slot_name)}" for slot_name, name in remembered.items()}
    results |= {name: f"trace.shown.{_remembered(slot_name)}" for slot_name, name in shown.items()}
    results[r"\Delta w"] = f"trace.updates.{CHOSEN}"
    # On the right of an arrow stands what was remembered before the step; right of an equals sign, what has just been computed.
    source = "memory" if arrow == r"\leftarrow" else "slots"
    numbers = {name: signed(f"trace.{source}.{_remembered(slot_name)}") for slot_name, name in remembered.items()}
    numbers |= {name: signed(place) for name, place in results.items() if name not in numbers}
    gradient_of = f"trace.layers.{var('layer')}.grads.{var('name')}.{var('index')}"
    numbers |= {"g": signed(gradient_of), "w": signed(f"trace.before.{CHOSEN}"),
                "k": slot("trace.k")} | hyper(chain.experiment.optimizer, "experiment.optimizer")  # fmt: skip
    number = slot(results[left]) if left in results else ""
    (_, first), *others = _terms(right)
    rest = (Cell(term, substitute(term, numbers), sign) for sign, term in others)
    return Line((Cell(left, number), Cell(first, substitute(first, numbers), arrow or "="), *rest))


def _terms(right: str) -> list[tuple[str, str]]:
    """A side of an equation, parted at each sign outside all brackets, so that it may wrap there on a phone: [(sign, term)]."""
    depth, begin, sign, found = 0, 0, "", []
    for at, letter in enumerate(right):
        depth += (letter in "{(") - (letter in "})")
        if depth == 0 and right.startswith((" - ", " + "), at):
            found.append((sign, right[begin:at]))
            sign, begin = right[at + 1], at + 3
    return [*found, (sign, right[begin:])]


def _remembered(name: str) -> str:
    """Where one of the optimizer's remembered numbers of the chosen parameter stands."""
    return f"{var('layer')}.{var('name')}.{name}.{var('index')}"


def _memory(chain: Chain) -> tuple[dict[str, str], dict[str, str]]:
    """({slot: symbol}, {shown: symbol}) of what the optimizer remembers, and of what it computes on the way."""
    optimizer = chain.experiment.optimizer
    one = np.ones(1)
    slots = optimizer.slots(one)
    shown = optimizer.change(one, dict(slots), 1, one).shown
    return {name: REMEMBERED.get(name, name) for name in slots}, {name: REMEMBERED.get(name, name) for name in shown}


def _sum_line() -> Line:
    """w_new = w_old + Δw."""
    return Line((
        Cell(r"w_{\text{new}}", slot(f"trace.after.{CHOSEN}", f"trace.before.{CHOSEN}")),
        Cell(r"w_{\text{old}}", slot(f"trace.before.{CHOSEN}", f"trace.after.{CHOSEN}"), "="),
        Cell(r"\Delta w", signed(f"trace.updates.{CHOSEN}"), "+"),
    ))  # fmt: skip


def subjects(chain: Chain) -> dict[str, str]:
    """LaTeX of every parameter array's chosen number, by «link.name»: which weight the update tells of."""
    found = {}
    for link, shapes in enumerate(chain.experiment.network.param_shapes):
        for name, shape in shapes.items():
            at = ("j", "k") if len(shape) == 2 else ("index",)
            found[f"{link}.{name}"] = chain.weight(link, *at, name="w" if name == "W" else name.lower())
    return found
