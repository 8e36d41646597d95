"""LaTeX -> MathML with number slots.

A slot is written `⟦place⟧` in the LaTeX.  The place is a path in the page's store in which `{j}`, `{row}` … stand for what the
page has chosen (`⟦trace.layers.0.output.{row}.{j}⟧` becomes `<mn data-slot="…">`), or `#j`, the number of a chosen unit, from 1
(`#0:j` its first axis from 0).
`⟦place≈other⟧` is a number with as many digits as it takes to see that it differs from the other one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from math_core import LatexToMathML

_SLOT = re.compile(r"⟦([^⟦⟧]+)⟧")
_FIRST = 9_700_000  # slots pass through the converter as numbers from here on
_NUMBER = re.compile(r"<mn>(97\d{5})</mn>")
_SIGNED = re.compile(r"<mo stretchy=\"false\">\(</mo>(<mn data-slot=[^>]*>[^<]*</mn>)<mo stretchy=\"false\">\)</mo>")
# Parentheses around a lone number are there for its sign: the page hides them while it has none.
_WRAPPED = r'<mrow class="signed"><mo stretchy="false" form="prefix">(</mo>\1<mo stretchy="false" form="postfix">)</mo></mrow>'


@lru_cache(maxsize=8192)
def mathml(latex: str, display: bool = False) -> str:
    """The MathML of a formula.  A slot in parentheses of its own, `(⟦…⟧)`, shows them only while its number is negative."""
    places: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        places.append(match[1])
        return str(_FIRST + len(places) - 1)

    def opened(match: re.Match[str]) -> str:
        place = escape(places[int(match[1]) - _FIRST], quote=True)
        if place.startswith("#"):
            first, _, name = place[1:].rpartition(":")
            return f'<mn data-index="{name}" data-first="{first}"></mn>' if first else f'<mn data-index="{name}"></mn>'
        own, _, other = place.partition("≈")
        return f'<mn data-slot="{own}" data-near-slot="{other}"></mn>' if other else f'<mn data-slot="{own}"></mn>'

    text = LatexToMathML().convert_with_local_state(_SLOT.sub(numbered, latex), displaystyle=display)
    return _SIGNED.sub(_WRAPPED, _NUMBER.sub(opened, text))


def sentence(text: str) -> str:
    """Plain words as HTML, with `$…$` as formulas within the line and `*…*` as emphasis."""
    parts = re.split(r"\$([^$]+)\$", text)
    words = "".join(mathml(part) if i % 2 else escape(part, quote=False) for i, part in enumerate(parts))
    # A browser may break a line behind any formula: no line begins with a full stop.
    held = re.sub(r"(<math>(?:(?!<math>).)*</math>)([.,;:)]+)", r'<span class="unbroken">\1\2</span>', words)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", held)


def slot(place: str, near: str = "") -> str:
    """A number where no sign can mislead: alone, in a denominator, on its own side of an equation.

    `near` is what it is held against.
    """
    return f"{{⟦{place}{'≈' + near if near else ''}⟧}}"


def signed(place: str, near: str = "") -> str:
    """A number within a formula: in parentheses while it is negative."""
    return f"{{(⟦{place}{'≈' + near if near else ''}⟧)}}"


_ALONE = re.compile(r"\{\((⟦[^⟧]*⟧)\)\}")
_ADJACENT = re.compile(r"(⟧\)?\})\s*(?=\{\(?⟦|\\ln|\\Phi|\\sigma|\\varphi)")
_PRODUCT = re.compile(r"(?<![,\[(])\\,(?!\])")
_FUNCTION = re.compile(r"(\\(?:ln|exp|tanh)) ?(?=\{)")


def bare(latex: str) -> str:
    """A formula that is but a number, as `slot` writes it."""
    alone = _ALONE.fullmatch(latex.strip())
    return f"{{{alone[1]}}}" if alone else latex


def substitute(latex: str, values: Mapping[str, str]) -> str:
    r"""LaTeX with symbols replaced: whole ones only, so that the z of `\tfrac z2` is found and the z of `\text{zero}` is not.

    Numbers that come to stand side by side get a product sign; a name with an index above gets brackets under a power.
    """
    if not values:
        return latex
    keys = sorted(values, key=len, reverse=True)
    pattern = "|".join((rf"(?<![A-Za-z\\]){re.escape(k)}" if k[0].isalpha() else re.escape(k)) + "(?![A-Za-z])" for k in keys)
    found = re.sub(rf"({pattern})(\^)?", lambda match: _powered(values[match[1]], match[2] or ""), latex)
    if any("⟦" in value and "⟦#" not in value for value in values.values()):
        found = _ADJACENT.sub(r"\1\\cdot ", _PRODUCT.sub(r"\\cdot ", found))
    return _FUNCTION.sub(r"\1\\,", found)


def _powered(value: str, power: str) -> str:
    return rf"\bigl({value}\bigr){power}" if power and "^" in value else value + power
