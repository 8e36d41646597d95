"""The story of a step in formulas: MathML made once for an experiment, with slots that the page fills from the trace."""

from app.formulas.mathml import mathml, sentence
from app.formulas.story import story

__all__ = ["mathml", "sentence", "story"]
