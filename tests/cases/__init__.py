"""The case table: one row or more for every member of every catalogue.  Tests walk it, and compare it with the catalogues.

A row holds the member's fields and all that its checks need to know of it, such as its transcription for an independent witness.
Nothing here is `core`'s.
"""

from typing import Any

from tests.cases.base import Case, Document, Shape
from tests.cases.data import DATA, DataCase
from tests.cases.links import LAYERS, LayerCase
from tests.cases.losses import HEADS, LOSSES, LossCase
from tests.cases.optimizers import OPTIMIZERS, OptimizerCase
from tests.cases.rules import GRADIENTS, INITIALIZERS, KINKS, PENALTIES, InitCase, KinkCase, PenaltyCase

# The rows by the name of their catalogue, and the file and the list in which they stand.
TABLES: dict[str, tuple[list[Any], str]] = {
    "data": (DATA, "data.py, DATA"), "layers": (LAYERS, "links.py, LAYERS"), "loss": (LOSSES, "losses.py, LOSSES"),
    "penalty": (PENALTIES, "rules.py, PENALTIES"), "optimizer": (OPTIMIZERS, "optimizers.py, OPTIMIZERS"),
    "init": (INITIALIZERS, "rules.py, INITIALIZERS"), "gradient": (GRADIENTS, "rules.py, GRADIENTS"),
}  # fmt: skip


def row(catalogue: str, kind: str) -> Any:
    """The first row of a member; one that has none is told which to write, and where."""
    rows, place = TABLES[catalogue]
    found = next((case for case in rows if case.kind == kind), None)
    example = type(rows[0]).__name__
    assert found is not None, f"{catalogue}: {kind!r} has no row of cases; write its {example} in tests/cases/{place}"
    return found


__all__ = [
    "DATA", "GRADIENTS", "HEADS", "INITIALIZERS", "KINKS", "LAYERS", "LOSSES", "OPTIMIZERS", "PENALTIES", "TABLES", "Case",
    "DataCase", "Document", "InitCase", "KinkCase", "LayerCase", "LossCase", "OptimizerCase", "PenaltyCase", "Shape", "row",
]  # fmt: skip
