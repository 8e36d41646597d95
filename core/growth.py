"""How the formula of one weight's derivative grows as a network gets deeper: shared parts counted once, and written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.address import Address
from core.experiment import Experiment
from core.gradients import GRADIENTS, symbolic_derivative
from core.gradients.symbolic import too_large
from core.kept import Kept
from core.network import Network
from core.numeric import Params
from core.symbol_size import is_product, products, size, written_out
from core.work import Work, finished

DEPTHS = (1, 2, 3, 4, 5, 6)
SMALL = 0.1  # every weight's value: the formula is the same for all, but for the branches that a ReLU takes
FEWEST = 3


_KEPT = Kept[dict[str, Any] | None](16_000_000)


def growth(experiment: Experiment) -> dict[str, Any] | None:
    """The whole at once; see `grown`."""
    return finished(grown(experiment))


def grown(experiment: Experiment) -> Work[dict[str, Any] | None]:
    """Of ∂ℓ/∂(the first weight), for one example, with so many hidden layers like the last one: how long its formula is.

    `operations` counts shared parts once, `written_out` wherever they stand; of them `multiplications` and `products_written_out`
    are what can be set beside `sweep`, the multiplications of backpropagation, for all weights at once.
    None of a network that has no hidden dense layer, or whose formula is too long to be made.  One depth is a piece.
    """
    return _KEPT.working(experiment, _measured(experiment), lambda _: experiment.nbytes)


def _measured(experiment: Experiment) -> Work[dict[str, Any] | None]:
    networks = [network for depth in DEPTHS if (network := deepened(experiment.network, depth)) and not too_large(network)]
    if len(networks) < FEWEST:
        return None
    lengths = list[dict[str, Any]]()
    for network in networks:
        lengths.append(_lengths(network))
        yield len(lengths) / len(networks)
    return {"depths": list(DEPTHS[: len(networks)])} | {name: [each[name] for each in lengths] for name in lengths[0]}


def _lengths(network: Network) -> dict[str, Any]:
    """The formula's operations and multiplications, and those of a sweep back."""
    formula = _formula(network)
    return {
        "operations": size(formula),
        "written_out": float(written_out(formula)),
        "multiplications": products(formula),
        "products_written_out": float(written_out(formula, is_product)),
        "sweep": GRADIENTS["backprop"]().count(network, 1).multiplications,
    }


def deepened(network: Network, depth: int) -> Network | None:
    """The last hidden dense layer, with what follows it, so many times; None where there is none."""
    weighty = [i for i, params in enumerate(network.param_shapes) if params]
    if len(weighty) < FEWEST - 1 or network.layers[weighty[-2]].kind != "dense":
        return None
    first, last = weighty[-2], weighty[-1]
    block = network.layers[first:last]
    return replace(network, layers=(*network.layers[:first], *block * depth, *network.layers[last:]))


def _formula(network: Network) -> Any:
    params: Params = tuple({name: np.full(shape, SMALL) for name, shape in own.items()} for own in network.param_shapes)
    x = np.zeros((1, *network.in_shape)) if network.layers[0].indices else np.full((1, *network.in_shape), SMALL)
    target = np.zeros((1, *network.shapes[-1]))
    target[0, 0] = 1.0
    link = next(i for i, own in enumerate(network.param_shapes) if own)
    first = Address(link, "W", (0,) * len(network.param_shapes[link]["W"]))
    return symbolic_derivative(network, params, x, target, first, network.noises(0, 0, 1)).derivative
