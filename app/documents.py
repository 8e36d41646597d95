"""Schemas of a state and of what is answered, for OpenAPI; the tests hold every real answer against them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import ExperimentModel, Numbers, Params, Strict

MEMORY = (
    "The optimizer's memory, by the names that the optimizer gives it. One of the same form is gone on with, whichever optimizer "
    "left it there: AdaGrad's sum of squares as RMSprop's mean, Adam's two means as AdamW's. One of another form is put "
    "aside, and the memory begins anew at this step. So it does with null, or left out: send null where another optimizer is to "
    "take over."
)

Slots = list[dict[str, dict[str, Numbers]]]
Nullable = Numbers | None  # arrays of a diverged run hold nulls, which the schema tells of in words


class Answer(BaseModel):
    """Fields may be added; those named here keep their names and meanings."""

    model_config = ConfigDict(extra="allow", strict=True)


class State(Strict):
    """Where a run stands.  Lists are aligned with the experiment's layers."""

    step: int = Field(ge=0, description="The number of updates taken.")
    params: Params
    slots: Slots | None = Field(None, description=MEMORY)
    shared: dict[str, float] | None = Field(
        None, description="The optimizer's memory of the whole run: its damping; `began`, the step at which it began (absent: 0)."
    )


class Losses(Answer):
    """Over all training examples and all test examples, at these parameters."""

    train: float | None
    test: float | None


class Frame(Answer):
    """How a run stands after `step` updates.  Where it has diverged, numbers that are not finite are null."""

    step: int
    loss: Losses
    metrics: dict[str, float | None]
    state: dict[str, Any] = Field(description="The state to resume from.")
    diverged: bool
    reason: str = Field("", description="Why the run counts as diverged.")
    trace: Trace | None = Field(None, description="The trace of the last step, if it was asked for.")


class Batch(Answer):
    """The examples of a step."""

    indices: list[int]
    x: Numbers
    y: Numbers


class Link(Answer):
    """One link of the chain, per example but for `grads`; slope, Jacobian, mask or winners beside, where a link has them."""

    kind: str
    input: Numbers
    output: Numbers
    grad_output: Numbers = Field(description="∂ℓ/∂output of every example; of a dense link, the textbook's δ.")
    grad_input: Numbers
    grads: dict[str, Numbers] = Field(description="dL/d(parameter) of the batch, penalty included, by the experiment's method.")
    backprop: dict[str, Numbers] | None = Field(None, description="The same by backpropagation, where another method gave grads.")


class LossTrace(Answer):
    """L = data + penalty; data is the mean of per_example."""

    value: float
    per_example: list[float]
    terms: Numbers = Field(description="What each output adds to ℓ of every example.")
    data: float
    penalty: float


class Trace(Answer):
    """Everything of one step: after = before + updates, and this step's after is the next step's before."""

    step: int
    batch: Batch
    layers: list[Link]
    loss: LossTrace
    fused: bool = Field(description="The last link and the loss are computed in one piece: δ = ŷ − y.")
    before: Params
    updates: Params
    after: Params
    slots: Slots
    shown: Slots = Field(description="What the optimizer computed on the way.")
    k: int = Field(description="The number of this update since the optimizer's memory began, from 1: corrections read it.")
    mean: Params = Field(description="The batch's means of every link's arrays.")
    example: dict[str, Any] | None = Field(description="One example's own contribution to every gradient, if asked for.")


class Info(Answer):
    """Facts about an architecture."""

    shapes: list[list[int]] = Field(description="Along the chain: the input's, then every link's output.")
    param_shapes: list[dict[str, list[int]]]
    input_names: list[str]
    input_titles: list[str] = Field(description="The same as the page writes them: x₁² for x1^2.")
    feature_names: list[str] = Field(description="What the data call their raw inputs.")
    output_names: list[str]
    class_names: list[str]
    vocabulary: list[str] = Field(description="The word each number of an input stands for; empty where inputs are quantities.")
    size: int = Field(description="The number of parameters.")
    train_count: int
    test_count: int
    batch_size: int
    task: str
    fused: bool = Field(description="The last link and the loss are computed in one piece, as in a trace.")
    domain: list[list[float]] = Field(description="The box of raw inputs to draw, where there are one or two.")


class StartAnswer(Answer):
    """Where a run begins."""

    state: State
    experiment: ExperimentModel
    info: Info
    frame: Frame


class Examples(Answer):
    """One half of the data: x as the network is given it, raw as it was measured, y as the loss takes it, label as it is."""

    indices: list[int]
    x: Numbers
    y: Numbers
    raw: Numbers
    label: Numbers


class DataAnswer(Answer):
    """The examples and their names."""

    task: str
    feature_names: list[str]
    input_names: list[str]
    class_names: list[str]
    domain: list[list[float]] = Field(description="The box of raw inputs to draw, where there are one or two.")
    train: Examples
    test: Examples


class StepAnswer(Answer):
    """One update."""

    state: State
    trace: Trace
    frame: Frame


class Axis(Answer):
    """The places of one axis of a grid."""

    label: str
    values: list[float]


class PredictAnswer(Answer):
    """Outputs (N, K) for x; for a grid K matrices, whose rows follow axes[1] and whose columns follow axes[0]."""

    outputs: Numbers
    axes: list[Axis] | None = None
    neurons: list[Numbers] | None = Field(None, description="For each link, for each of its units, a matrix like outputs'.")


class PathPoint(Answer):
    """A state of the run, seen from the plane."""

    step: int
    at: list[float] = Field(description="[α, β] of the foot of the perpendicular.")
    plane_loss: float | None = Field(description="The loss there, on the plane.")
    true_loss: float | None = Field(description="The loss at the state's own parameters.")
    gap: float | None = Field(description="How far the two are apart; 0 below rounding.")
    distance: float = Field(description="How far the state is from the plane.")


class SurfaceAnswer(Answer):
    """loss(α, β) = L(origin + α·directions[0] + β·directions[1]); rows follow axes[1], columns axes[0]."""

    axes: list[Axis]
    loss: Numbers
    origin: Params
    directions: list[Params]
    path: list[PathPoint]
    height: dict[str, float | None] = Field(description="low, high and median of the finite losses; not_finite counts others.")
    notes: list[str] = Field(description="What is not as the plane's name promises, and why.")
    dtype: str = Field(description="What was computed with.")
    relative_error: float = Field(description="The largest seen against float64, over a sample that holds the lowest points.")
    progress: float | None = Field(
        None,
        description="Streamed, 1 here, and on the lines before it the share of all the work that is done; it never goes back.",
    )


class RacePlace(Answer):
    """Where one run is."""

    label: str
    step: int = Field(description="Of a run that has diverged, the first that crossed the limit.")
    loss: float | None = Field(description="Over all training examples.")
    diverged: bool
    evaluations: int = Field(description="Sweeps forward over a batch, so far.")
    pullbacks: int = Field(description="Sweeps backward, so far.")
    at: list[float] | None = Field(None, description="Its place on the plane, if there is one.")
    distance: float | None = Field(None, description="How far it is from the plane.")
    state: dict[str, Any] | None = Field(None, description="What it can be resumed from.")


class RaceFrame(Answer):
    """Every run after the same number of updates; the first frame also holds the plane."""

    step: int
    runs: list[RacePlace]


class DeriveAnswer(Answer):
    """One number of the step as a sum of products, each factor with its place in the trace."""

    address: str
    step: int
    example: int
    index: int
    mathml: dict[str, str]
    no_python: str | None = Field(None, description="In the place of `python`: why there is no script of this number.")


class CompareAnswer(Answer):
    """Every derivative by several methods, the largest difference, and what each method cost."""

    methods: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    symbolic: dict[str, Any] | None = Field(None, description="One weight's derivative as a formula, its value and its cost.")


class FigureAnswer(Answer):
    """A Plotly figure."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


class Problem(Strict):
    """What was wrong: the field's path, what was expected and what came, what to do."""

    field: str
    message: str
    hint: str


Frame.model_rebuild()
