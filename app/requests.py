"""Schemas of what is asked, for OpenAPI: what may be left out, and what it is then."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.documents import ROW, State
from app.schemas import ExperimentModel, LossModel, PlaneModel, Strict


class ExperimentRequest(Strict):
    """An experiment."""

    experiment: ExperimentModel


class StartRequest(ExperimentRequest):
    """An experiment, and where to begin it."""

    state: State | None = Field(None, description="Left out, the initial state.")


class StepRequest(ExperimentRequest):
    """A step from a state, or from the start."""

    state: State | None = Field(None, description="Left out, the initial state.")
    example: int | None = Field(None, ge=0, le=1999, description="Whose own contributions are wanted: " + ROW)


class TrainRequest(StepRequest):
    """A run of steps."""

    steps: int = Field(100, ge=1, le=100_000)
    every: int = Field(1, ge=1, le=100_000, description="A frame after so many updates, and after the last.")
    trace: bool = Field(False, description="Whether each frame holds the trace of its last step.")


class DeriveRequest(StepRequest):
    """One number of the step that the state is about to take."""

    address: str = Field(description='Such as "0/W/1,0": layer/name/indices.')
    paths: int | None = Field(None, ge=1, description="How many of the largest paths are listed.")
    over: Literal["example", "batch"] = Field("example", description="Whose paths; the batch's are means.")
    without: list[str] | None = Field(None, description="Parts that are neither computed nor sent, such as python or expansion.")


class CompareRequest(ExperimentRequest):
    """The methods that are to be compared; left out, all that fit this network."""

    state: State | None = None
    methods: list[str] | None = None
    scaling: bool = Field(False, description="Whether the cost as the network grows is wanted too.")
    thorough: bool = Field(False, description="Whether methods that take seconds for this network are used too.")
    address: str | None = Field(None, description='A weight, such as "0/W/1,0", whose symbolic derivative is written out.')
    example: int = Field(0, ge=0, le=1999, description="For which it is: " + ROW)


class PairsRequest(Strict):
    """The outputs' pre-activations and targets of one example."""

    z: list[float] = Field(min_length=1)
    y: list[float] = Field(min_length=1)
    loss: LossModel | None = None


class PredictRequest(ExperimentRequest):
    """Raw examples, or a grid over the box of the data."""

    state: State
    x: list[list[float]] | None = None
    grid: int | None = Field(None, ge=2, le=101)
    neurons: bool = False


class SurfaceRequest(ExperimentRequest):
    """A plane or a line through a state's parameters."""

    state: State | None = None
    plane: PlaneModel
    size: int = Field(31, ge=2, le=1001, description="Points of each axis: at most 101 for a plane, 1001 for a line.")
    reach: float | None = Field(None, gt=0, le=1e6, description="Both axes from −reach to reach.")
    span: list[list[float]] | None = Field(None, description="Or [from, to] for each axis; with neither, the path fits.")
    path: list[State] | Literal["replay"] = Field([], description="Visited states, or the run's own up to the state, replayed.")
    precision: Literal["float64", "float32"] = "float64"


class RaceRequest(Strict):
    """Up to eight runs on one surface: whole experiments, or one and what varies."""

    experiments: list[ExperimentModel] | None = Field(None, min_length=1, max_length=8)
    experiment: ExperimentModel | None = None
    variants: list[dict[str, Any]] | None = Field(
        None, min_length=1, max_length=8, description="Each: label, and any of optimizer, gradient, batch_size, seed."
    )
    state: State | None = Field(None, description="The common start: step and parameters; every run's memory starts afresh.")
    steps: int = Field(100, ge=1, le=100_000)
    every: int = Field(1, ge=1, le=100_000)
    plane: PlaneModel | None = None
    basis: dict[str, Any] | None = Field(None, description="Origin and directions, as POST /api/surface answers them.")
    states: bool = Field(False, description="Whether every frame holds every run's state; the last one does.")


class FigureRequest(ExperimentRequest):
    """A figure by its name, and how it is drawn."""

    name: str
    theme: Literal["light", "dark"] = "light"
    width: float | None = Field(None, description="Of the network, in pixels; within bounds, which an answer never leaves.")
    height: float | None = Field(None, description="Of the network, in pixels.")
