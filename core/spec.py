"""Declare a hyperparameter once: symbol, bounds and help travel to the form, the schema, the URL and the errors.

A *kind* is a frozen dataclass whose fields are declared with `number`, `integer`, `choice`, ... below; a *catalogue* is an
aligned list of kinds.  Nothing outside a kind names its fields: the page's control, the HTTP schema and the documentation are
read off `Catalogue.describe()`.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field
from typing import Any, ClassVar, Generic, TypeVar


class SpecError(ValueError):
    """A value that cannot be used: which field, what was expected and what came, and what to do about it."""

    def __init__(self, field: str, message: str, hint: str) -> None:
        super().__init__(f"{field}: {message}" + (f" ({hint})" if hint else ""))
        self.field, self.message, self.hint = field, message, hint


@dataclass(frozen=True)
class Rule:
    """What a field accepts.  `type` is one of number, integer, boolean, choice, choices, array, address, addresses, points."""

    type: str
    symbol: str = ""
    help: str = ""
    low: float | None = None
    high: float | None = None
    above: bool = False  # the lower bound itself is excluded
    below: bool = False  # the upper bound itself is excluded
    step: str = "linear"  # how a slider moves: linear or log
    choices: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # how the choices are written for people, where that is not how a document writes them
    nullable: bool = False

    def interval(self) -> str:
        """The bounds in words: «a number above 0 and at most 10»."""
        what = {"number": "a number", "integer": "a whole number"}[self.type]
        low = "" if self.low is None else f"{'above' if self.above else 'at least'} {_bound(self.low)}"
        high = "" if self.high is None else f"{'below' if self.below else 'at most'} {_bound(self.high)}"
        return " ".join(part for part in (what, " and ".join(p for p in (low, high) if p)) if part)

    def problem(self, value: Any) -> str | None:
        """Why `value` cannot stand here, as «expected …, got …»; None when it can."""
        if value is None:
            return None if self.nullable else f"expected {self.expected()}, got null"
        if self.type in ("number", "integer"):
            return self._number_problem(value)
        if self.type == "boolean":
            return None if isinstance(value, bool) else f"expected true or false, got {shown(value)}"
        if self.type == "choice":
            fine = isinstance(value, str) and value in self.choices
            return None if fine else f"expected {self.expected()}, got {shown(value)}"
        if self.type == "choices":
            fine = isinstance(value, (list, tuple)) and len(value) > 0 and len(set(map(str, value))) == len(value)
            fine = fine and all(isinstance(v, str) and v in self.choices for v in value)
            return None if fine else f"expected {self.expected()}, got {shown(value)}"
        return None

    def _number_problem(self, value: Any) -> str | None:
        kinds = (int,) if self.type == "integer" else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            return f"expected {self.expected()}, got {shown(value)}"
        if isinstance(value, float) and not math.isfinite(value):
            return f"expected {self.expected()}, got a number that is not finite"
        too_low = self.low is not None and (value <= self.low if self.above else value < self.low)
        too_high = self.high is not None and (value >= self.high if self.below else value > self.high)
        return f"expected {self.expected()}, got {shown(value)}" if too_low or too_high else None

    def expected(self) -> str:
        """What is accepted, in words."""
        if self.type in ("number", "integer"):
            return self.interval() + (" or null" if self.nullable else "")
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        if self.type == "choices":
            return "a list, without repeats, of some of " + ", ".join(self.choices)
        return {"boolean": "true or false"}.get(self.type, "an array of numbers")


def _bound(value: float) -> str:
    """A bound in words: whole numbers in full, «2,147,483,647» and not «2.14748e+09»."""
    return f"{int(value):,}" if value == int(value) and abs(value) < 1e15 else f"{value:g}"


def shown(value: Any, length: int = 40) -> str:
    """A value for an error message, as JSON writes it, cut short: nobody's input is echoed at length."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return "a very large integer"
    if isinstance(value, float):  # 4.0 with its point, for it is not taken for a whole number
        return f"{value:.1f}" if value.is_integer() and abs(value) < 1e15 else f"{value:g}"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # nothing that came as JSON
        text = f"something of type {type(value).__name__}"
    # Letters of every script stand as they are; half a surrogate pair and what cannot be seen, as JSON's escapes.
    text = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text[: length + 1])
    return text if len(text) <= length else text[: length - 1] + "…"


def many(value: Any) -> str:
    """How many entries came, for an error message about a list; of what is no list, the value itself."""
    if not isinstance(value, (list, tuple)):
        return shown(value)
    return f"{len(value):,}" if value else "an empty list"


def _declare(rule: Rule, default: Any) -> Any:
    if isinstance(default, list):
        default = tuple(default)
    return field(default=default, metadata={"rule": rule})


def number(default: Any = MISSING, *, symbol: str = "", help: str = "", low: float | None = None, high: float | None = None,
           above: bool = False, below: bool = False, step: str = "linear", nullable: bool = False) -> Any:  # fmt: skip
    """A real number between bounds."""
    return _declare(Rule("number", symbol, help, low, high, above, below, step, nullable=nullable), default)


def integer(default: Any = MISSING, *, symbol: str = "", help: str = "", low: int | None = None, high: int | None = None,
            step: str = "linear", nullable: bool = False) -> Any:  # fmt: skip
    """A whole number between bounds."""
    return _declare(Rule("integer", symbol, help, low, high, step=step, nullable=nullable), default)


def boolean(default: bool, *, symbol: str = "", help: str = "") -> Any:
    """True or false."""
    return _declare(Rule("boolean", symbol, help), default)


def choice(default: str, choices: tuple[str, ...], *, symbol: str = "", help: str = "") -> Any:
    """One word of a list."""
    return _declare(Rule("choice", symbol, help, choices=choices), default)


def choices(default: tuple[str, ...] | None, choices: tuple[str, ...], *, symbol: str = "", help: str = "",
            titles: tuple[str, ...] = (), nullable: bool = False) -> Any:  # fmt: skip
    """Some words of a list."""
    return _declare(Rule("choices", symbol, help, choices=choices, titles=titles, nullable=nullable), default)


def array(*, symbol: str = "", help: str = "") -> Any:
    """A nested list of numbers, checked by the kind itself."""
    return _declare(Rule("array", symbol, help), MISSING)


@dataclass(frozen=True)
class Kind:
    """A member of a catalogue.  Its class says what it is called; its fields are its hyperparameters."""

    kind: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str]
    latex: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for name, rule in rules(type(self)).items():
            problem = rule.problem(getattr(self, name))
            if problem:
                raise SpecError(name, problem, rule.help)

    def document(self) -> dict[str, Any]:
        """The JSON form: `{"kind": …, field: value}`; `Catalogue.parse` reads it back."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {"kind": self.kind} | {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


# Words of titles that are people's names, or names of methods, and keep their capital within a sentence.
PROPER = frozenset({"Adam", "He", "Huber", "Levenberg–Marquardt", "Nesterov", "Poisson", "Xavier"})


def lowered(title: str) -> str:
    """A title or sentence within a sentence: «tanh», but «ReLU», «L2» and «Adam»: a capital or digit further on makes a name."""
    word = title.split(" ", 1)[0]
    named = word in PROPER or any(sign.isupper() or sign.isdigit() for sign in word[1:])
    return title if named else title[:1].lower() + title[1:]


def rules(cls: type) -> dict[str, Rule]:
    """The rule of every declared field of a dataclass, in order."""
    return {f.name: f.metadata["rule"] for f in dataclasses.fields(cls) if "rule" in f.metadata}


def describe_fields(cls: type) -> list[dict[str, Any]]:
    """The declared fields as data: name, type, bounds (also in words: what a number is expected to be), default, symbol, help."""
    found = []
    for f in dataclasses.fields(cls):
        if "rule" not in f.metadata:
            continue
        entry = {k: v for k, v in dataclasses.asdict(f.metadata["rule"]).items() if v is not False and v not in ("", None, ())}
        entry = {"name": f.name} | {k: list(v) if isinstance(v, tuple) else v for k, v in entry.items()}
        if f.metadata["rule"].type in ("number", "integer"):
            entry["expects"] = f.metadata["rule"].expected()
        if f.default is not MISSING:
            entry["default"] = list(f.default) if isinstance(f.default, tuple) else f.default
        found.append(entry)
    return found


K = TypeVar("K", bound=Kind)


class Catalogue(Generic[K]):
    """The kinds of one sort, by name, in the order in which they are offered."""

    def __init__(self, name: str, *members: type[K]) -> None:
        self.name = name
        self.members: dict[str, type[K]] = {m.kind: m for m in members}

    def __iter__(self) -> Iterator[type[K]]:
        return iter(self.members.values())

    def __getitem__(self, kind: str) -> type[K]:
        return self.members[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self.members

    def parse(self, value: Any, path: str) -> K:
        """The kind that a JSON object describes.  Raises SpecError with the field's full path."""
        if isinstance(value, Kind):
            return value  # type: ignore[return-value]
        if not isinstance(value, Mapping):
            raise SpecError(
                path, f'expected an object with a "kind", got {shown(value)}', f'such as {{"kind": "{next(iter(self.members))}"}}'
            )
        if "kind" not in value:
            raise SpecError(f"{path}.kind", "this field is needed", f"one of {', '.join(self.members)}")
        name = value["kind"]
        if not isinstance(name, str) or name not in self.members:
            raise SpecError(
                f"{path}.kind", f"expected one of {', '.join(self.members)}, got {shown(name)}", "GET /api/catalog tells them all"
            )
        cls = self.members[name]
        known = rules(cls)
        for key in value:
            if key != "kind" and key not in known:
                hint = f"its fields: {', '.join(known) or 'none'}"
                raise SpecError(f"{path}.{str(key)[:40]}", f"{name} has no such field", hint)
        for f in dataclasses.fields(cls):
            if f.default is MISSING and f.name in known and f.name not in value:
                raise SpecError(f"{path}.{f.name}", f"{name} needs this field", known[f.name].help)
        try:
            return cls(**{k: tuple(v) if isinstance(v, list) and known[k].type == "choices" else v
                          for k, v in value.items() if k != "kind"})  # fmt: skip
        except SpecError as error:
            raise SpecError(f"{path}.{error.field}", error.message, error.hint) from error

    def describe(self) -> list[dict[str, Any]]:
        """The catalogue as data, for `GET /api/catalog`."""
        return [
            {"kind": m.kind, "title": m.title, "help": m.help, "latex": m.latex, "fields": describe_fields(m)} | m_extra(m)
            for m in self
        ]


def m_extra(cls: type[Kind]) -> dict[str, Any]:
    """What a sort of kind adds to its catalogue entry (`facts` of a layer, a loss, a data set)."""
    facts = getattr(cls, "facts", None)
    return facts() if callable(facts) else {}
