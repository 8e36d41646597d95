"""One sweep forward, one sweep back."""

from __future__ import annotations

from dataclasses import dataclass

from core.gradients.base import GradientMethod
from core.network import Network, Noises
from core.numeric import Array, Params


@dataclass(frozen=True)
class Backprop(GradientMethod):
    """One sweep forward, one sweep back, whatever the number of weights (Rumelhart, Hinton & Williams 1986)."""

    kind = "backprop"
    title = "Backpropagation"
    help = "One sweep forward and one back give every derivative at once."
    latex = r"\delta_{l} = J_{l}^{\mathsf T}\, \delta_{l+1}"

    def gradient(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Params:
        """The network's backward sweep."""
        return network.gradient(params, x, target, noises)
