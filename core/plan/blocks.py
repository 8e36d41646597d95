"""Which experiments a plan can take: chains of dense links, each with an elementwise activation behind it."""

from __future__ import annotations

from dataclasses import dataclass

from core.experiment import Experiment
from core.layers import Elementwise, Layer, Softmax
from core.layers.activations import Identity
from core.layers.dense import Dense


@dataclass(frozen=True)
class Block:
    """A dense link and the activation behind it (identity where there is none)."""

    dense: int  # its place in the chain
    activation: Layer
    inputs: int
    units: int


def blocks_of(experiment: Experiment) -> list[Block] | None:
    """The chain as dense-and-activation blocks; None if it is no such chain."""
    layers, shapes = experiment.network.layers, experiment.network.shapes
    found: list[Block] = []
    i = 0
    while i < len(layers):
        if not isinstance(layers[i], Dense):
            return None
        behind = layers[i + 1] if i + 1 < len(layers) else Identity()
        activation = Identity() if isinstance(behind, Dense) else behind
        found.append(Block(i, activation, shapes[i][0], shapes[i + 1][0]))
        i += 1 if isinstance(behind, Dense) or i + 1 == len(layers) else 2
    plain = all(isinstance(b.activation, Elementwise) for b in found[:-1])
    last = found[-1].activation
    return found if plain and (isinstance(last, Elementwise) or (isinstance(last, Softmax) and experiment.network.head)) else None
