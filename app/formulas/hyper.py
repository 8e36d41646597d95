"""A kind's hyperparameters in its formulas: the symbol that its field declares, and where the page's store has the value."""

from __future__ import annotations

from app.formulas.mathml import slot
from core.spec import Kind, rules

LATEX = {
    "η": r"\eta", "μ": r"\mu", "β₁": r"\beta_1", "β₂": r"\beta_2", "ε": r"\varepsilon", "λ": r"\lambda", "ρ": r"\rho",
    "α": r"\alpha",
    "γ": r"\gamma", "δ": r"\delta", "ν": r"\nu", "κ": r"\kappa", "β": r"\beta",
}  # fmt: skip


def hyper(kind: Kind, place: str) -> dict[str, str]:
    """{symbol as the formulas write it: its number slot} for every field that has a symbol."""
    return {
        LATEX.get(rule.symbol, rule.symbol): slot(f"{place}.{name}") for name, rule in rules(type(kind)).items() if rule.symbol
    }
