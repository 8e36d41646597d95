"""The links of the chain."""

from core.layers.activations import Elementwise, Identity, LeakyRelu, Relu, Sigmoid, Softmax, Tanh
from core.layers.base import Layer
from core.layers.dense import Dense
from core.spec import Catalogue

LAYERS: Catalogue[Layer] = Catalogue("layers", Dense, Identity, Sigmoid, Tanh, Relu, LeakyRelu, Softmax)

__all__ = ["LAYERS", "Elementwise", "Layer", "Softmax"]
