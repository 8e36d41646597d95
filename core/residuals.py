"""L = ½ ‖r‖²: a batch's squared errors as residuals, and their Jacobian, pulled back through the links."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from core.counting import Ledger, counting
from core.flat import flat, unflat
from core.gradients.base import twin
from core.network import Network, Noises
from core.numeric import Array, Params
from core.optimizers import LeastSquares


def least_squares(network: Network, params: Params, outputs: Sequence[Array], target: Array, noises: Noises) -> LeastSquares:
    """r = √(2c/N) (ŷ − y) for ℓ = c Σ (ŷ − y)², one row for each example and output; under l2 also √λ w, one row a weight.

    `outputs` are those of `Network.forward` with the same noises.
    """
    count = len(target)
    scale = np.sqrt(2.0 * network.loss.sum_of_squares / count)
    pull = flat(tuple({n: np.sqrt(rate) for n, rate in rates.items()} for rates in _decay(network, params)))
    rows = np.flatnonzero(pull)
    residuals = [scale * (outputs[-1] - target).ravel(), (pull * flat(params))[rows]]
    slopes = [scale * jacobian(network, params, outputs, noises), np.diag(pull)[rows]]

    def loss(change: Array) -> float:
        pairs = zip(params, unflat(change, params), strict=True)
        moved = tuple({n: a + d[n] for n, a in tensors.items()} for tensors, d in pairs)
        return network.mean_loss(moved, outputs[0], target, noises)

    return LeastSquares(np.concatenate(residuals), np.concatenate(slopes), loss)


def jacobian(network: Network, params: Params, outputs: Sequence[Array], noises: Noises) -> Array:
    """∂ŷᵢₖ/∂w, (N·K, P): one pull-back for each output k, whose seed is 1 at k and 0 elsewhere."""
    count, width = outputs[-1].shape
    found = np.empty((count, width, network.size))
    for k in range(width):
        grad = np.zeros((count, width))
        grad[:, k] = 1.0
        found[:, k] = _pulled_back(network, params, outputs, noises, grad)
    return found.reshape(count * width, -1)


@lru_cache(maxsize=256)
def cost(network: Network, examples: int) -> tuple[Ledger, int]:
    """What residuals and Jacobian cost, and how many multiplications one evaluation of the loss does; both really counted.

    One sweep forward, and one back over the batch for each output, in which every example keeps a gradient of its own.
    """
    net, params, x, target = twin(network, examples)
    noises = network.noises(0, 0, examples)
    with np.errstate(all="ignore"):
        with counting() as ledger:
            least_squares(net, params, net.forward(params, x, noises), target, noises)
        with counting() as one:
            net.mean_loss(params, x, target, noises)
    ledger.pullbacks += network.shapes[-1][0]
    return ledger, one.multiplications


def _pulled_back(network: Network, params: Params, outputs: Sequence[Array], noises: Noises, grad: Array) -> Array:
    """∂(Σ grad · ŷᵢ)/∂w of every example, (N, P), through each link's own `backward`."""
    found: list[Array] = []
    for i in reversed(range(len(network.layers))):
        link = (params[i], outputs[i], outputs[i + 1], noises[i])
        if params[i]:
            each = network.layers[i].grads_each(*link, grad)
            found.insert(0, np.concatenate([each[name].reshape(len(grad), -1) for name in params[i]], axis=1))
        grad = network.layers[i].backward(*link, grad)[0]
    return np.concatenate([np.zeros((len(grad), 0)), *found], axis=1)


def _decay(network: Network, params: Params) -> Params:
    """λ for every number that an l2 penalty ½ λ w² pulls at: its gradient at w = 1."""
    ones = tuple({name: np.ones_like(a) for name, a in tensors.items()} for tensors in params)
    return tuple({name: network.penalty.gradient_of(name, a) for name, a in tensors.items()} for tensors in ones)
