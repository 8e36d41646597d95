"""How the gradient of a step is computed.  What is then done with it is the optimizer's business."""

from core.gradients.backprop import Backprop
from core.gradients.base import Cost, GradientMethod
from core.gradients.complex_step import ComplexStep
from core.gradients.forward_mode import ForwardMode, derivative_along
from core.gradients.numerical import Numerical
from core.gradients.symbolic import SymbolicDerivative, symbolic_derivative
from core.spec import Catalogue

GRADIENTS: Catalogue[GradientMethod] = Catalogue("gradient", Backprop, Numerical, ComplexStep, ForwardMode)

__all__ = ["GRADIENTS", "Cost", "GradientMethod", "SymbolicDerivative", "derivative_along", "symbolic_derivative"]
