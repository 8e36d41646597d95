"""What is done with the gradient.  PyTorch's definitions where PyTorch has the optimizer; k counts updates from 1."""

from core.optimizers.adaptive import Adagrad, Adam, AdamW, Rmsprop
from core.optimizers.base import Change, Optimizer, Slots
from core.optimizers.descent import Momentum, Nesterov, Sgd
from core.optimizers.levenberg_marquardt import LeastSquares, LevenbergMarquardt, Solution
from core.spec import Catalogue

OPTIMIZERS: Catalogue[Optimizer] = Catalogue(
    "optimizer", Sgd, Momentum, Nesterov, Adagrad, Rmsprop, Adam, AdamW, LevenbergMarquardt
)

__all__ = [
    "OPTIMIZERS", "Adagrad", "Adam", "AdamW", "Change", "LeastSquares", "LevenbergMarquardt", "Momentum", "Nesterov", "Optimizer",
    "Rmsprop", "Sgd", "Slots", "Solution",
]  # fmt: skip
