"""Schemas of the experiment, made from the catalogues' rules: what core accepts, told to OpenAPI.

Requests are parsed by core, whose messages name what was expected and what came; the tests hold these schemas against it.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Iterable
from functools import reduce
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from typing_extensions import TypeAliasType

from core.experiment import CATALOGUES, DEFAULTS, MOST_LAYERS, Experiment
from core.landscape import PLANES, Line
from core.pairs import activations
from core.spec import Catalogue, Kind, Rule, rules

Numbers = TypeAliasType("Numbers", "float | list[Numbers]")
Params: TypeAlias = list[dict[str, Numbers]]


class Strict(BaseModel):
    """No field beyond the known, no NaN, no text where a number is meant."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def _distinct(values: list[str]) -> list[str]:
    """The list, without repeats."""
    if len(set(values)) < len(values):
        raise ValueError("expected a list without repeats")
    return values


def field_type(rule: Rule) -> Any:
    """The type of a field with such a rule."""
    given = {"gt" if rule.above else "ge": rule.low, "lt" if rule.below else "le": rule.high}
    bounds: dict[str, Any] = {name: bound for name, bound in given.items() if bound is not None}
    words: Any = Literal[rule.choices] if rule.choices else str
    found: Any = {
        "number": Annotated[float, Field(**bounds)],
        "integer": Annotated[int, Field(**bounds)],
        "boolean": bool,
        "choice": words,
        "choices": Annotated[
            list[words], Field(min_length=1, json_schema_extra={"uniqueItems": True}), AfterValidator(_distinct)
        ],
        "addresses": Annotated[list[str], Field(min_length=2, max_length=2)],
        "address": str,
        "points": list[Any],
        "array": list[Numbers],
    }[rule.type]
    return found | None if rule.nullable else found


def field_of(field: dataclasses.Field[Any]) -> tuple[Any, Any]:
    """A dataclass field as pydantic's: its type and its default, symbol and help."""
    rule: Rule = field.metadata["rule"]
    default: Any = ... if field.default is dataclasses.MISSING else field.default
    default = list(default) if isinstance(default, tuple) else default
    return field_type(rule), Field(default, description=rule.help or None, title=rule.symbol or field.name)


def kind_model(name: str, cls: type[Kind]) -> type[Strict]:
    """The schema of one kind."""
    own: dict[str, Any] = {"kind": (Literal[cls.kind], ...)}
    own |= {f.name: field_of(f) for f in dataclasses.fields(cls) if f.name in rules(cls)}
    title = f"{name.title()}{cls.kind.title().replace('_', '')}"
    return create_model(title, __base__=Strict, __doc__=cls.help, **own)


def kinds(catalogue: Catalogue[Any], members: Iterable[type[Kind]] | None = None) -> Any:
    """Any kind of a catalogue, or of these of its members, told apart by "kind"."""
    models = [kind_model(catalogue.name, member) for member in (catalogue if members is None else members)]
    if len(models) == 1:
        return models[0]
    return Annotated[reduce(operator.or_, models), Field(discriminator="kind")]


def _experiment() -> type[Strict]:
    fields: dict[str, Any] = {"data": (kinds(CATALOGUES["data"]), ...)}
    layer: Any = kinds(CATALOGUES["layers"])
    fields["layers"] = (list[layer], Field(min_length=1, max_length=MOST_LAYERS))
    for name, default in DEFAULTS.items():
        fields[name] = (kinds(CATALOGUES[name]), Field(default, validate_default=True))
    fields |= {f.name: field_of(f) for f in dataclasses.fields(Experiment) if f.name in rules(Experiment)}
    doc = "What is learned, by what, how.  Together with the state it carries everything; the server keeps nothing."
    return create_model("Experiment", __base__=Strict, __doc__=doc, **fields)


ExperimentModel: Any = _experiment()
LossModel: Any = kinds(CATALOGUES["loss"])
ActivationModel: Any = kinds(CATALOGUES["layers"], activations())
PlaneModel: Any = kinds(PLANES, (member for member in PLANES if member is not Line))
LineModel: Any = kinds(PLANES, [Line])
