"""Dropout: a step follows the gradient of thinned networks, one an example; the loss that is drawn is the whole network's."""

from __future__ import annotations

from core.experiment import Experiment

NOTE = "dropout acts in a step alone: drawn is the loss of the whole network, and the run's own step follows that of thinned ones"


def thins(experiment: Experiment) -> bool:
    """Is anything dropped in this experiment's steps?"""
    return any(layer.kind == "dropout" and getattr(layer, "drop", 0.0) > 0.0 for layer in experiment.network.layers)


def told(experiment: Experiment) -> list[str]:
    """What is said of it beside a plane or a line."""
    return [NOTE] * thins(experiment)
