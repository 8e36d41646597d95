"""Which class an output stands for: outputs are counted from 1, and a class may itself be called 2."""

from __future__ import annotations

from dataclasses import replace

from app.formulas.cells import Cell, Line, Telling
from app.formulas.chain import Chain


def class_note(chain: Chain, at: str) -> str:
    """The name of the output's class, as a note; "" where outputs stand for none."""
    named = 1 < len(chain.experiment.data.class_names) == chain.size(len(chain.layers))
    return f'class <span data-name="{at}"></span>' if named else ""


def at_outputs(chain: Chain, space: int) -> bool:
    """Does the space hold a number for every output: the outputs, or the z that they are made of?"""
    last = len(chain.layers)
    return space == last or (space == last - 1 and chain.layers[space].activation)


def classed(chain: Chain, space: int, cells: list[Cell]) -> list[Cell]:
    """A sum's cells, each term that runs through an output with its class; those that are not written out have none."""
    if not at_outputs(chain, space):
        return cells
    return [replace(cell, note=class_note(chain, f"t{cell.term}")) if isinstance(cell.term, int) else cell for cell in cells]


def named(chain: Chain, telling: Telling) -> Telling:
    """A telling whose equations give numbers of output j, with its class's name under each result."""
    return replace(telling, lines=tuple(_named(chain, line) for line in telling.lines))


def _named(chain: Chain, line: Line) -> Line:
    first, *others = line.cells
    return replace(line, cells=(replace(first, note=first.note or class_note(chain, "j")), *others))
