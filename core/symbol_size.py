"""How large an expression is: its operations, its products, as a graph and written out as a tree."""

from __future__ import annotations

from collections.abc import Callable

from core.symbol import Symbol, nodes


def size(*roots: Symbol) -> int:
    """How many operations there are, shared ones counted once."""
    return sum(1 for node in nodes(*roots) if node.args)


def products(*roots: Symbol) -> int:
    """How many multiplications and divisions there are, shared ones counted once; a factor −1 is only a sign."""
    return sum(map(is_product, nodes(*roots)))


def is_operation(node: Symbol) -> bool:
    """Whether something is done there."""
    return bool(node.args)


def is_product(node: Symbol) -> bool:
    """Whether it is a multiplication or a division, and not only a sign."""
    return node.op == "/" or (node.op == "*" and not node.args[0].is_constant(-1.0))


def written_out(y: Symbol, counts: Callable[[Symbol], bool] = is_operation) -> int:
    """How many operations there would be if every part were written out wherever it is used: a tree, not a graph."""
    found: dict[int, int] = {}
    for node in nodes(y):
        found[id(node)] = counts(node) + sum(found[id(a)] for a in node.args)
    return found[id(y)]
