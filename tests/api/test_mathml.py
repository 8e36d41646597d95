"""Formulas as MathML: what the converter must keep, and how words and formulas are set together."""

from app.formulas import mathml, sentence
from app.formulas.mathml import signed, substitute


def test_bold_greek_survives() -> None:
    assert "𝜹" in mathml(r"\boldsymbol\delta")


def test_a_sign_gets_parentheses_that_the_page_can_hide() -> None:
    assert 'class="signed"' in mathml(rf"2 \cdot {signed('trace.step')}")


def test_only_whole_symbols_are_replaced() -> None:
    assert substitute(r"\tfrac z2 \text{zero} \zeta", {"z": "{Z}"}) == r"\tfrac {Z}2 \text{zero} \zeta"


def test_words_are_escaped() -> None:
    assert sentence("<b> *so* $x$") == "&lt;b&gt; <em>so</em> <math><mi>x</mi></math>"


def test_no_line_begins_with_the_full_stop_behind_a_formula():
    x, y = ("<math><mi>x</mi></math>", "<math><mi>y</mi></math>")
    assert sentence("given $x$ and *$y$*. So $x$.") == f'given {x} and <em>{y}</em>. So <span class="unbroken">{x}.</span>'
    assert sentence("*at $x$, or $y$*: so") == f'<em>at <span class="unbroken">{x},</span> or {y}</em>: so'
