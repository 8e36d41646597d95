"""Rules read as a person reads them: which place a letter's parentheses name, once the indices are put in."""

from __future__ import annotations

import re

Place = dict[str, int]
PRODUCT = re.compile(r"\s*([+-]?)\s*([a-z])\s*(?:\(\s*([a-z])\s*-\s*(\d)\s*\)|([a-z]))?")  # + s(t - 1), + s t, + u


def within(rule: str, begin: str) -> list[str]:
    """What stands in the parentheses behind `begin`, parted at the commas outside all others."""
    start = rule.index(begin) + len(begin)
    depth, parts = 1, [""]
    for letter in rule[start:]:
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return [part.strip() for part in parts]
        if letter == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += letter
    raise AssertionError(rule)


def worth(expression: str, values: Place) -> int:
    """`s(t - 1) + u - p` in numbers."""
    assert re.fullmatch(rf"(?:{PRODUCT.pattern})+\s*", expression), expression
    total = 0
    for sign, letter, inner, less, plain in PRODUCT.findall(expression):
        factor = values[inner] - int(less) if inner else values[plain] if plain else 1
        total += (-1 if sign == "-" else 1) * values[letter] * factor
    return total
