"""Schemas of what is asked, for OpenAPI: what may be left out, and what it is then.

Bounds are read off the rules that the server itself holds a request against; a test tries them out.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel, create_model

from app.documents import State
from app.fields import (
    END,
    EVERY,
    EXAMPLE,
    GRID,
    LINE_SIZE,
    LONGEST_PATH,
    MOST_ROWS,
    NAME,
    NEURONS,
    NO_EXAMPLE,
    PATHS,
    PIXELS,
    PRECISION,
    REACH,
    SCALING,
    SIZE,
    STATES,
    STEPS,
    THEME,
    THOROUGH,
    TRACE,
    WHOSE,
    WITHOUT,
)
from app.figures.network import SIZES
from app.schemas import ActivationModel, ExperimentModel, LineModel, LossModel, Numbers, PlaneModel, Strict, field_type
from core.compare import METHODS
from core.derive import LISTED
from core.landscape.race import MOST_RUNS
from core.pairs import MOST_OUTPUTS
from core.spec import Rule

NEEDED: Any = ...
NONE: Any = ()


def field(rule: Rule, default: Any, said: str = "") -> tuple[Any, Any]:
    """A field with such a rule; what it is where it is left out."""
    return plain(field_type(rule), default, " ".join(filter(None, (said, rule.help))))


def plain(kind: Any, default: Any = NEEDED, said: str = "", **bounds: Any) -> tuple[Any, Any]:
    """A field of such a type."""
    if default is NONE:  # which cannot be sent, and is therefore not told as the default
        return kind, Field(default_factory=list, description=said or None, **bounds)
    return kind, Field(default, description=said or None, **bounds)


def asked(name: str, doc: str, base: type[Strict] = Strict, /, **fields: tuple[Any, Any]) -> type[Strict]:
    """The schema of a body with these fields, and those of the base."""
    return create_model(name, __base__=base, __doc__=doc, **fields)  # type: ignore[call-overload, no-any-return]


BEGINNING = plain(State | None, None, "Left out, the initial state.")

ExperimentRequest = asked("ExperimentRequest", "An experiment.", experiment=plain(ExperimentModel))
StartRequest = asked("StartRequest", "An experiment, and where to begin it.", ExperimentRequest, state=BEGINNING)
StepRequest = asked(
    "StepRequest", "A step from a state, or from the start.", StartRequest,
    example=field(NO_EXAMPLE, None, "Whose own contributions are wanted."),
)  # fmt: skip
TrainRequest = asked(
    "TrainRequest", "A run of steps.", StepRequest,
    steps=field(STEPS, 100), every=field(EVERY, 1), trace=field(TRACE, False),
)  # fmt: skip
DeriveRequest = asked(
    "DeriveRequest", "One number of the step that the state is about to take.", StartRequest,
    address=plain(str, said='Such as "0/W/1,0": layer/name/indices.'), example=field(EXAMPLE, 0),
    paths=field(PATHS, LISTED), over=field(WHOSE, "example"),
    without=field(WITHOUT, NONE),
)  # fmt: skip
CompareRequest = asked(
    "CompareRequest", "The methods that are to be compared.", StartRequest,
    methods=field(Rule("choices", choices=METHODS, nullable=True), None, "Left out, all that fit this network."),
    scaling=field(SCALING, False), thorough=field(THOROUGH, False),
    address=plain(str | None, None, 'A weight, such as "0/W/1,0", whose symbolic derivative is written out.'),
    example=field(EXAMPLE, 0, "For which it is."),
)  # fmt: skip
OUTPUTS = plain(list[float], min_length=1, max_length=MOST_OUTPUTS)
PairsRequest = asked(
    "PairsRequest", "The outputs' pre-activations and targets of one example.", z=OUTPUTS, y=OUTPUTS,
    loss=plain(LossModel, NONE, "The experiment's own, whose hyperparameters are used."),
    activation=plain(ActivationModel, NONE, "Likewise its last layer, if that is an activation."),
)  # fmt: skip

ExamplesRequest = asked(
    "ExamplesRequest", "Raw examples, each as POST /api/data gives it or as one row.", ExperimentRequest,
    state=plain(State), x=plain(list[list[Numbers]], min_length=1, max_length=MOST_ROWS),
)  # fmt: skip
GridRequest = asked(
    "GridRequest", "A grid over the box of the data.", ExperimentRequest,
    state=plain(State), grid=field(GRID, NEEDED), neurons=field(NEURONS, False),
)  # fmt: skip


class PredictRequest(RootModel[ExamplesRequest | GridRequest]):  # type: ignore[valid-type]
    """Raw examples, or a grid over the box of the data."""


End: Any = field_type(END)
Axis: Any = Annotated[list[End], Field(min_length=2, max_length=2)]
PATH = plain(
    Annotated[list[State], Field(max_length=LONGEST_PATH)] | Literal["replay"] | None, [],
    "Visited states, or the run's own up to the state, replayed.",
)  # fmt: skip
CutRequest = asked(
    "CutRequest", "A state, and what is asked of the loss about it.", StartRequest,
    reach=field(REACH, None), path=PATH, precision=field(PRECISION, "float64"),
)  # fmt: skip


def span(axes: int) -> tuple[Any, Any]:
    """[from, to] for each axis."""
    kind: Any = Annotated[list[Axis], Field(min_length=axes, max_length=axes)] | None
    return plain(kind, None, "Or [from, to] for each axis; with neither, the path fits.")


PlaneRequest = asked(
    "PlaneRequest", "A plane through a state's parameters.", CutRequest,
    plane=plain(PlaneModel, {"kind": "random"}), size=field(SIZE, 31), span=span(2),
)  # fmt: skip
LineRequest = asked(
    "LineRequest", "A line through a state's parameters.", CutRequest,
    plane=plain(LineModel), size=field(LINE_SIZE, 201), span=span(1),
)  # fmt: skip


class SurfaceRequest(RootModel[PlaneRequest | LineRequest]):  # type: ignore[valid-type]
    """A plane or a line through a state's parameters."""


Course = asked(
    "Course", "How long a race is, and on which surface it is shown.",
    state=plain(State | None, None, "The common start: step and parameters; every run's memory starts afresh."),
    steps=field(STEPS, 100), every=field(EVERY, 1), plane=plain(PlaneModel | LineModel | None, None),
    basis=plain(dict[str, Any] | None, None, "Origin and directions, as POST /api/surface answers them."),
    states=field(STATES, False),
)  # fmt: skip
RunsRequest = asked(
    "RunsRequest", "Whole experiments.", Course,
    experiments=plain(list[ExperimentModel], min_length=1, max_length=MOST_RUNS),
)  # fmt: skip
VariantsRequest = asked(
    "VariantsRequest", "One experiment, and what varies.", Course, experiment=plain(ExperimentModel),
    variants=plain(list[dict[str, Any]], said="Each: label, and any of optimizer, gradient, batch_size, seed.",
                   min_length=1, max_length=MOST_RUNS),
)  # fmt: skip


class RaceRequest(RootModel[RunsRequest | VariantsRequest]):  # type: ignore[valid-type]
    """Up to eight runs on one surface: whole experiments, or one and what varies."""


FigureRequest = asked(
    "FigureRequest", "A figure by its name, and how it is drawn.", ExperimentRequest,
    name=field(NAME, NEEDED), theme=field(THEME, "light"),
    **{side: field(PIXELS, size) for side, (_, _, size) in SIZES.items()},
)  # fmt: skip
