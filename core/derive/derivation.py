"""Why this number is what it is: a derivation, as data, of any parameter, neuron or δ of a step."""

from __future__ import annotations

from collections.abc import Collection
from math import prod
from typing import Any

from core.address import Address
from core.derive.node import QUANTITIES, Node
from core.derive.parameter import Parameter
from core.derive.snippet import script
from core.derive.told import Told
from core.experiment import Experiment
from core.spec import SpecError
from core.state import State
from core.work import Work, finished, quiet

MOST_WIRES = 1_500_000  # of one link; beyond it a derivation would take seconds
LISTED = 8  # paths that are listed unless more are asked for
MOST_LISTED = 64
# What a derivation can do without: parts that cost more than the sum itself, which some readers never look at.
PARTS = ("expansion", "paths", "gates", "head", "sweeps", "update", "system", "latex", "python")
OVER = ("example", "batch")
WITHIN = {"folded": "expansion", "equations": "update"}  # fields that go with a part


def derive(
    experiment: Experiment, state: State, address: str | Address, example: int = 0, listed: int = LISTED,
    without: Collection[str] = (), over: str = "example",
) -> dict[str, Any]:  # fmt: skip
    """The whole derivation at once; see `deriving`."""
    return finished(deriving(experiment, state, address, example, listed, without, over))


def deriving(
    experiment: Experiment, state: State, address: str | Address, example: int = 0, listed: int = LISTED,
    without: Collection[str] = (), over: str = "example",
) -> Work[dict[str, Any]]:  # fmt: skip
    """The derivation of one number of the step that `state` is about to take, for an example (a row of its batch) and the batch.

    The PARTS named in `without` are neither computed nor in the document.  `over`, one of OVER, says whose paths are told: the
    example's, or their means over the batch where they can all be taken (`paths.over` says what they came to be).  Raises
    SpecError at "address" where there is no such number, at "layers" where the network is too large.  The step's pieces
    come first, then a part is a piece.
    """
    address = address if isinstance(address, Address) else Address.parse(address)
    check(experiment, address)
    _check_size(experiment)
    told = yield from Told.telling(experiment, state, example)
    # What overflows leaves as null, with "diverged".
    found = yield from quiet(_parts(told, address, min(listed, MOST_LISTED), without, over))
    if "python" not in without:
        found |= script(told, address)
    about = {
        "address": str(address), "step": told.trace.step, "example": told.row, "index": int(told.trace.batch.indices[told.row]),
        "count": told.count, "kind": experiment.layers[address.layer].kind,
    }  # fmt: skip
    return about | found


def _parts(told: Told, address: Address, listed: int, without: Collection[str], over: str) -> Work[dict[str, Any]]:
    kind, found = Node if address.name in QUANTITIES else Parameter, dict[str, Any]()
    for name, make in kind(told, address).parts(listed, over == "batch").items():
        if WITHIN.get(name, name) not in without:
            found[name] = make()
            yield 1.0
    return found


def check(experiment: Experiment, address: Address) -> None:
    """Raises SpecError where the experiment has no such number."""
    network = experiment.network
    if address.layer >= len(network.layers):
        raise SpecError(
            "address", f"expected a layer from 0 to {len(network.layers) - 1}, got {address.layer}", "layers count from 0"
        )
    names = dict(network.param_shapes[address.layer])
    names |= {name: network.shapes[address.layer + name.endswith("output")] for name in QUANTITIES}
    if address.name not in names:
        raise SpecError("address", f"expected one of {', '.join(names)}, got {address.name}", "an address is layer/name/indices")
    shape = names[address.name]
    if len(address.index) != len(shape) or any(i >= n for i, n in zip(address.index, shape, strict=False)):
        message = f"expected indices within {' × '.join(map(str, shape))}, got {','.join(map(str, address.index))}"
        raise SpecError("address", message, "indices count from 0")


def _check_size(experiment: Experiment) -> None:
    network = experiment.network
    for i, params in enumerate(network.param_shapes):
        wires = max((prod(shape[1:]) for shape in params.values()), default=1) * prod(network.shapes[i + 1])
        if wires > MOST_WIRES:
            message = f"expected at most {MOST_WIRES:,} connections in a layer for a derivation, got {wires:,}"
            raise SpecError("layers", message, "use fewer filters or units")
