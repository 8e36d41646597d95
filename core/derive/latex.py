"""Derivations as LaTeX: the rule in symbols, the same with its numbers, and an optimizer's equations with numbers put in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.derive.terms import Factor, Term

SHOWN = 6  # terms of a sum that are written out


def number(value: float) -> str:
    r"""6 significant digits: 0.0312, -4 \times 10^{-7}."""
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa.replace("inf", r"\infty").replace("nan", r"\mathrm{NaN}")


def signed(value: float) -> str:
    """A number as a factor: a negative one, or one with a power of ten, in parentheses."""
    text = number(value)
    return rf"\left({text}\right)" if text.startswith("-") or "times" in text else text


def symbols(factors: Sequence[Factor]) -> str:
    """The product in symbols."""
    return r"\,".join(f.symbol for f in factors) or "1"


def numbers(factors: Sequence[Factor]) -> str:
    """The product in numbers."""
    return r" \times ".join(signed(f.value) for f in factors) or "1"


def symbol_sum(terms: Sequence[Term]) -> str:
    """A sum of products in symbols; long ones are cut."""
    return _sum([(t.sign, symbols(t.factors)) for t in terms[:SHOWN]], len(terms))


def number_sum(terms: Sequence[Term]) -> str:
    """A sum of products in numbers; long ones are cut."""
    return _sum([(t.sign, numbers(t.factors)) for t in terms[:SHOWN]], len(terms))


def _sum(parts: Sequence[tuple[float, str]], count: int) -> str:
    if not parts:
        return "0"
    text = "".join(f" {'-' if sign < 0 else '+'} {part}" for sign, part in parts)
    text = text[3:] if parts[0][0] > 0 else text[1:]
    return text + (rf" + \cdots \;(\text{{{count - len(parts)} more}})" if count > len(parts) else "")


def substituted(latex: str, values: Mapping[str, float]) -> str:
    r"""An equation's side with numbers in place of symbols: `-\eta\, g` becomes `-0.1 \times 0.032`."""
    words = sorted((re.escape(s) + (r"(?![A-Za-z])" if s.startswith("\\") else "") for s in values), key=len, reverse=True)
    tokens = re.findall("|".join([*words, r"\\[A-Za-z]+", r"\\,", r"\s+", "."]), latex)
    found: list[str] = []
    for token in tokens:
        if token in values:
            if found and found[-1].endswith("⟩"):
                found.append(r" \times ")
            found.append(f"⟨{signed(values[token])}⟩")
        elif token == r"\,":
            found.append(r" \times ")
        elif not token.isspace() or not (found and found[-1].endswith(("⟩", r"\times "))):
            found.append(" " if token.isspace() else token if not (found and found[-1].endswith("⟩")) else _spaced(token))
    return _tidy("".join(found))


def _spaced(token: str) -> str:
    return f" {token} " if token in "+-" else token


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text.replace("⟨", "").replace("⟩", "")).strip()
    return text.replace(r"\times \times", r"\times")
