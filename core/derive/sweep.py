"""What one sweep forward and one back cost, counted on arrays that count: the back one does about twice the multiplications."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from core.counting import counted, counting
from core.network import Network


@lru_cache(maxsize=128)
def sweeps(network: Network, examples: int) -> dict[str, Any]:
    """Multiplications of a batch's sweeps, {"forward", "backward", "ratio"}; the one back gives every gradient there is.

    "ratio" is backward / forward, None where the way forward multiplies nothing.
    """
    params = counted(tuple({name: np.zeros(shape) for name, shape in shapes.items()} for shapes in network.param_shapes))
    x, target = np.zeros((examples, *network.in_shape)), np.zeros((examples, *network.shapes[-1]))
    noises = network.noises(0, 0, examples)
    with counting() as forward, np.errstate(all="ignore"):
        outputs = network.forward(params, x, noises)
    with counting() as backward, np.errstate(all="ignore"):
        network.backward(params, outputs, target, noises)
    there, back = forward.multiplications, backward.multiplications
    return {"forward": there, "backward": back, "ratio": back / there if there else None}
