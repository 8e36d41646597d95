"""The links of the chain, in the order in which they are offered."""

from core.layers.activations import (
    Elementwise,
    Elu,
    Exp,
    Gelu,
    Identity,
    LeakyRelu,
    Relu,
    Sigmoid,
    Silu,
    Softplus,
    Tanh,
)
from core.layers.base import Layer
from core.layers.convolution import Conv1d, Conv2d
from core.layers.dense import Dense
from core.layers.dropout import Dropout
from core.layers.embedding import Embedding
from core.layers.flatten import Flatten
from core.layers.pooling import MaxPool1d, MaxPool2d, MeanPool1d, MeanPool2d, MinPool1d, MinPool2d
from core.layers.softmax import Softmax
from core.spec import Catalogue

LAYERS: Catalogue[Layer] = Catalogue(
    "layers",
    *(Dense, Conv1d, Conv2d, MaxPool1d, MinPool1d, MeanPool1d, MaxPool2d, MinPool2d, MeanPool2d, Dropout, Flatten, Embedding),
    *(Identity, Sigmoid, Tanh, Relu, LeakyRelu, Elu, Softplus, Gelu, Silu, Exp, Softmax),
)

__all__ = ["LAYERS", "Elementwise", "Layer", "Softmax"]
