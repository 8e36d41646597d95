"""The derivation of any number of a step."""

from core.derive.derivation import LISTED, MOST_LISTED, OVER, PARTS, derive, deriving
from core.derive.formula import writing, written

__all__ = ["LISTED", "MOST_LISTED", "OVER", "PARTS", "derive", "deriving", "writing", "written"]
