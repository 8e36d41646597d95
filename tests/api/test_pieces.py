"""What takes long is computed in small pieces, between any two of which a thread may be given back and the work given up."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

import app.api.race
import app.api.train
from app import streaming
from app.api.body import Body
from app.api.compare import Comparison
from app.api.derive import Derivation
from app.api.step import Update
from app.api.surface import Survey
from core.counting import CountedNetwork
from core.experiment import Experiment
from core.gradients import GradientMethod
from core.gradients.numerical import Numerical
from core.kept import Kept
from core.landscape.chain import Chain
from core.network import Network
from core.state import start

LAYERS = [{"kind": "dense", "units": 3}, {"kind": "gelu"}, {"kind": "dense", "units": 1}, {"kind": "identity"}]
SMOOTH = {"data": {"kind": "line", "count": 20}, "layers": LAYERS, "batch_size": 5}
SWEPT = SMOOTH | {"gradient": {"kind": "numerical"}}


def counting(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[int]:
    """How often this function is called, a number for each piece: see `finish`."""
    piece, called = [0], getattr(owner, name)

    def counted(*arguments: Any) -> Any:
        piece[-1] += 1
        return called(*arguments)

    monkeypatch.setattr(owner, name, counted)
    return piece


def finish(job: Any, piece: list[int]) -> None:
    """All pieces of a job, each with a count of its own."""
    while job.answer is None:
        piece.append(0)
        job.advance()


@pytest.mark.parametrize("plane", [{"kind": "trajectory", "steps": 40}, {"kind": "line", "along": "gradient"}])
def test_the_losses_along_a_path_are_pieces_of_their_own(plane: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes two sweeps over all examples: two hundred in one piece had held a thread for minutes, with nobody there."""
    survey = import_module("core.landscape.survey")  # the package calls its function by the same name
    piece = counting(monkeypatch, survey, "true_loss")
    state = {"step": 40, "params": start(Experiment.parse(SMOOTH)).document()["params"]}
    job = Survey(Body({"experiment": SMOOTH, "state": state, "plane": plane, "size": 3, "path": "replay"}))
    finish(job, piece)
    assert len(job.answer["path"]) == 41
    assert max(piece) <= 4, piece  # two of a place, and two more of the present state's


def test_a_line_s_descents_are_pieces_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred losses with their slopes name the learning rates: in one piece they had held a thread for 17 s."""
    line = import_module("core.landscape.slice")
    piece = counting(monkeypatch, line, "slope_at")
    job = Survey(Body({"experiment": SMOOTH, "plane": {"kind": "line", "along": "gradient"}, "size": 3}))
    finish(job, piece)
    assert sum(piece) > 50, "no learning rates were tried"
    assert max(piece) <= 2, piece


@pytest.mark.parametrize("activation", ["gelu", "relu"])  # of which one bends at a point, the other on average
@pytest.mark.parametrize("along", ["gradient", "update"])
def test_a_line_s_slope_and_its_bend_are_pieces_of_their_own(
    activation: str, along: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five gradients over all examples and two losses had been one piece."""
    piece = counting(monkeypatch, Network, "gradient")
    layers = [{"kind": activation} if layer["kind"] == "gelu" else layer for layer in LAYERS]
    job = Survey(Body({"experiment": SMOOTH | {"layers": layers}, "plane": {"kind": "line", "along": along}, "size": 3}))
    finish(job, piece)
    assert sum(piece) >= 3
    assert max(piece) <= 2, "one of a descent that has diverged, and the next one's first"


def test_an_optimum_is_sought_step_by_step_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the classes can be parted it walks on and on: that had held a thread for three seconds, at every surface."""
    optimum = import_module("core.landscape.optimum")
    piece = counting(monkeypatch, optimum, "_newton")
    monkeypatch.setattr(optimum, "_OPTIMA", Kept[Any](1_000_000))
    apart = {"kind": "points", "x": [[-2.0], [-1.0], [1.0], [2.0]], "y": [0, 0, 1, 1], "task": "binary", "test_fraction": 0.0}
    experiment = {
        "data": apart,
        "layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
        "loss": {"kind": "binary_cross_entropy"},
    }
    sums = []
    for _ in range(2):
        job = Survey(Body({"experiment": experiment, "size": 3}))
        finish(job, piece)
        assert job.answer["no_optimum"].startswith("No finite weights are the best")
        sums.append(sum(piece))
    assert sums[0] == sums[1] > 10
    assert max(piece) == 1


@pytest.mark.parametrize("asked", [{"thorough": True}, {"methods": ["symbolic", "forward_mode"]}])
def test_a_comparison_gives_its_thread_back_between_evaluations(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each weight is moved by itself: six hundred of them had held a thread for seven seconds, also for nobody."""
    piece: list[int] = [0]
    forward = Network.forward

    def counted(network: Network, *arguments: Any) -> Any:
        piece[-1] += type(network) is Network  # and not one that counts, once for each of the arrays
        return forward(network, *arguments)

    job = Comparison(Body({"experiment": SMOOTH} | asked))
    monkeypatch.setattr(Network, "forward", counted)
    finish(job, piece)
    assert sum(piece) >= Experiment.parse(SMOOTH).network.size
    assert max(piece) <= 3, "two of central differences, behind backpropagation's one"
    assert not job.answer["left_out"]


def test_a_comparison_gives_its_thread_back_between_the_slopes_by_which_a_corner_is_sought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hundred and twenty of them, for one weight, had been one piece."""
    kinks = import_module("core.kinks")
    piece = counting(monkeypatch, kinks, "_slope")
    layers = [{"kind": "relu"} if layer["kind"] == "gelu" else layer for layer in LAYERS]
    far = {"layers": layers, "gradient": {"kind": "numerical", "step": 0.3}}
    job = Comparison(Body({"experiment": SMOOTH | far, "methods": ["backprop", "numerical"]}))
    finish(job, piece)
    assert job.answer["kinks"]
    assert sum(piece) > 50
    assert max(piece) <= 7, "the ends, the middle and both beside it, the first half, and what is at the weight itself"


def test_a_comparison_gives_its_thread_back_between_formulas_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weight's formula is written for every example, and one for every depth; every width is counted by every method."""
    piece: list[int] = [0]
    formula, growth, scaling = (import_module(f"core.{name}") for name in ("derive.formula", "growth", "scaling"))
    count = GradientMethod.count

    def noted(made: Any) -> Any:
        def noting(*arguments: Any) -> Any:
            piece[-1] += 1
            return made(*arguments)

        return noting

    def counted(method: GradientMethod, *arguments: Any) -> Any:
        piece[-1] += method.sweeping  # backpropagation's is quick, and asked for beside
        return count(method, *arguments)

    monkeypatch.setattr(formula, "_of", noted(formula._of))
    monkeypatch.setattr(growth, "_formula", noted(growth._formula))
    monkeypatch.setattr(GradientMethod, "count", counted)
    for module in (growth, scaling):
        monkeypatch.setattr(module, "_KEPT", Kept[Any](1_000_000))
    asked = {"methods": ["backprop", "symbolic"], "address": "0/W/0,0", "scaling": True}
    job = Comparison(Body({"experiment": SMOOTH} | asked))
    finish(job, piece)
    assert job.answer["symbolic"]["gradient"] is not None, "no example's formula but the told one's was written"
    widths, depths = job.answer["scaling"]["widths"], job.answer["scaling"]["symbolic"]["depths"]
    assert sum(piece) == 1 + SMOOTH["batch_size"] + 3 * len(widths) + len(depths)
    assert max(piece) == 1


def test_the_losses_along_a_line_are_computed_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand places in one piece had held a thread for half a second."""
    blocks: list[list[int]] = []
    run = Chain.run

    def counted(chain: Chain, h: Any, at: Any, *rest: Any) -> Any:
        blocks[-1].append(len(at))
        return run(chain, h, at, *rest)

    monkeypatch.setattr(Chain, "run", counted)
    job = Survey(Body({"experiment": SMOOTH, "plane": {"kind": "line", "along": "gradient"}, "size": 1001}))
    while job.answer is None:
        blocks.append([])
        job.advance()
    assert sum(map(sum, blocks)) == 1001
    assert max(map(len, blocks)) == 1
    assert max(map(sum, blocks)) < 1001 / 5


SWEPT_ONCE = {
    "step": (Update, {"example": 1}),
    "derivation": (Derivation, {"address": "0/W/0,0"}),
    "update": (Survey, {"plane": {"kind": "line", "along": "update"}, "size": 3}),
    "weight": (Survey, {"plane": {"kind": "line", "along": "weight", "address": "0/W/0,0"}, "size": 3}),
    "plane": (Survey, {"plane": {"kind": "gradient", "second": "update"}, "size": 3}),
    "formula": (Comparison, {"methods": ["backprop", "symbolic"], "address": "0/W/0,0"}),
}


def sweeping(name: str) -> Any:
    """A few steps of a gradient that is swept weight by weight, and the piece by which they are taken."""
    if name in SWEPT_ONCE:
        kind, fields = SWEPT_ONCE[name]
        job: streaming.Job = kind(Body({"experiment": SWEPT} | fields))
        return job, lambda: job.advance() or job.answer is not None
    if name.startswith("race"):
        plane = {"plane": {"kind": "gradient", "second": "update"}} if "plane" in name else {}
        raced = app.api.race.Running(Body({"experiments": [SWEPT, SWEPT | {"seed": 1}], "steps": 3} | plane))
        return raced, lambda: next(raced._pieces) and raced.done
    run = app.api.train.Running(Body({"experiment": SWEPT, "steps": 3, "every": 1, "trace": name == "traced"}))
    return run, lambda: run.run.advance() and run.done


@pytest.mark.parametrize("name", ["train", "traced", "race", "race on a plane", *SWEPT_ONCE])
def test_a_step_that_is_swept_weight_by_weight_is_broken_off_between_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand of them had held a thread for a second, in each of which a whole class would step."""
    piece: list[int] = [0]
    slope = Numerical.slope

    def counted(*arguments: Any) -> Any:
        found = slope(*arguments)
        if isinstance(arguments[1], CountedNetwork):  # by which it is counted what a gradient costs
            return found

        def counting(*place: Any) -> float:
            piece[-1] += 1
            return found(*place)

        return counting

    monkeypatch.setattr(Numerical, "slope", counted)
    _, advance = sweeping(name)
    while not advance():
        piece.append(0)
    size = Experiment.parse(SWEPT).network.size
    assert sum(piece) == size * {"train": 3, "traced": 3, "race": 6, "race on a plane": 7}.get(name, 1)
    assert max(piece) == 1


def test_a_line_along_the_gradient_takes_no_step_where_a_learning_rate_says_how_far(monkeypatch: pytest.MonkeyPatch) -> None:
    def swept(*_: Any) -> Any:
        raise AssertionError("the run's own gradient was swept")

    monkeypatch.setattr(Numerical, "slope", swept)
    found = Survey(Body({"experiment": SWEPT, "plane": {"kind": "line", "along": "gradient"}, "size": 3})).finish()
    assert found["step"]["at"] == Experiment.parse(SWEPT).optimizer.learning_rate  # type: ignore[attr-defined]


def test_before_a_race_its_runs_are_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The losses beyond which they have diverged, and those at which they stand: sixteen had been one piece."""
    piece: list[int] = [0]
    forward = Network.forward

    def counted(network: Network, *arguments: Any) -> Any:
        # What counts a sweep is kept: it runs only where no test has asked before.
        piece[-1] += not isinstance(network, CountedNetwork)
        return forward(network, *arguments)

    monkeypatch.setattr("core.frame._LIMITS", Kept[Any](1_000_000))
    monkeypatch.setattr(Network, "forward", counted)
    raced = app.api.race.Running(Body({"experiments": [SMOOTH | {"seed": seed} for seed in range(8)], "steps": 1}))
    while next(raced._pieces) is None:
        piece.append(0)
    assert sum(piece) == 16
    assert max(piece) == 1
