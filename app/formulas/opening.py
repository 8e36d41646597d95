"""The whole step at a glance, before it is told: what each phase will come to, down to one weight's new value."""

from __future__ import annotations

from typing import Any

from app.formulas.batch import by_method
from app.formulas.cells import Cell, Line
from app.formulas.chain import Chain, index, var
from app.formulas.classes import class_note
from app.formulas.mathml import sentence, slot
from app.formulas.update import CHOSEN, NO_WEIGHTS

WITHOUT = (("gradient", f"{NO_WEIGHTS}: there is no gradient by one.", Line(())), ("update", f"{NO_WEIGHTS} to move.", Line(())))


def opening(chain: Chain) -> list[dict[str, Any]]:
    """`[{phase, sentence, line}]`, one a phase; the places are those that the phase's own tellings use."""
    whose = "the batch" if chain.mean else "this example"
    found = (
        ("forward", f"What is predicted for {whose}?", _prediction(chain)),
        ("loss", f"How wrong is that, {'summed over the outputs' if _summed(chain) else 'in one number'}?", _loss(chain)),
        ("backward", "How does $\\ell$ change with each $z$?", _delta(chain)),
        *(_of_weights(chain) if chain.experiment.network.size else WITHOUT),
    )
    return [{"phase": phase, "sentence": sentence(words), "line": line.document()} for phase, words, line in found]


def _of_weights(chain: Chain) -> tuple[tuple[str, str, Line], ...]:
    """What is found for one weight, and done with it."""
    method = by_method(chain)
    mean = "The batch's mean and the penalty" if chain.experiment.penalty.slope else "The mean of the batch"
    return (
        ("gradient", f"And with $w$? {f'The gradient {method}' if method else mean}:", _gradient(method)),
        ("update", f"{chain.experiment.optimizer.title} moves $w$:", _update()),
    )


def _prediction(chain: Chain) -> Line:
    """ŷ, and the example's target."""
    last = len(chain.layers)
    cells = [Cell(chain.value(last), chain.out(last - 1), note=class_note(chain, "j"))]
    if not chain.mean:
        target = f"y_{{{index('j')}}}" if chain.size(last) > 1 else "y"
        cells.append(Cell(target, slot(f"trace.batch.y.{var('row')}.{var('j')}"), r"\;", note="target"))
    return Line(tuple(cells))


def _loss(chain: Chain) -> Line:
    """ℓ of the example, L of the batch."""
    if chain.mean:
        return Line((Cell("L", slot("trace.loss.value")),))
    return Line((Cell(r"\ell", slot(f"trace.loss.per_example.{var('row')}"), note=_summed(chain)),))


def _summed(chain: Chain) -> str:
    """Over how many outputs ℓ is summed; "" where one class's ŷ is all of it, as in −ln ŷ, and for L, the batch's mean."""
    count = chain.size(len(chain.layers))
    own = chain.experiment.loss.kind == "cross_entropy" and class_note(chain, "j")
    return "" if chain.mean or count == 1 or own else f"over {count} outputs"


def _delta(chain: Chain) -> Line:
    """δ at the output; a network that ends without an activation has it where the loss meets it."""
    last = len(chain.layers) - 1
    note = class_note(chain, "j")
    if chain.layers[last].activation:
        return Line((Cell(chain.grad(last), slot(chain.place(last, "grad_input")), note=note),))
    return Line((Cell(chain.grad(last + 1), slot(chain.place(last, "grad_output")), note=note),))


def _gradient(method: str) -> Line:
    """∂L/∂w of the batch, which is what the optimizer is given, in either mode; g where another method found it."""
    gradient = f"trace.layers.{var('layer')}.grads.{var('name')}.{var('index')}"
    return Line((Cell("g" if method else r"\frac{\partial L}{\partial w}", slot(gradient)),))


def _update() -> Line:
    """From the weight before to the weight after."""
    return Line((
        Cell(r"w_{\text{old}}", slot(f"trace.before.{CHOSEN}", f"trace.after.{CHOSEN}")),
        Cell(r"w_{\text{new}}", slot(f"trace.after.{CHOSEN}", f"trace.before.{CHOSEN}"), r"\rightarrow"),
    ))  # fmt: skip
