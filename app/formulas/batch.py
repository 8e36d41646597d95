"""What the optimizer is given: the mean of all examples' own gradients, each a number of the sum, and the penalty's part."""

from __future__ import annotations

from dataclasses import replace

from app.formulas.cells import BATCH, Cell, Line, Sum, mean_line
from app.formulas.chain import Chain, var
from app.formulas.hyper import hyper
from app.formulas.mathml import signed, slot, substitute
from core.derive.rule import gradient_rule
from core.spec import lowered

At = tuple[str, ...]  # the names of the indices that the page chooses


def by(chain: Chain, link: int, name: str, at: At, of: str) -> str:
    """LaTeX of ∂(of)/∂(the chosen number of a parameter)."""
    return rf"\frac{{\partial {of}}}{{\partial {chain.weight(link, *at, name=name.lower())}}}"


def swept(chain: Chain) -> str:
    """Where a trace's link has ∂L/∂w by the sweep back, of which the sums tell: not in `grads` if these are another method's."""
    return "grads" if chain.experiment.gradient.kind == "backprop" else "backprop"


def by_method(chain: Chain) -> str:
    """«by central differences»; empty for backpropagation, whose gradient is what is told."""
    method = chain.experiment.gradient
    return "" if method.kind == "backprop" else f"by {lowered(method.title)}"


def given(chain: Chain, link: int, name: str, at: At) -> tuple[Cell, ...]:
    """≈ g: what the optimizer is given, where another method than backpropagation finds it."""
    place = ".".join((f"trace.layers.{link}.grads.{name}", *map(var, at)))
    return (Cell("g", slot(place), r"\approx", note=by_method(chain)),) if by_method(chain) else ()


def mean_gradient(chain: Chain, link: int, name: str, at: At, total: Sum) -> Line:
    """∂L/∂w = (1/N) Σᵢ ∂ℓᵢ/∂w (+ the penalty's slope), each example's share one number.

    `total` is how one example's share is summed, where it is a sum over windows or places.
    """
    place = ".".join((f"trace.layers.{link}.{swept(chain)}.{name}", *map(var, at)))
    whose = "Over the batch:" if by_method(chain) else "Over the batch, for the optimizer:"
    line = mean_line(
        Cell(by(chain, link, name, at, "L"), slot(place)),
        lambda t: by(chain, link, name, at, chain.of(t).loss),
        lambda t: signed(f"derived.{{line}}.terms.{t[1:]}"),
        replace(total, count=BATCH), "" if chain.mean else whose,
        (*(penalty_part(chain, link, at) if name == "W" else ()), *given(chain, link, name, at)),
    )  # fmt: skip
    return replace(line, of=name)


def rule(chain: Chain, link: int) -> str:
    """LaTeX of ∂L/∂w in general."""
    return gradient_rule(chain.experiment.network, chain.experiment.penalty, link, "W")


def penalty(chain: Chain) -> str:
    """LaTeX of what the penalty adds to ∂L/∂W."""
    slope = chain.experiment.penalty.slope
    return f" + {slope}" if slope else ""


def penalty_part(chain: Chain, link: int, at: At) -> tuple[Cell, ...]:
    """+ the penalty's slope, where there is a penalty."""
    slope = chain.experiment.penalty.slope
    if not slope:
        return ()
    numbers = {"w": signed(chain.param(link, "W", *at))} | hyper(chain.experiment.penalty, "experiment.penalty")
    return (Cell(slope.replace("w", f"{{{chain.weight(link, *at)}}}"), substitute(slope, numbers), "+", note="penalty"),)
