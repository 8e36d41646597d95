"""What the data sets hold: formulas, truth tables and shipped files against independent witnesses."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression

import core.datasets
from core.datasets import DATASETS, Dataset
from core.datasets.digits import Digits
from core.datasets.functions import CENTRES, SIGNS, Bumps, Events, Line, Plane, Sine
from core.datasets.iris import Iris
from core.datasets.sentences import LENGTH, Sentences
from core.datasets.signals import Signals, waves
from core.experiment import Experiment
from core.run import run
from core.spec import SpecError, describe_fields
from core.state import start

FILES = Path(core.datasets.__file__).parent / "files"


def parse(kind: str, fields: dict[str, Any]) -> Dataset:
    return DATASETS.parse({"kind": kind} | fields, "data")


@pytest.mark.parametrize(("kind", "table"), [("xor", [0, 1, 1, 0]), ("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1])])
def test_four_examples_without_noise_are_the_truth_table(kind: str, table: list[int]) -> None:
    data = parse(kind, {"count": 4, "noise": 0.0, "test_fraction": 0.0})
    assert data.make().x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.make().y.tolist() == table
    assert [part.tolist() for part in data.split()] == [[0, 1, 2, 3], []]


@pytest.mark.parametrize("kind", ["xor", "and", "or", "circle", "moons", "spiral", "line", "plane", "sine", "bumps", "signals"])
def test_noise_is_the_standard_deviation_of_what_is_added(kind: str) -> None:
    for noise in (0.1, 0.4):
        clean, noisy = (parse(kind, {"count": 2000, "noise": n}).make() for n in (0.0, noise))
        added = noisy.y - clean.y if DATASETS[kind].task == "regression" else noisy.x - clean.x
        assert added.std() == pytest.approx(noise, rel=0.06)
        assert abs(added.mean()) < 4 * noise / math.sqrt(added.size)


def test_points_without_noise_stand_on_their_curves() -> None:
    inside = parse("circle", {"noise": 0.0}).make()
    radius = np.hypot(*inside.x.T)
    assert (radius[inside.y == 1] <= 0.5).all()
    assert (radius[inside.y == 0] >= 0.7).all()
    assert (radius <= 1).all()
    centres = parse("gauss", {"noise": 0.0}).make()
    assert {(y, *x) for x, y in zip(centres.x.tolist(), centres.y.tolist(), strict=True)} == {(0, -0.5, -0.5), (1, 0.5, 0.5)}
    moons = parse("moons", {"noise": 0.0}).make()
    centre = np.where((moons.y == 0)[:, None], [-1 / 3, -1 / 6], [1 / 3, 1 / 6])
    np.testing.assert_allclose(np.hypot(*(moons.x - centre).T), 2 / 3, rtol=1e-13)
    spiral = parse("spiral", {"noise": 0.0, "turns": 1.5, "radius": 4.0}).make()
    t = (np.hypot(*spiral.x.T) / 4 - 0.1) / 0.9
    angle = np.arctan2(*spiral.x.T) - 2 * np.pi * 1.5 * t - np.pi * spiral.y
    np.testing.assert_allclose(np.cos(angle), 1, rtol=1e-12)


def test_regressions_without_noise_are_their_formulas() -> None:
    line = Line(noise=0.0, slope=-3.0, intercept=0.5).make()
    np.testing.assert_allclose(line.y, -3 * line.x + 0.5, rtol=1e-15)
    sine = Sine(noise=0.0, periods=2.0).make()
    np.testing.assert_allclose(sine.y, [[math.sin(math.pi * 2 * v)] for (v,) in sine.x.tolist()], atol=1e-15)
    plane = Plane(noise=0.0, slope1=2.0, slope2=-1.5, intercept=0.25).make()
    np.testing.assert_allclose(plane.y, [[2 * u - 1.5 * v + 0.25] for u, v in plane.x.tolist()], atol=1e-15)
    bumps = Bumps(noise=0.0, width=0.3).make()
    height = [
        sum(s * math.exp(-((u - a) ** 2 + (v - b) ** 2) / 0.18) for s, (a, b) in zip(SIGNS, CENTRES, strict=True))
        for u, v in bumps.x.tolist()
    ]
    np.testing.assert_allclose(bumps.y[:, 0], height, atol=1e-14)
    for data in (line, sine, plane, bumps):
        assert np.abs(data.x).max() <= 1


def test_a_line_is_slope_2_and_intercept_1_unless_told_otherwise() -> None:
    samples = Line(noise=0.0).make()
    np.testing.assert_allclose(samples.y, 2 * samples.x + 1, rtol=1e-15)


def test_events_have_the_mean_and_the_variance_of_poisson_counts() -> None:
    samples = Events(count=2000, slope=1.5, intercept=1.0).make()
    rate = np.exp(1.5 * samples.x + 1.0)
    score = (samples.y - rate) / np.sqrt(rate)  # mean 0 and variance 1 when mean and variance are both the rate
    assert abs(score.mean()) < 4 / math.sqrt(2000)
    assert score.var() == pytest.approx(1, abs=0.15)


def test_features_are_computed_by_their_formulas_in_the_chosen_order() -> None:
    raw = np.array([[0.5, -2.0], [3.0, 0.25]])
    chosen = ["x2^2", "x1", "sin(x2)", "x1*x2", "x2", "sin(x1)", "x1^2"]
    for kind in ("xor", "and", "or", "circle", "gauss", "spiral", "moons", "plane", "bumps"):
        data = parse(kind, {"features": chosen})
        wanted = [[v * v, u, math.sin(v), u * v, v, math.sin(u), u * u] for u, v in raw.tolist()]
        np.testing.assert_allclose(data.inputs(raw), wanted, rtol=1e-15)
        assert data.input_names() == tuple(chosen)
        assert data.feature_names == ("x1", "x2")
        assert data.input_shape() == (7,)
        assert parse(kind, {}).inputs(raw).tolist() == raw.tolist()


def test_inputs_have_titles_as_mathematics_writes_them_beside_the_names_of_the_documents() -> None:
    titles = {"x1": "x₁", "x2": "x₂", "x1^2": "x₁²", "x2^2": "x₂²", "x1*x2": "x₁x₂", "sin(x1)": "sin x₁", "sin(x2)": "sin x₂"}
    for kind in ("circle", "points"):
        own = {"x": [[0, 1], [1, 0]], "y": [0, 1]} if kind == "points" else {}
        data = parse(kind, own | {"features": list(titles)})
        assert data.input_names() == tuple(titles)
        assert data.input_titles() == tuple(titles.values())
        [field] = [entry for entry in describe_fields(DATASETS[kind]) if entry["name"] == "features"]
        assert dict(zip(field["choices"], field["titles"], strict=True)) == titles
    assert parse("points", {"x": [[0] * 12] * 2, "y": [0, 1]}).input_titles()[11] == "x₁₂"
    for kind in ("iris", "digits", "signals", "sentences", "line"):
        assert parse(kind, {}).input_titles() == parse(kind, {}).input_names()


def test_a_feature_that_does_not_exist_is_refused_with_the_list() -> None:
    for chosen in (["x1", "x3"], ["x1", "x1"], []):
        with pytest.raises(SpecError) as caught:
            parse("xor", {"features": chosen})
        assert caught.value.field == "data.features"
        assert caught.value.message.startswith(
            "expected a list, without repeats, of some of x1, x2, x1^2, x2^2, x1*x2, sin(x1), sin(x2), got "
        )


def test_the_shipped_files_equal_scikit_learns_number_by_number() -> None:
    flowers, theirs = Iris().make(), load_iris()
    np.testing.assert_array_equal(flowers.x, theirs.data)
    np.testing.assert_array_equal(flowers.y, theirs.target)
    assert Iris().class_names == tuple(theirs.target_names)
    assert Iris().feature_names == tuple(theirs.feature_names)
    digits, theirs = Digits(count=1797).make(), load_digits()
    np.testing.assert_array_equal(digits.x, theirs.data)
    np.testing.assert_array_equal(digits.y, theirs.target)


def test_iris_is_standardised_by_the_whole_table_whichever_flowers_are_taken() -> None:
    theirs = load_iris().data
    full = Iris().inputs(theirs)
    np.testing.assert_allclose(full.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(full.std(axis=0), 1, rtol=1e-14)
    np.testing.assert_array_equal(Iris(count=10, seed=3).inputs(theirs), full)
    assert "standardised" in Iris.help


def test_what_is_standardised_is_not_called_centimetres() -> None:
    assert Iris().feature_names[2] == "petal length (cm)"
    assert Iris().input_names() == ("sepal length (std.)", "sepal width (std.)", "petal length (std.)", "petal width (std.)")


def test_digits_are_scaled_to_one_and_an_image_is_the_same_pixels() -> None:
    flat, image = Digits(), Digits(layout="image")
    raw = flat.make().x
    np.testing.assert_array_equal(flat.inputs(raw), raw / 16)
    np.testing.assert_array_equal(image.inputs(raw)[:, 0], (raw / 16).reshape(-1, 8, 8))
    assert image.input_shape() == (1, 8, 8)
    assert flat.inputs(raw).max() == 1
    assert flat.feature_names[:9] == ("r0c0", "r0c1", "r0c2", "r0c3", "r0c4", "r0c5", "r0c6", "r0c7", "r1c0")


def test_the_shipped_tables_cannot_be_changed_by_accident() -> None:
    before = Iris().make().x
    Iris().make().x[:] = 0
    np.testing.assert_array_equal(Iris().make().x, before)


def test_every_shipped_file_is_named_with_source_and_licence() -> None:
    notes = (FILES / "README.md").read_text(encoding="utf-8")
    for file in FILES.iterdir():
        if file.name != "README.md":
            assert f"## {file.name}" in notes
    assert "CC BY 4.0" in notes
    assert "archive.ics.uci.edu" in notes
    for cls in (Iris, Digits):
        assert "UCI" in cls.source
        assert cls.licence == "CC BY 4.0"


def test_the_sentences_are_distinct_short_and_in_balance() -> None:
    lines = [line.split("\t") for line in (FILES / "sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    texts = [text for _, text in lines]
    assert len(set(texts)) == len(texts) >= 120
    assert all(3 <= len(text.split()) <= LENGTH for text in texts)
    assert Counter(label for label, _ in lines) == {"0": len(lines) // 2, "1": len(lines) // 2}
    [described] = [kind for kind in DATASETS.describe() if kind["kind"] == "sentences"]
    assert next(f for f in described["fields"] if f["name"] == "count")["high"] == len(lines)


def test_word_indices_read_back_as_the_sentences() -> None:
    data = Sentences()
    samples = data.make()
    words = data.vocabulary
    assert words[0] == "<pad>"
    assert len(set(words)) == len(words)
    lines = (FILES / "sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for row, label, line in zip(samples.x.astype(int), samples.y, lines, strict=True):
        text = " ".join(words[i] for i in row if i)
        assert f"{label}\t{text}" == line
        assert (np.diff((row == 0).astype(int)) >= 0).all(), "padding stands at the end"
    assert set(samples.x.ravel().astype(int)) == set(range(len(words))), "every row of an embedding is used"


def test_words_of_some_sentences_tell_the_opinion_of_others() -> None:
    scores = []
    for seed in range(10):
        data = Sentences(seed=seed)
        samples = data.make()
        bags = np.array([np.bincount(row, minlength=len(data.vocabulary))[1:] for row in samples.x.astype(int)])
        train, test = data.split()
        scores.append(LogisticRegression(C=3).fit(bags[train], samples.y[train]).score(bags[test], samples.y[test]))
    assert np.mean(scores) > 0.75, "a quarter held back, read by a witness that only counts words"


def test_signals_are_waves_of_one_to_three_periods() -> None:
    turns = np.array([[0.0, 0.25, 0.5 + 1e-9, 0.75, 1.25]])
    np.testing.assert_allclose(waves(turns)[:, 0], [[0, 1, 0, -1, 1], [1, 1, -1, -1, 1], [-1, -0.5, 0, 0.5, -0.5]], atol=1e-8)
    samples = Signals(noise=0.0).make()
    assert np.abs(samples.x).max() <= 1
    square = samples.x[samples.y == 1, 0]
    assert set(np.unique(square)) == {-1.0, 1.0}
    turns_taken = (np.diff(square, axis=1) != 0).sum(axis=1)
    assert turns_taken.min() >= 1
    assert turns_taken.max() <= 6


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_hidden_layers_of_eight_learn_the_spiral_in_a_thousand_steps(seed: int) -> None:
    hidden = [{"kind": "dense", "units": 8}, {"kind": "tanh"}]
    document = {
        "data": {"kind": "spiral", "seed": seed},
        "layers": [*hidden, *hidden, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
        "loss": {"kind": "binary_cross_entropy"},
        "optimizer": {"kind": "sgd", "learning_rate": 0.3},
        "batch_size": 10,
    }
    experiment = Experiment.parse(document)
    *_, (frame, _) = run(experiment, start(experiment), 1000, 1000)
    assert frame.metrics["train_accuracy"] > 0.97
    assert frame.metrics["test_accuracy"] > 0.9
