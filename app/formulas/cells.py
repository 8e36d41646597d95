"""An equation as cells: in each the symbols, and below them their numbers, so that a long one can wrap on a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.formulas.mathml import bare, mathml, sentence, signed, slot

SHOWN = 4  # terms of a sum that are written out; a longer sum shows one fewer, the largest, and what the others come to
SHOWN_OF_BATCH = 3  # an example's term is longer
BATCH = "batch"  # the count of a sum over the batch's examples, which only the trace knows


@dataclass(frozen=True)
class Cell:
    """Symbols above, numbers below, an operator in front.

    `term` is the place in a sum, "rest" stands for the terms that are not shown, "none" where there are no terms. A note is HTML.
    """

    symbol: str
    number: str = ""
    op: str = ""
    term: int | str | None = None
    note: str = ""

    def document(self) -> dict[str, Any]:
        """The JSON form: MathML."""
        found: dict[str, Any] = {"symbol": mathml(self.symbol)}
        if self.number:
            # Behind a sign of equality a number alone needs no parentheses, as it does behind any other.
            found["number"] = mathml(bare(self.number) if self.op == "=" else self.number)
        if self.op:
            found["op"] = mathml(self.op)
        if self.note:
            found["note"] = self.note
        if self.term is not None:
            found["term"] = self.term
        return found


@dataclass(frozen=True)
class Sum:
    """Which terms a line sums: how many, and the places whose product is one term ({t} stands for the term)."""

    count: int | str
    factors: tuple[str, ...]
    most: int = SHOWN
    window: Mapping[str, Any] | None = None  # how the terms go through a link's windows, for a count that depends on the choice;
    # with the count BATCH a term is itself such a sum, the one of its example

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        found: dict[str, Any] = {"count": self.count, "factors": list(self.factors), "shown": self.shown}
        return found | ({"window": dict(self.window)} if self.window else {})

    @property
    def shown(self) -> int:
        """How many terms are written out at most."""
        return SHOWN_OF_BATCH if self.count == BATCH else self.most


@dataclass(frozen=True)
class Line:
    """One equation; with `of`, only told where the chosen parameter is one of that array."""

    cells: tuple[Cell, ...]
    label: str = ""
    sum: Sum | None = None
    of: str = ""

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        found: dict[str, Any] = {"cells": [cell.document() for cell in self.cells]}
        if self.label:
            found["label"] = sentence(self.label)
        if self.sum:
            found["sum"] = self.sum.document()
        if self.of:
            found["of"] = self.of
        return found


@dataclass(frozen=True)
class Telling:
    """A sub-step in words, as a rule (none where the lines say it themselves), and with its numbers."""

    words: str
    rule: str
    lines: tuple[Line, ...]

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        rule = mathml(self.rule, display=True) if self.rule else ""
        return {"sentence": sentence(self.words), "rule": rule, "lines": [line.document() for line in self.lines]}


Term = Callable[[str], str]  # the name of a term's index -> LaTeX


def terms(symbol: Term, number: Term, total: Sum, op: str = "+", *, rest: bool = True) -> list[Cell]:
    """A sum's cells: the terms shown, then the rest as one number."""
    open_ended = total.count == BATCH or total.window is not None
    count = total.shown if open_ended else min(total.shown, int(total.count))
    cells = [Cell(symbol(f"t{n}"), number(f"t{n}"), op if n else "", term=n) for n in range(count)]
    if open_ended or int(total.count) > total.shown:
        more = rf"\cdots\;\scriptstyle{{({slot('derived.{line}.more')}\text{{ more}})}}"
        cells.append(Cell(more, signed("derived.{line}.rest") if rest else r"\cdots", op, term="rest"))
    return cells


def mean_line(result: Cell, symbol: Term, number: Term, total: Sum, label: str = "", after: tuple[Cell, ...] = ()) -> Line:
    """result = (1/N) (term + term + …): the batch's examples added up."""
    share = Cell(r"\frac{1}{N}", rf"\frac{{1}}{{{slot('derived.{line}.count')}}}", "=")
    return Line(
        (result, share, Cell("", op=r"\Bigl("), *terms(symbol, number, total), Cell("", op=r"\Bigr)"), *after), label, total
    )
