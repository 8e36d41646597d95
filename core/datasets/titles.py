"""written("x1^2") = "x₁²": the name that a document gives to an input, as mathematics writes it."""

from __future__ import annotations

import re

# A coordinate, of an input or an output, or the planar data's functions of them; every other name, «petal width» or «t3», is
# written as it is.
_FUNCTION = re.compile(r"[xŷ]\d+|x\d+\^2|x\d+\*x\d+|sin\(x\d+\)")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def written(name: str) -> str:
    """x1 -> x₁, x1^2 -> x₁², x1*x2 -> x₁x₂, sin(x1) -> sin x₁."""
    if not _FUNCTION.fullmatch(name):
        return name
    squared = name.removesuffix("^2")
    text = squared.translate(_LOWERED) + ("²" if squared != name else "")
    return text.replace("*", "").replace("(", " ").replace(")", "")
