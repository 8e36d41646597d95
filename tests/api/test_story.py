"""The story's formulas: every slot has its number in the trace, and every equation that is shown is true."""

import json
import re
from collections.abc import Iterator
from html import unescape
from math import prod
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from core.losses import LOSSES
from core.optimizers import OPTIMIZERS as CATALOGUE
from tests.api.telling import PRESETS, Post, chosen, filled, read, slots, told

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "gelu", "silu", "exp")
TAG = re.compile(r"<[^>]+>")


def lines(story: dict[str, Any], mode: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """All but sums over windows, whose numbers the page itself finds: the browser tests hold those."""
    for beat in story["substeps"]:
        for line in beat[mode]["lines"]:
            if "window" not in line.get("sum", {}):
                yield beat, line


def count(line: dict[str, Any], store: dict[str, Any]) -> int:
    total = line["sum"]["count"]
    return len(store["trace"]["batch"]["indices"]) if total == "batch" else total


@pytest.mark.parametrize("slug", PRESETS)
@pytest.mark.parametrize("mode", ["example", "mean"])
def test_every_slot_has_its_number_in_the_trace(post: Post, slug: str, mode: str) -> None:
    story, store = told(post, PRESETS[slug])
    seen = 0
    for cell in (cell for beat in story["substeps"] for line in beat[mode]["lines"] for cell in line["cells"]):
        sign, number = (TAG.sub("", cell.get(part, "")) for part in ("op", "number"))
        assert (sign, number) != ("=", "()"), f"a number alone has no parentheses: {cell}"
    for beat, line in lines(story, mode):
        choice = chosen(store, beat)
        for cell in line["cells"]:
            assert not re.match("[+−-][−-]", TAG.sub("", cell.get("op", "") + cell["symbol"])), (beat["title"], cell)  # + −y ln ŷ
            if isinstance(cell.get("term"), int) and cell["term"] >= count(line, store):
                continue
            terms = {f"t{n}": n for n in range(4)}
            for template in slots(cell):
                if not template.startswith("derived."):
                    assert isinstance(read(store, filled(template, choice | terms)), (int, float)), (beat["title"], template)
                    seen += 1
    assert seen > 20


@pytest.mark.parametrize("slug", PRESETS)
@pytest.mark.parametrize("mode", ["example", "mean"])
def test_a_shown_sum_is_the_number_in_front_of_it(post: Post, slug: str, mode: str) -> None:
    """The first cell's number = the sum of all terms (over N in the mean) + what stands beside the terms: a bias, a penalty."""
    story, store = told(post, PRESETS[slug])
    checked = 0
    for beat, line in lines(story, mode):
        if "sum" not in line or beat["title"].endswith("softmax"):
            continue
        choice = chosen(store, beat)
        result = read(store, filled(slots(line["cells"][0])[0], choice))
        n = count(line, store)
        factors = [[read(store, filled(f, choice | {"t": t})) for f in line["sum"]["factors"]] for t in range(n)]
        found = sum(map(prod, factors))
        if line["sum"]["count"] == "batch":
            found /= n
        last = line["cells"][-1]
        if "term" not in last and len(slots(last)) == 1:
            found += read(store, filled(slots(last)[0], choice))
        assert found == pytest.approx(result, rel=1e-9, abs=1e-14), (beat["title"], line)
        checked += 1
    assert checked >= 2


@pytest.mark.parametrize("mode", ["example", "mean"])
@pytest.mark.parametrize("slug", ["xor", "signals", "text"])
def test_by_another_method_a_sum_keeps_its_own_value_and_g_stands_beside_it(post: Post, slug: str, mode: str) -> None:
    """∂L/∂w = (1/N) Σ δ a + λ w to the last digits, ≈ g of a secant as long as 1, which is far from it."""
    rough = {"gradient": {"kind": "numerical", "step": 1.0}, "penalty": {"kind": "l2", "rate": 0.1}, "batch_size": 4}
    story, store = told(post, PRESETS[slug] | rough)
    gaps = []
    for beat in (each for each in story["substeps"] if each["phase"] == "gradient"):
        for line in (each for each in beat[mode]["lines"] if each.get("sum", {}).get("count") == "batch"):
            first, last = line["cells"][0], line["cells"][-1]
            choice = chosen(store, beat) | ({"j": "0", "k": "0", "index": "0"} if line["of"] == "b" else {})
            swept, given = (filled(slots(cell)[0], choice) for cell in (first, last))
            assert swept == given.replace(".grads.", ".backprop.") != given
            assert "≈" in last["op"]
            assert last["note"] == "by central differences"
            gaps.append(abs(read(store, given) - read(store, swept)))
            if "window" in line["sum"]:
                continue
            weight = f"trace.before.{swept.removeprefix('trace.layers.').replace('.backprop', '')}"
            penalty = 0.1 * read(store, weight) if line["of"] == "W" else 0.0
            factors, n = line["sum"]["factors"], count(line, store)
            terms = [prod(read(store, filled(f, choice | {"t": t})) for f in factors) for t in range(n)]
            expected = sum(terms) / n + penalty
            assert read(store, swept) == pytest.approx(expected, rel=1e-9, abs=1e-14)
    assert len(gaps) >= 3
    assert max(gaps) > 1e-3


def test_a_penalty_is_said_to_be_in_the_gradient_at_a_glance(post: Post) -> None:
    for penalty, said in (
        ({"kind": "l2", "rate": 0.1}, "The batch's mean and the penalty:"),
        ({"kind": "none"}, "The mean of the batch:"),
    ):
        story = post("/api/story", experiment=PRESETS["xor"] | {"penalty": penalty})
        assert said in story["opening"]["example"][3]["sentence"]


@pytest.mark.parametrize(
    ("method", "said", "opening"),
    [
        ("backprop", "Backpropagation is done", "The mean of the batch:"),
        ("numerical", "The gradient is found, by central differences", "The gradient by central differences:"),
        ("complex_step", "The gradient is found, by complex step", "The gradient by complex step:"),
        ("forward_mode", "The gradient is found, by forward mode", "The gradient by forward mode:"),
    ],
)
def test_the_method_that_was_chosen_is_named(post: Post, method: str, said: str, opening: str) -> None:
    story = post("/api/story", experiment=PRESETS["xor"] | {"gradient": {"kind": method}})
    for mode in ("example", "mean"):
        assert said in story["substeps"][-1][mode]["sentence"]
        assert opening in story["opening"][mode][3]["sentence"]
        assert ("Backpropagation is done" in str(story["substeps"][-1][mode])) == (method == "backprop")


@pytest.mark.parametrize("slug", PRESETS)
def test_delta_at_the_output_is_the_product_of_its_two_factors_and_cancels(post: Post, slug: str) -> None:
    story, store = told(post, PRESETS[slug])
    beat = next(b for b in story["substeps"] if b["phase"] == "backward")
    final = beat["example"]["lines"][-1]
    choice = chosen(store, beat)
    choice |= {f"t{n}": n for n in range(4)}
    found = [[s for s in slots(cell) if not s.startswith("derived.")] for cell in final["cells"]]
    values = [[read(store, filled(s, choice)) for s in templates] for templates in found]
    delta, (predicted, target) = values[0][0], values[-1][:2]
    assert final["cells"][-1]["note"] == "what is left after cancelling"
    assert delta == pytest.approx(predicted - target, rel=1e-12)
    if len(final["cells"]) == 4:
        assert delta == pytest.approx(values[1][0] * values[2][0], rel=1e-6)


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "softmax"])
def test_whether_delta_is_the_error_is_told_as_the_trace_has_it(client: TestClient, post: Post, activation: str) -> None:
    """Always, under a condition, or never but by chance: at every output of a batch that meets the conditions and misses them."""
    seen = set()
    for loss in LOSSES:
        layers = [{"kind": "dense", "units": 3}, {"kind": activation}]
        experiment = {
            "data": {"kind": "iris"},
            "layers": layers,
            "loss": {"kind": loss.kind},
            "init": {"kind": "normal", "std": 2},
        }
        if client.post("/api/story", json={"experiment": experiment}).status_code == 422:  # no pair
            continue
        sentence = next(beat for beat in post("/api/story", experiment=experiment)["substeps"] if beat["phase"] == "backward")
        words = unescape(re.sub(r"<[^>]+>|\s", "", sentence["example"]["sentence"]))
        trace = post("/api/step", experiment=experiment)["trace"]
        z, a, delta = (np.array(trace["layers"][1][name]) for name in ("input", "output", "grad_input"))
        y = np.array(trace["batch"]["y"])
        factor = 2.0 if "2(yˆ−y)" in words else 1.0
        same = np.isclose(delta, factor * (a - y), rtol=1e-9, atol=1e-12)
        holds = {"z>0": z > 0, "≤d": abs(a - y) <= 1.0, "y=1": y == 1.0}
        if "elsewhere" in words:
            conditions = [holds[name] for name in holds if re.search(f"{name}(?:and|;)", words)]
            assert conditions
            met = np.all(conditions, axis=0)
            assert same[met].all(), (loss.kind, words)
            assert not same.all(), (loss.kind, words)
            seen.add("there")
        else:
            assert same.all() if "donotcancel" not in words else not same.all(), (loss.kind, words)
            seen.add("never" if "donotcancel" in words else "always")
    assert seen >= {"softmax": {"always", "never"}, "relu": {"there", "never"}, "sigmoid": {"always", "there"}}.get(
        activation, {"never"}
    )


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_update_is_told_with_what_was_remembered_before_and_after(post: Post, kind: str) -> None:
    story, store = told(post, PRESETS["circle"] | {"optimizer": {"kind": kind}})
    beat = story["substeps"][-1]
    choice = chosen(store, beat | {"link": 0})
    *equations, after = beat["example"]["lines"]
    assert len(equations) == len(CATALOGUE[kind].equations)
    for line in equations:
        paths = [filled(s, choice) for cell in line["cells"] for s in slots(cell)]
        assert all(isinstance(read(store, p), (int, float)) for p in paths if not p.startswith("derived.")), paths
    old, change, new = (read(store, filled(slots(after["cells"][i])[0], choice)) for i in (1, 2, 0))
    assert old + change == new
    if kind in ("momentum", "adam"):
        assert "trace.memory." in str(equations)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["half_mse", "mse", "mae", "huber"])
def test_every_activation_and_loss_is_told(post: Post, activation: str, loss: str) -> None:
    experiment = {
        "data": {"kind": "line", "count": 8},
        "layers": [{"kind": "dense", "units": 3}, {"kind": activation}, {"kind": "dense", "units": 1}, {"kind": activation}],
        "loss": {"kind": loss},
    }
    story, store = told(post, experiment)
    for beat, line in lines(story, "example"):
        for cell in line["cells"]:
            for template in slots(cell):
                if not template.startswith("derived.") and "{t" not in template:
                    assert isinstance(read(store, filled(template, chosen(store, beat))), (int, float)), template


# How many sums an optimizer's equations have outside of brackets, and how many differences.
PARTED = {"momentum": [1, 0], "nesterov": [1, 0], "adagrad": [1, 0], "rmsprop": [1, 0], "adam": [2, 0], "adamw": [2, 1]}


def test_a_solver_is_not_said_to_read_the_gradient(post: Post) -> None:
    """Levenberg–Marquardt takes residuals and their slopes; every other decides about g.  Sums wrap between their terms."""
    for kind in (*OPTIMIZERS, "levenberg_marquardt"):
        other = PRESETS["xor"] | {"loss": {"kind": "half_mse"}, "optimizer": {"kind": kind}}
        update = post("/api/story", experiment=other)["substeps"][-1]["example"]
        solves = kind == "levenberg_marquardt"
        assert ("for every residual" in update["sentence"]) is solves, kind
        assert ("is up to the optimizer" in update["sentence"]) is not solves, kind
        signs = [cell.get("op", "") for line in update["lines"][:-1] for cell in line["cells"]]
        parted = [sum(sign in op for op in signs) for sign in "+−"]
        assert parted == PARTED.get(kind, [0, 0]), kind


def test_no_letter_is_left_where_a_number_belongs(post: Post) -> None:
    """A formula in numbers holds slots and functions' names, no symbol that was forgotten."""
    for experiment in PRESETS.values():
        story, _ = told(post, experiment)
        for beat, line in lines(story, "example"):
            for cell in line["cells"]:
                letters = re.findall(r"<mi[^>]*>([^<]+)</mi>", cell.get("number", ""))
                assert set(letters) <= {"ln", "tanh", "max", "min", "e", "sign", "exp", "Φ", "σ", "φ"}, (beat["title"], cell)


@pytest.mark.parametrize(
    ("slug", "said"), [("xor", "Each unit of the hidden layer adds"), ("spiral", "Each unit of hidden layer 1 adds")]
)
def test_a_numbered_layer_has_no_article(post: Post, slug: str, said: str) -> None:
    story, _ = told(post, PRESETS[slug])
    assert said in story["substeps"][0]["example"]["sentence"]


@pytest.mark.parametrize("padding", [0, 1])
def test_zeros_over_the_edge_are_told_of_where_there_are_any(post: Post, padding: int) -> None:
    first, *others = PRESETS["digits-cnn"]["layers"]
    story = post("/api/story", experiment=PRESETS["digits-cnn"] | {"layers": [first | {"padding": padding}, *others]})
    [told] = [each for each in story["substeps"] if (each["phase"], each["link"]) == ("forward", 0)]
    assert ("it meets zeros" in json.dumps(told)) is (padding > 0)


@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_of_words_that_stand_nowhere_the_batch_says_what_the_penalty_gives_them(post: Post, rate: float) -> None:
    """Their rows of the table get no gradient from the examples, but the penalty's."""
    penalty = {"kind": "l2", "rate": rate} if rate else {"kind": "none"}
    story, store = told(post, PRESETS["text"] | {"penalty": penalty})
    beat = next(b for b in story["substeps"] if (b["phase"], b["link"]) == ("gradient", 0))
    words = {int(word) for row in store["trace"]["batch"]["x"] for word in row}
    absent = next(v for v in range(163) if v not in words)
    assert any(store["trace"]["layers"][0]["grads"]["W"][absent]) is bool(rate)
    assert ("get 0 and the penalty's part." in beat["mean"]["sentence"]) is bool(rate)
    assert "get 0." in beat["example"]["sentence"]


def test_of_equal_numbers_in_a_window_the_first_is_said_to_win_as_it_does(post: Post) -> None:
    """All that a ReLU cut to 0 is equal: a little more of another than the first would win, so that is not denied."""
    layers = [
        {"kind": "relu"},
        {"kind": "max_pool1d", "size": 2, "stride": 2},
        {"kind": "flatten"},
        {"kind": "dense", "units": 3},
    ]
    story, store = told(post, {"data": {"kind": "signals", "count": 30}, "layers": layers, "loss": {"kind": "half_mse"}})
    link = store["trace"]["layers"][1]
    cells, winners = np.array(link["input"]).reshape(-1, 2), np.array(link["argmax"]).ravel() % 2
    tied = cells[:, 0] == cells[:, 1]
    assert tied.any()
    assert not winners[tied].any()
    [beat] = [b for b in story["substeps"] if (b["phase"], b["link"]) == ("backward", 1)]
    assert "of equals the first" in beat["example"]["sentence"]
    assert "while another wins" in beat["example"]["sentence"]


@pytest.mark.parametrize("preset", ["dropout", "text", "digits-cnn"])
def test_a_link_without_weights_is_told_in_the_letters_of_the_numbers_beside_its_rule(post: Post, preset: str) -> None:
    r"""∂ℓ/∂a_i = Σ ∂ℓ/∂p_j of a pooling: x is the network's input and y its target, and an element-wise product is ⊙, never ∘."""
    story, _ = told(post, PRESETS[preset])
    letters = r"(?s)<mi>∂</mi>\s*(?:<msubsup>|<msub>|<msup>)?\s*<mi[^>]*>(\w)</mi>"
    found = 0
    for beat in story["substeps"]:
        kind = PRESETS[preset]["layers"][beat["link"]]["kind"] if beat["link"] is not None else ""
        if beat["phase"] != "backward" or not re.match("dropout|flatten|.*pool", kind):
            continue
        telling = beat["example"]
        beside = "".join(cell["symbol"] for cell in telling["lines"][0]["cells"])
        assert set(re.findall(letters, telling["rule"])) - {"ℓ"} == set(re.findall(letters, beside)) - {"ℓ"}, kind
        found += 1
    assert found
    assert "∘" not in str(story)
