"""Derivations as LaTeX: the rule in symbols, the same with its numbers, and an optimizer's equations with numbers put in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.derive.paths import Paths
from core.derive.terms import Factor, Term, total

SHOWN = 6  # terms of a sum that are written out


def number(value: float) -> str:
    r"""6 significant digits: 0.0312, -4 \times 10^{-7}."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": r"\mathrm{NaN}", "inf": r"\infty"}.get(f"{value}", r"-\infty")
    mantissa, _, exponent = f"{value + 0.0:.6g}".partition("e")  # −0 is written 0
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


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
    """A sum of products in symbols; of a long one the largest terms."""
    return _sum([(t.sign, symbols(t.factors)) for t in leading(terms)], terms)


def number_sum(terms: Sequence[Term]) -> str:
    """A sum of products in numbers; of a long one the largest terms."""
    return _sum([(t.sign, numbers(t.factors)) for t in leading(terms)], terms)


def leading(terms: Sequence[Term]) -> list[Term]:
    """The SHOWN largest, in their own order; none that is 0 where others are not."""
    order = sorted(range(len(terms)), key=lambda n: -abs(terms[n].value))
    live = sum(1 for t in terms if t.value)
    kept = order if len(terms) <= SHOWN else order[: max(1, min(SHOWN, live))]
    return [terms[n] for n in sorted(kept)]


def _sum(parts: Sequence[tuple[float, str]], terms: Sequence[Term]) -> str:
    if not parts:
        return "0"
    text = "".join(f" {'-' if sign < 0 else '+'} {part}" for sign, part in parts)
    text = text[3:] if parts[0][0] > 0 else text[1:]
    left_out = len(terms) - len(parts)
    none = ", each 0" if sum(1 for t in terms if t.value) <= len(parts) else ""
    return text + (rf" + \cdots \;(\text{{{left_out} more{none}}})" if left_out else "")


def sums(left: str, terms: Sequence[Term], opened: Sequence[Sequence[Term]]) -> dict[str, str]:
    """The same sum in symbols and in numbers, and both again one link further."""
    flat = [t for some in opened for t in some]
    found = {"symbols": f"{left} = {symbol_sum(terms)}", "numbers": f"{number_sum(terms)} = {number(total(terms))}"}
    if flat:
        found["expanded"] = f"{left} = {symbol_sum(flat)}"
        found["expanded_numbers"] = f"{number_sum(flat)} = {number(total(flat))}"
    return found


def path_sums(left: str, found: Paths) -> dict[str, str]:
    """∂ℓ/∂w as the sum over its paths, the largest of them written out."""
    shown = [Term(path.factors) for path in found.listed[:SHOWN]]
    if not shown:
        return {}
    more = rf" + \cdots \;(\text{{{found.count - len(shown)} more paths}})" if found.count > len(shown) else ""
    return {
        "paths": f"{left} = {symbol_sum(shown)}{more}",
        "paths_numbers": f"{number_sum(shown)}{more} = {number(found.sum)}",
    }


def batch(symbol: str, values: Sequence[float], penalty: float, gradient: float, given: tuple[float, str] | None = None) -> str:
    """∂L/∂w = (1/N)(… + …) + penalty = gradient, in numbers; ≈ g where the optimizer is given another method's number."""
    more = rf" + \cdots \;(\text{{{len(values) - SHOWN} more}})" if len(values) > SHOWN else ""
    mean = rf"\frac{{1}}{{{len(values)}}}\left({' + '.join(map(signed, values[:SHOWN]))}{more}\right)"
    pull = f" + {signed(penalty)}" if penalty else ""
    other = rf" \approx g = {number(given[0])} \;\text{{({given[1]})}}" if given else ""
    return rf"\frac{{\partial L}}{{\partial {symbol}}} = {mean}{pull} = {number(gradient)}{other}"


def update_lines(symbol: str, lines: Sequence[Mapping[str, Any]], rate: float | None) -> dict[str, str]:
    """The optimizer's equations, each with its numbers and what they give; for plain descent w_new = w − η ∂L/∂w first."""
    known = {line["symbol"]: line["value"] for line in lines}
    found = {}
    if rate is not None:
        old, slope = signed(known["w"]), rf"\frac{{\partial L}}{{\partial {symbol}}}"
        value = number(known[r"w_{\text{new}}"])
        numbers_ = rf"{old} - {number(rate)} \times {signed(known['g'])}"
        found["descent"] = rf"w_{{\text{{new}}}} = w_{{\text{{old}}}} - \eta\, {slope} = {numbers_} = {value}"
    told = [line for line in lines if "equation" in line]
    for n, line in enumerate(told, start=1):
        found[f"update_{n}"] = f"{line['equation']} = {line['numbers']} = {number(line['value'])}"
    return found


TIMES, SPACE = r" \times ", r"\,"
THIN = re.compile(r"(?<=[\[(,])\\,|\\,(?=\])")  # a space that parts no factors: within a bracket's ends, behind a comma


def substituted(latex: str, values: Mapping[str, float]) -> str:
    r"""An equation's side with numbers in place of symbols: `-\eta\, g` becomes `-0.1 \times 0.032`."""
    latex = THIN.sub("", latex)
    words = sorted((re.escape(s) + (r"(?![A-Za-z])" if s.startswith("\\") else "") for s in values), key=len, reverse=True)
    tokens = re.findall("|".join([*words, r"\\[A-Za-z]+", r"\\,", r"\s+", "."]), latex)
    found: list[str] = []
    for token in tokens:
        if token in values and found and found[-1] == "^":
            found.append(_power(values[token]))
        elif token in values:
            if found and found[-1].endswith("⟩"):
                found.append(TIMES)
            found.append(f"⟨{signed(values[token])}⟩")
        elif token == SPACE:
            found.append(TIMES)
        elif not token.isspace() or not (found and found[-1].endswith("⟩")):
            found.append(token)
    return _tidy("".join(found))


def _power(value: float) -> str:
    """A whole number as an exponent, every digit of it; several need braces, or the first alone stands above."""
    text = f"{value:.0f}"
    return text if len(text) == 1 else f"{{{text}}}"


def _tidy(text: str) -> str:
    """Numbers that touch their neighbours get their spaces back."""
    text = re.sub(r"⟩([+<-])", r"⟩ \1 ", text)
    return re.sub(r"\s+", " ", text.replace("⟨", "").replace("⟩", "")).strip()
