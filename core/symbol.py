"""Expressions: numbers that remember the formula they came from, so that any `forward` run on them gives that formula.

An expression is a graph: what is used twice is one node, not two, so its size stays that of the computation.  Every node also
carries its value at the present numbers (`primal`), by which the links choose their branches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from weakref import WeakValueDictionary

import numpy as np

from core.numeric import ROOT_TWO_PI, Array, is_symbolic, normal_cdf

Number = int | float


def _phi(x: float) -> float:
    return float(normal_cdf(np.array([x]))[0])


def _limited(function: Any) -> Callable[..., float]:
    """NumPy's own arithmetic, in which an overflow is an infinity and not an exception."""
    return lambda *x: float(function(*map(np.float64, x)))


COMPUTE: dict[str, Callable[..., float]] = {
    "+": _limited(np.add), "*": _limited(np.multiply), "/": _limited(np.divide), "exp": _limited(np.exp), "log": _limited(np.log),
    "log1p": _limited(np.log1p), "expm1": _limited(np.expm1), "tanh": _limited(np.tanh), "cdf": _phi,
}  # fmt: skip
LATEX: dict[str, str] = {
    "exp": r"e^{{{0}}}", "log": r"\ln\left({0}\right)", "log1p": r"\ln\left(1 + {0}\right)",
    "expm1": r"\left(e^{{{0}}} - 1\right)",
    "tanh": r"\tanh\left({0}\right)", "cdf": r"\Phi\left({0}\right)", "/": r"\frac{{{0}}}{{{1}}}",
}  # fmt: skip


class Symbol:
    """One node: a variable, a constant, or an operation on other nodes.  Equal nodes are one and the same object."""

    __slots__ = ("__weakref__", "args", "op", "primal", "tex")
    __array_ufunc__ = None  # a NumPy scalar hands its operators over instead of wrapping the node
    _known: ClassVar[WeakValueDictionary[Any, Symbol]] = WeakValueDictionary()

    op: str  # "variable", "constant", or a key of COMPUTE
    args: tuple[Symbol, ...]
    primal: float
    tex: str  # a variable's name

    @classmethod
    def make(cls, op: str, args: tuple[Symbol, ...] = (), value: float | None = None, tex: str = "") -> Symbol:
        """The node of this operation on these nodes: the one that exists, or a new one."""
        primal = COMPUTE[op](*(a.primal for a in args)) if value is None else float(value)
        key = (op, tuple(map(id, args)), tex, repr(primal))
        found = cls._known.get(key)
        if found is None:
            found = object.__new__(cls)
            found.op, found.args, found.primal, found.tex = op, args, primal, tex
            cls._known[key] = found
        return found

    def is_constant(self, value: float) -> bool:
        """Is it this constant?"""
        return self.op == "constant" and self.primal == value

    def __add__(self, other: Symbol | Number) -> Symbol:
        other = lift(other)
        if self.is_constant(0.0):
            return other
        if other.is_constant(0.0):
            return self
        return self * 2.0 if other is self else _folded("+", self, other)

    def __mul__(self, other: Symbol | Number) -> Symbol:
        other = lift(other)
        if self.is_constant(0.0) or other.is_constant(0.0):
            return ZERO
        first, second = (other, self) if other.op == "constant" else (self, other)
        if first.is_constant(1.0):
            return second
        if first.op == "constant" and second.op == "*" and second.args[0].op == "constant":
            return lift(first.primal * second.args[0].primal) * second.args[1]  # constants stand first: two meet, become one
        return _folded("*", first, second)

    def __truediv__(self, other: Symbol | Number) -> Symbol:
        other = lift(other)
        if self.is_constant(0.0):
            return ZERO
        return self if other.is_constant(1.0) else _folded("/", self, other)

    def __neg__(self) -> Symbol:
        return self * -1.0

    def __sub__(self, other: Symbol | Number) -> Symbol:
        return self + -lift(other)

    def __rsub__(self, other: Number) -> Symbol:
        return lift(other) + -self

    def __rtruediv__(self, other: Number) -> Symbol:
        return lift(other) / self

    __radd__, __rmul__ = __add__, __mul__

    # NumPy's functions, called on an array of nodes, call these methods of each.
    def exp(self) -> Symbol:
        """eˣ."""
        return _folded("exp", self)

    def log(self) -> Symbol:
        """The natural logarithm."""
        return _folded("log", self)

    def log1p(self) -> Symbol:
        """ln(1 + x)."""
        return _folded("log1p", self)

    def expm1(self) -> Symbol:
        """eˣ − 1."""
        return _folded("expm1", self)

    def tanh(self) -> Symbol:
        """The hyperbolic tangent."""
        return _folded("tanh", self)

    def normal_cdf(self) -> Symbol:
        """Φ(x)."""
        return _folded("cdf", self)

    def __repr__(self) -> str:
        return f"Symbol({latex(self)})"


def _folded(op: str, *args: Symbol) -> Symbol:
    """The operation, or its result where all of its arguments are constants."""
    made = Symbol.make(op, args)
    return lift(made.primal) if all(a.op == "constant" for a in args) else made


def lift(x: Symbol | Number) -> Symbol:
    """A number as a constant node."""
    return x if isinstance(x, Symbol) else Symbol.make("constant", value=float(x))


ZERO, ONE = lift(0.0), lift(1.0)


def variable(tex: str, value: float) -> Symbol:
    """A named number."""
    return Symbol.make("variable", value=value, tex=tex)


def variables(name: str, values: Array) -> Array:
    """An array of variables `name_{i,j}`, numbered from 0."""
    found: Array = np.empty(values.shape, dtype=object)
    for index in np.ndindex(values.shape):
        found[index] = variable(f"{name}_{{{','.join(map(str, index))}}}", float(values[index]))
    return found


# (d op(x, …))/dx: for each argument the node's derivative by it, given the node and its arguments
SLOPES: dict[str, Callable[..., tuple[Symbol, ...]]] = {
    "+": lambda y, a, b: (ONE, ONE),
    "*": lambda y, a, b: (b, a),
    "/": lambda y, a, b: (ONE / b, -(y / b)),
    "exp": lambda y, a: (y,),
    "log": lambda y, a: (ONE / a,),
    "log1p": lambda y, a: (ONE / (a + 1.0),),
    "expm1": lambda y, a: (y + 1.0,),
    "tanh": lambda y, a: (1.0 - y * y,),
    "cdf": lambda y, a: ((a * a * -0.5).exp() / ROOT_TWO_PI,),
}


def nodes(*roots: Symbol) -> list[Symbol]:
    """Every node that the roots are made of, once each, arguments before what is made of them."""
    found: dict[int, Symbol] = {}
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            found[id(node)] = node
        elif id(node) not in found:
            stack.append((node, True))
            stack.extend((a, False) for a in reversed(node.args) if id(a) not in found)
    return list(found.values())


def derivative(y: Symbol, x: Symbol) -> Symbol:
    """dy/dx, by the rules of sum, product, quotient and chain, from x up to y; nothing is computed that x does not reach."""
    found: dict[int, Symbol] = {}
    for node in nodes(y):
        if node is x:
            found[id(node)] = ONE
            continue
        reached = [i for i, a in enumerate(node.args) if not found[id(a)].is_constant(0.0)]
        slopes = SLOPES[node.op](node, *node.args) if reached else ()
        total = ZERO
        for i in reached:
            total = total + slopes[i] * found[id(node.args[i])]
        found[id(node)] = total
    return found[id(y)]


def evaluate(y: Symbol, values: Mapping[str, float]) -> float:
    """The value of y with other numbers in the place of some variables; the branches stay those that were taken."""
    found: dict[int, float] = {}
    for node in nodes(y):
        if node.op == "variable":
            found[id(node)] = float(values.get(node.tex, node.primal))
        elif node.op == "constant":
            found[id(node)] = node.primal
        else:
            found[id(node)] = COMPUTE[node.op](*(found[id(a)] for a in node.args))
    return found[id(y)]


def latex(y: Symbol, named: Mapping[int, str] | None = None) -> str:
    """The formula as LaTeX; a node whose id is in `named` is written by its name, save y itself."""
    names, texts = named or {}, dict[int, str]()
    for node in nodes(y):
        parts = [names.get(id(a), texts[id(a)]) for a in node.args]
        texts[id(node)] = _written(node, parts, names)
    return texts[id(y)]


def _written(node: Symbol, parts: list[str], names: Mapping[int, str]) -> str:
    if node.op == "variable":
        return node.tex
    if node.op == "constant":
        return number(node.primal)
    if node.op == "+":
        return " + ".join(parts).replace("+ -", "- ")
    if node.op == "*":
        pairs = zip(node.args, parts, strict=True)
        factors = [rf"\left({t}\right)" if id(a) not in names and (a.op == "+" or t[0] == "-") else t for a, t in pairs]
        if node.args[0].op == "constant":  # a number stands first, so its sign needs no brackets
            return ("-" if node.args[0].is_constant(-1.0) else parts[0] + r"\,") + factors[1]
        return r"\,".join(factors)
    return LATEX[node.op].format(*parts)


def number(value: float) -> str:
    """A constant as LaTeX, with six digits."""
    if not math.isfinite(value):
        return r"\infty" if value > 0 else r"-\infty"
    text = f"{value:.6g}"
    if "e" in text:
        digits, power = text.split("e")
        text = rf"{digits} \cdot 10^{{{int(power)}}}"
    return text


def definitions(y: Symbol, longest: float = math.inf) -> list[tuple[str, Symbol, str]]:
    """(name, node, formula) of every part that is used more than once, in order, then of y itself, named "": sharing shown.

    A part whose formula would be longer than `longest` letters gets a name too, so that no line is much longer than that.
    """
    uses: dict[int, int] = {}
    order = nodes(y)
    for node in order:
        for a in node.args:
            uses[id(a)] = uses.get(id(a), 0) + 1
    names, texts, found = dict[int, str](), dict[int, str](), list[tuple[str, Symbol, str]]()
    for node in order:
        text = texts[id(node)] = _written(node, [names.get(id(a), texts[id(a)]) for a in node.args], names)
        if node.args and node is not y and (uses[id(node)] > 1 or len(text) > longest):
            names[id(node)] = f"u_{{{len(names) + 1}}}"
            found.append((names[id(node)], node, text))
    return [*found, ("", y, texts[id(y)])]


def as_symbol(x: Any) -> Symbol:
    """The node inside a result: a node, or an array of one."""
    return lift(x.item() if is_symbolic(x) or isinstance(x, np.ndarray) else x)
