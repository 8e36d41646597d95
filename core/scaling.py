"""Cost against size: what one gradient costs as the hidden layers of an experiment grow, counted for every method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.counting import Ledger
from core.experiment import Experiment
from core.gradients import GRADIENTS
from core.kept import Kept
from core.layers import LAYERS, Layer
from core.network import Network
from core.work import Work, finished

WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
LARGE, LARGEST = 160, 500  # parameters: beyond the first only the FEWEST narrowest count, beyond the second none at all
FEWEST, MEMBERS = 3, 7
NONE = "This network has no hidden layer that could be made wider."


_KEPT = Kept[dict[str, Any]](16_000_000)


def scaling(experiment: Experiment) -> dict[str, Any]:
    """The whole at once; see `scaled`."""
    return finished(scaled(experiment))


def scaled(experiment: Experiment) -> Work[dict[str, Any]]:
    """What one gradient of one example costs as the network grows, counted in a family of its widths; slopes in log-log.

    Evaluations are sweeps forward through the network; `sweeps` counts those back too.  Their slope is 1 for a method that
    evaluates the network for every weight, and 0 for backpropagation.
    One method in one network is a piece.
    """
    return _KEPT.working(experiment, _measured(experiment), lambda _: experiment.nbytes)


def _measured(experiment: Experiment) -> Work[dict[str, Any]]:
    family = _family(experiment)
    if len(family) < FEWEST:
        large = widened(experiment.network, WIDTHS[0]) is not None
        message = f"Even narrow, this network has over {LARGEST} parameters." if large else NONE
        return {"widths": [], "parameters": [], "methods": [], "message": message}
    networks, parameters = list(family.values()), [network.size for network in family.values()]
    methods = []
    for kind in GRADIENTS.members:
        methods.append((yield from _costs(kind, networks, parameters)))  # noqa: PERF401  (none may yield)
    return {"widths": list(family), "parameters": parameters, "message": "", "methods": methods}


def _costs(kind: str, networks: Sequence[Network], parameters: Sequence[int]) -> Work[dict[str, Any]]:
    ledgers = list[Ledger]()
    for network in networks:
        ledgers.append(GRADIENTS[kind]().count(network, 1))
        yield len(ledgers) / len(networks)
    sweeps = [ledger.evaluations + ledger.pullbacks for ledger in ledgers]
    products = [ledger.multiplications for ledger in ledgers]
    return {
        "kind": kind, "evaluations": [ledger.evaluations for ledger in ledgers], "sweeps": sweeps, "multiplications": products,
        "slope": slope(parameters, sweeps), "multiplications_slope": slope(parameters, products),
    }  # fmt: skip


def _family(experiment: Experiment) -> dict[int, Network]:
    """{width: the network with hidden layers of this width}, as many as are small enough to count."""
    found: dict[int, Network] = {}
    for width in WIDTHS:
        network = widened(experiment.network, width)
        if network is None or len(found) == MEMBERS:
            break
        if network.size <= (LARGEST if len(found) < FEWEST else LARGE):
            found[width] = network
    return found


def widened(network: Network, width: int) -> Network | None:
    """Every hidden layer `width` units or filters wide; a network without one gets a dense layer with tanh before its last.

    None where there is no layer to widen.
    """
    layers = list(network.layers)
    weighty = [i for i, params in enumerate(network.param_shapes) if params]
    if not weighty:
        return None
    for i in weighty[:-1]:
        layers[i] = _wide(layers[i], width)
    if len(weighty) == 1:
        if layers[weighty[0]].kind != "dense":
            return None
        layers[weighty[0] : weighty[0]] = [_wide(layers[weighty[0]], width), LAYERS["tanh"]()]
    return replace(network, layers=tuple(layers))


def _wide(layer: Layer, width: int) -> Layer:
    return replace(layer, **{"filters" if hasattr(layer, "filters") else "units": width})


def slope(sizes: Sequence[int], costs: Sequence[int]) -> float:
    """The slope of ln(cost) over ln(size), by least squares."""
    x, y = np.log(sizes), np.log(costs)
    x = x - x.mean()
    return float(x @ (y - y.mean()) / (x @ x))
