"""Every kind of every catalogue, as data: what the page's controls, the schemas and the documentation are made of."""

from __future__ import annotations

from typing import Any

from core.experiment import CATALOGUES, DEFAULTS, MOST_LAYERS, Experiment
from core.landscape import PLANES
from core.spec import describe_fields


def catalog() -> dict[str, Any]:
    """`{"data": [kind, …], "layers": […], …, "experiment": [batch_size, seed], "defaults": …}`."""
    kinds = {name: members.describe() for name, members in CATALOGUES.items()}
    kinds["planes"] = PLANES.describe()  # what a surface is asked for with; no part of an experiment
    return kinds | {"experiment": describe_fields(Experiment), "defaults": DEFAULTS, "most_layers": MOST_LAYERS}
