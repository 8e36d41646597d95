"""Checks of arrays that a user sends: nested lists in, tuples of finite floats out, or a SpecError that names the row."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.spec import SpecError

LARGEST = 1e15  # whole numbers up to here are exact in float64, and sums of their squares are finite

Row = tuple[float, ...]
_NAMES: dict[type, str] = {str: "text", bool: "true or false", dict: "an object", list: "a list", tuple: "a list",
                           type(None): "null", int: "a number", float: "a number"}  # fmt: skip


def named(value: Any) -> str:
    """What sort of thing a value is, without echoing it."""
    return _NAMES.get(type(value), "something else")


def _numbers(count: int) -> str:
    return f"{count} number{'' if count == 1 else 's'}"


def entries(value: Any, field: str, low: int, high: int, what: str) -> list[Any] | tuple[Any, ...]:
    """The list itself, `low` to `high` long; an array of NumPy's as lists."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        raise SpecError(field, f"expected a list of {what}, got {named(value)}", "numbers alone, such as [[0, 1], [1, 0]]")
    if not low <= len(value) <= high:
        size = f"{low} to {high}" if low < high else f"{low}"
        raise SpecError(field, f"expected {size} {what}, got {len(value)}", "take some away" if len(value) > high else "add some")
    return value


def finite_number(value: Any, field: str, place: str) -> float:
    """The number as a float, finite and at most `LARGEST` in magnitude."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise SpecError(field, f"expected a number at {place}, got {named(value)}", "0.5, -3 and 1e-3 are numbers")
    if isinstance(value, float) and not math.isfinite(value):
        raise SpecError(
            field, f"expected a finite number at {place}, got {'NaN' if math.isnan(value) else 'infinity'}", "leave this row out"
        )
    if abs(value) > LARGEST:
        raise SpecError(
            field,
            f"expected a number between -{LARGEST:g} and {LARGEST:g} at {place}, got a larger one",
            "count in a larger unit",
        )
    return float(value)


def check_whole(value: float, field: str, place: str, high: float = LARGEST) -> None:
    """Is it a whole number from 0 to `high`?"""
    if value != math.floor(value) or not 0 <= value <= high:
        top = f"from 0 to {high:g}" if high < LARGEST else "at least 0"
        raise SpecError(
            field, f"expected a whole number {top} at {place}, got {value:g}", "classes and counts are whole: 0, 1, 2"
        )


def number_row(value: Any, field: str, place: str, width: int) -> Row:
    """A row of exactly `width` numbers."""
    if not isinstance(value, (list, tuple)):
        raise SpecError(field, f"expected a list of numbers at {place}, got {named(value)}", "rows of one number: [[1], [2]]")
    if len(value) != width:
        raise SpecError(
            field, f"expected {_numbers(width)} in every row, as in row 0, got {len(value)} in {place}", "rows are equally long"
        )
    return tuple(finite_number(v, field, f"{place}, column {column}") for column, v in enumerate(value))


def number_rows(value: Any, field: str, length: tuple[int, int], widest: int, most: int) -> tuple[Row, ...]:
    """A rectangle of numbers: `length` rows of 1 to `widest` numbers, at most `most` numbers in all."""
    found = entries(value, field, *length, "rows")
    first = found[0]
    width = len(first) if isinstance(first, (list, tuple)) else 1
    if not 1 <= width <= widest:
        raise SpecError(
            field,
            f"expected {_numbers(1) if widest == 1 else f'1 to {widest} numbers'} in every row, got {width} in row 0",
            "one for each feature",
        )
    if width * len(found) > most:
        raise SpecError(
            field, f"expected at most {most} numbers in all, got {width * len(found)}", "use fewer rows, or fewer features"
        )
    return tuple(number_row(row, field, f"row {index}", width) for index, row in enumerate(found))
