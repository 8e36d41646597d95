"""The plots' figures: Plotly accepts them, and what stands in them is the data set's own."""

import math
from itertools import pairwise

import numpy as np
import pytest
from plotly.graph_objects import Figure

from app.api.body import Body
from app.api.figure import answer
from app.figures import FIGURES
from app.presets import presets
from core.experiment import Experiment
from core.spec import SpecError

PLOTS = ("loss", "boundary", "surface", "contour", "line", "race", "race_paths")
EXPERIMENTS = {preset["slug"]: Experiment.parse(preset["experiment"]) for preset in presets()}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize("slug", EXPERIMENTS)
def test_plotly_accepts_the_figure(slug: str, name: str, theme: str) -> None:
    figure = FIGURES[name](EXPERIMENTS[slug], {"theme": theme})
    assert set(figure) == {"data", "layout", "meta"}
    Figure(data=figure["data"], layout=figure["layout"])
    assert figure["meta"]["name"]


@pytest.mark.parametrize("name", PLOTS)
def test_an_unknown_theme_is_refused_in_words(name: str) -> None:
    with pytest.raises(SpecError, match="expected one of light, dark"):
        answer(Body({"name": name, "experiment": EXPERIMENTS["xor"].document(), "theme": "plaid"}))


@pytest.mark.parametrize("slug", EXPERIMENTS)
def test_every_example_is_drawn_once_at_its_raw_coordinates(slug: str) -> None:
    experiment = EXPERIMENTS[slug]
    figure = FIGURES["boundary"](experiment, {})
    samples = experiment.data.make()
    dimensions = len(experiment.data.feature_names)
    drawn = [
        (i, x, y) for t in figure["data"] if "customdata" in t for i, x, y in zip(t["customdata"], t["x"], t["y"], strict=True)
    ]
    if dimensions > 2:
        assert figure["meta"]["view"] == "example"
        assert figure["meta"]["ends"] == [0.0, 1.0]
        assert drawn == []
        return
    assert sorted(i for i, *_ in drawn) == list(range(len(samples.x)))
    for i, x, y in drawn:
        expected = samples.x[i] if dimensions == 2 else (samples.x[i][0], np.ravel(samples.y[i])[0])
        assert (x, y) == tuple(expected)


@pytest.mark.parametrize(("y", "ends"), [([[0, -4], [3, 1]], [-4.0, 4.0]), ([[0], [0]], [-1.0, 1.0])])
def test_the_track_of_an_examples_answer_reaches_as_far_as_its_targets(y: list[list[float]], ends: list[float]) -> None:
    data = {"kind": "points", "task": "regression", "x": [[0, 1, 2], [1, 0, 1]], "y": y}
    document = {"data": data, "layers": [{"kind": "dense", "units": len(y[0])}], "loss": {"kind": "mse"}}
    assert FIGURES["boundary"](Experiment.parse(EXPERIMENTS["line"].document() | document), {})["meta"]["ends"] == ends


def test_targets_of_signs_stand_at_the_ends_of_their_track() -> None:
    hinge = Experiment.parse(EXPERIMENTS["iris"].document() | {"loss": {"kind": "hinge"}})
    assert FIGURES["boundary"](hinge, {})["meta"]["ends"] == [-1.0, 1.0]


def test_inputs_are_named_as_mathematics_writes_them() -> None:
    document = EXPERIMENTS["circle"].document()
    experiment = Experiment.parse(document | {"data": {"kind": "circle", "features": ["x1^2", "sin(x2)"]}})
    layout = FIGURES["boundary"](experiment, {})["layout"]
    assert [layout[side]["title"]["text"] for side in ("xaxis", "yaxis")] == ["x₁", "x₂"]
    assert FIGURES["network"](experiment, {})["meta"]["columns"][0]["names"] == ["x₁²", "sin x₂"]


def test_classes_differ_in_colour_and_in_shape_and_halves_in_filling() -> None:
    experiment = Experiment.parse(next(p for p in presets() if p["slug"].startswith("spiral"))["experiment"])
    traces = FIGURES["boundary"](experiment, {})["data"]
    looks = {t["name"]: (t["marker"]["color"], t["marker"]["symbol"].removesuffix("-open")) for t in traces}
    assert len({colour for colour, _ in looks.values()}) == 2
    assert len({symbol for _, symbol in looks.values()}) == 2
    assert all(t["marker"]["symbol"].endswith("-open") == t["name"].endswith("test") for t in traces)


def test_no_test_curve_where_nothing_is_held_back() -> None:
    document = presets()[0]["experiment"]
    kept = Experiment.parse(document | {"data": document["data"] | {"test_fraction": 0.0}})
    assert FIGURES["loss"](kept, {})["meta"]["curves"] == ["train"]
    assert FIGURES["loss"](kept, {})["meta"]["counts"] == {"train": len(kept.train), "test": 0}


def test_the_runs_of_a_race_differ_in_colour_and_in_dash() -> None:
    runs = FIGURES["race"](next(iter(EXPERIMENTS.values())), {})["meta"]["runs"]
    assert len(runs) == len({run["colour"] for run in runs}) == len({run["dash"] for run in runs}) == 8


def test_the_scale_of_heights_runs_from_0_to_1() -> None:
    scale = FIGURES["surface"](next(iter(EXPERIMENTS.values())), {})["meta"]["scale"]
    assert [scale[0][0], scale[-1][0]] == [0.0, 1.0]
    assert all(math.isclose(b[0] - a[0], 1 / (len(scale) - 1)) for a, b in pairwise(scale))
