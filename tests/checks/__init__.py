"""The checks that every member of a catalogue has to pass, as plain functions: tests walk them, and so does tests/mutation.py.

Each holds a member against witnesses that share no code with it.  A failure prints both sides and what to reproduce it with.
"""

from collections.abc import Callable
from typing import Any

from tests import cases
from tests.checks.agreement import AUTOGRAD, CENTRAL, EXACT, close, gradients_agree
from tests.checks.kinks import check_kink
from tests.checks.layers import check_layer
from tests.checks.members import check_head, check_initializer, check_loss, check_penalty
from tests.checks.networks import check_gradient, check_network
from tests.checks.optimizers import check_least_squares, check_optimizer


def check_member(catalogue: str, kind: str) -> None:
    """All checks of one member, at one seed: what tests/mutation.py runs against a planted mistake."""
    if catalogue == "head":
        return check_head((kind.partition("+")[0], kind.partition("+")[2]))
    rows: dict[str, tuple[list[Any], Callable[[Any], None]]] = {
        "layers": (cases.LAYERS, check_layer), "loss": (cases.LOSSES, check_loss), "penalty": (cases.PENALTIES, check_penalty),
        "optimizer": (cases.OPTIMIZERS, check_optimizer), "init": (cases.INITIALIZERS, check_initializer),
        "gradient": (cases.GRADIENTS, check_gradient),
    }  # fmt: skip
    table, check = rows[catalogue]
    for case in table:
        if case.kind == kind:
            check(case)
    for kink in cases.KINKS:
        if (kink.catalogue, kink.kind) == (catalogue, kind):
            check_kink(kink)
    return None


__all__ = [
    "AUTOGRAD", "CENTRAL", "EXACT", "check_gradient", "check_head", "check_initializer", "check_kink", "check_layer",
    "check_least_squares", "check_loss", "check_member", "check_network", "check_optimizer", "check_penalty", "close",
    "gradients_agree",
]  # fmt: skip
