"""Why this number is what it is: a derivation, as data, of any parameter, neuron or δ of a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.address import Address
from core.derive import latex
from core.derive.gates import gates, head, meetings
from core.derive.paths import Start, paths
from core.derive.snippet import snippet
from core.derive.terms import Factor, Factors, Term, forward_terms, node_terms, parameter_terms, total
from core.derive.told import Told
from core.derive.update import damped_system, update
from core.experiment import Experiment
from core.spec import SpecError
from core.training import State

NODES = {"input": "value", "output": "value", "grad_input": "grad", "grad_output": "grad"}
MOST_WIRES = 1_500_000  # of one link; beyond it a derivation would take seconds
LISTED = 8  # paths that are listed unless more are asked for
MOST_LISTED = 64
MOST_SPELT = 400  # products of the other examples that are spelt out


def derive(experiment: Experiment, state: State, address: str | Address, example: int = 0, listed: int = LISTED) -> dict[str, Any]:
    """The derivation of one number of the step that `state` is about to take, for one example (a row of its batch) and for the batch.

    Raises SpecError at "address" where there is no such number, at "layers" where the network is too large.
    """
    address = address if isinstance(address, Address) else Address.parse(address)
    check(experiment, address)
    _check_size(experiment)
    told = Told.of(experiment, state, example)
    with np.errstate(all="ignore"):  # what overflows leaves as null, with "diverged"
        found = _parameter(told, address, listed) if address.name not in NODES else _node(told, address, listed)
    return {
        "address": str(address), "step": told.trace.step, "example": told.row, "index": int(told.trace.batch.indices[told.row]),
        "count": told.count, "kind": experiment.layers[address.layer].kind,
    } | found | {"python": snippet(told, address)}  # fmt: skip


def check(experiment: Experiment, address: Address) -> None:
    """Raises SpecError where the experiment has no such number."""
    network = experiment.network
    if address.layer >= len(network.layers):
        raise SpecError("address", f"expected a layer from 0 to {len(network.layers) - 1}, got {address.layer}")
    names = dict(network.param_shapes[address.layer])
    names |= {n: network.shapes[address.layer + (n in ("output", "grad_output"))] for n in NODES}
    if address.name not in names:
        raise SpecError("address", f"expected one of {', '.join(names)}, got {address.name}")
    shape = names[address.name]
    if len(address.index) != len(shape) or any(i >= n for i, n in zip(address.index, shape, strict=False)):
        shown = " × ".join(map(str, shape))
        raise SpecError("address", f"expected indices within {shown}, got {','.join(map(str, address.index))}", "indices count from 0")


def _check_size(experiment: Experiment) -> None:
    network = experiment.network
    for i, params in enumerate(network.param_shapes):
        most = max((int(np.prod(s[1:])) for s in params.values()), default=1) * int(np.prod(network.shapes[i + 1]))
        if most > MOST_WIRES:
            raise SpecError("layers", f"expected at most {MOST_WIRES:,} connections in a layer for a derivation, got {most:,}",
                            "use fewer filters or units")  # fmt: skip


def _parameter(told: Told, address: Address, listed: int) -> dict[str, Any]:
    """The derivation of a parameter's gradient and of its update."""
    factors, i, name, index = Factors(told), address.layer, address.name, address.index
    uses = told.uses(i, name, index)
    terms = parameter_terms(factors, i, uses)
    expansion = [_opened(factors, i + 1, int(out), term) for out, term in zip(uses.out, terms, strict=True)]
    starts = [Start(int(out), float(a), t.factors[1] if len(t.factors) > 1 else None) for out, a, t in zip(uses.out, uses.amount, terms, strict=True)]
    examples = _examples(told, address)
    gradient = float(told.trace.layers[i].grads[name][index])
    before = told.trace.before[i][name]
    penalty = float(told.experiment.penalty.gradient_of(name, before)[index])
    this = factors.param(i, name, index)
    formulas = _formulas(rf"\frac{{\partial \ell}}{{\partial {this.symbol}}}", terms, [t for _, t in expansion])
    formulas |= {"batch": _batch_latex(this.symbol, examples, penalty, gradient)}
    return {
        "quantity": "gradient", "symbol": rf"\frac{{\partial L}}{{\partial {this.symbol}}}", "gradient": gradient,
        "path": f"trace.layers.{i}.grads.{name}." + ".".join(map(str, index)), "method": told.experiment.gradient.kind,
        "value": total(terms), "examples": examples, "penalty": penalty, "parameter": this.document(),
        "terms": [t.document() for t in terms], "expansion": _documents(expansion),
        "paths": paths(factors, i + 1, starts, min(listed, MOST_LISTED), str(address)).document(),
        "gates": gates(factors, i + 1, [s.node for s in starts]), "meetings": meetings(told, address, uses), "head": head(factors),
        "update": update(told, address), "equations": list(told.experiment.optimizer.equations),
        "system": damped_system(told, address), "latex": formulas,
    }  # fmt: skip


def _examples(told: Told, address: Address) -> list[dict[str, Any]]:
    """What every example of the batch contributes: their mean is the gradient of the data.  Spelt out as terms while they are few."""
    i, name, index = address.layer, address.name, address.index
    delta, found = told.trace.layers[i].grad_output.reshape(told.count, -1), []
    for row, number in enumerate(told.trace.batch.indices.tolist()):
        uses = told.uses(i, name, index, row)
        entry: dict[str, Any] = {"index": number, "row": row, "value": float(delta[row, uses.out] @ uses.amount)}
        if len(uses.out) * told.count <= MOST_SPELT:
            entry["terms"] = [t.document() for t in parameter_terms(Factors(replace(told, row=row)), i, uses)]
        found.append(entry)
    return found


def _node(told: Told, address: Address, listed: int) -> dict[str, Any]:
    """The derivation of a δ or of a neuron: what it is made of, and how the loss hangs on it."""
    factors = Factors(told)
    boundary = address.layer + (address.name in ("output", "grad_output"))
    node = int(np.ravel_multi_index(address.index, told.shape(boundary)))
    inside = boundary <= told.end
    grad, value = factors.grad(boundary, node), factors.value(boundary, node)
    onward = node_terms(factors, boundary, node) if inside else [Term((grad,))]
    expansion = _next(factors, onward) if inside else []
    back = NODES[address.name] == "grad"
    terms = onward if back else forward_terms(factors, boundary, node)
    this = grad if back else value
    link = told.trace.layers[boundary - 1] if boundary else told.trace.layers[0]
    whole = (link.grad_output if boundary else link.grad_input) if back else (link.output if boundary else link.input)
    each = whole.reshape(told.count, -1)[:, node]
    found = paths(factors, boundary, [Start(node, 1.0, None)], min(listed, MOST_LISTED)).document() if inside else None
    rows = zip(told.trace.batch.indices.tolist(), each.tolist(), strict=True)
    return {
        "quantity": NODES[address.name], "symbol": this.symbol, "gradient": float(each.mean()), "value": this.value, "path": this.path,
        "examples": [{"index": number, "row": row, "value": v} for row, (number, v) in enumerate(rows)], "penalty": 0.0,
        "parameter": None, "grad": grad.document(), "output": value.document(), "rule": _rule(told, boundary, back),
        "terms": [t.document() for t in terms], "onward": [t.document() for t in onward], "expansion": _documents(expansion),
        "paths": found, "gates": gates(factors, boundary, [node]) if inside else [], "meetings": None, "head": head(factors),
        "update": [], "equations": [], "system": None, "latex": _formulas(this.symbol, terms, [t for _, t in expansion]),
    }  # fmt: skip


def _rule(told: Told, boundary: int, back: bool) -> str:
    """The general rule, LaTeX, of which this number is a case."""
    network = told.network
    if back and boundary >= told.end:
        return r"\delta = \hat y - y" if boundary == told.end and network.head else network.loss.gradient
    if back:
        return network.layers[boundary].derivative
    return network.layers[boundary - 1].latex if boundary else r"x"


Opened = tuple[Factor, Term]


def _opened(factors: Factors, boundary: int, node: int, term: Term) -> tuple[Term, list[Term]]:
    """One term δ · x with its δ opened: Σ (slopes · δ′) · x."""
    if boundary > factors.told.end:
        return term, [term]
    return term, [Term((*t.factors, *term.factors[1:]), t.sign) for t in node_terms(factors, boundary, node)]


def _next(factors: Factors, terms: Sequence[Term]) -> list[tuple[Term, list[Term]]]:
    """Each term with its last factor, the next δ, opened once more."""
    found = []
    for term in terms:
        boundary, node = _where(factors.told, term.factors[-1])
        if boundary is None or boundary > factors.told.end:
            continue
        further = node_terms(factors, boundary, node)
        found.append((term, [Term((*term.factors[:-1], *t.factors), t.sign * term.sign) for t in further]))
    return found


def _where(told: Told, factor: Factor) -> tuple[int | None, int]:
    """The boundary and node of a factor that is a δ."""
    if not factor.address or "/grad_output/" not in factor.address:
        return None, 0
    address = Address.parse(factor.address)
    return address.layer + 1, int(np.ravel_multi_index(address.index, told.shape(address.layer + 1)))


def _documents(expansion: Sequence[tuple[Term, list[Term]]]) -> list[dict[str, Any]]:
    return [{"of": term.factors[0].address, "value": term.value, "terms": [t.document() for t in terms]} for term, terms in expansion]


def _formulas(left: str, terms: Sequence[Term], expansion: Sequence[Sequence[Term]]) -> dict[str, str]:
    """The same sum three times: in symbols, in numbers, one link further."""
    flat = [t for terms_of in expansion for t in terms_of]
    found = {"symbols": f"{left} = {latex.symbol_sum(terms)}", "numbers": f"{latex.number_sum(terms)} = {latex.number(total(terms))}"}
    if flat:
        found |= {"expanded": f"{left} = {latex.symbol_sum(flat)}", "expanded_numbers": f"{latex.number_sum(flat)} = {latex.number(total(flat))}"}
    return found


def _batch_latex(symbol: str, examples: Sequence[dict[str, Any]], penalty: float, gradient: float) -> str:
    """∂L/∂w = (1/N)(… + …) + penalty = gradient, in numbers."""
    shown = [latex.signed(e["value"]) for e in examples[: latex.SHOWN]]
    more = rf" + \cdots \;(\text{{{len(examples) - len(shown)} more}})" if len(examples) > len(shown) else ""
    mean = rf"\frac{{1}}{{{len(examples)}}}\left({' + '.join(shown)}{more}\right)"
    pull = f" + {latex.signed(penalty)}" if penalty else ""
    return rf"\frac{{\partial L}}{{\partial {symbol}}} = {mean}{pull} = {latex.number(gradient)}"
