"""How the gradient of a step is computed.  What is then done with it is the optimizer's business."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from core.network import Network, Noises
from core.numeric import Array, Params
from core.spec import Catalogue, Kind


@dataclass(frozen=True)
class GradientMethod(Kind):
    """A way to dL/d(every parameter)."""

    @abstractmethod
    def gradient(self, network: Network, params: Params, x: Array, target: Array, noises: Noises | None) -> Params:
        """dL/d(every parameter) of the batch's loss, penalty included."""


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


GRADIENTS: Catalogue[GradientMethod] = Catalogue("gradient", Backprop)
