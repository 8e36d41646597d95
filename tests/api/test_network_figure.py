"""The network's figure: Plotly accepts it, every weight is on it, and everything stands where it belongs."""

import itertools
import math
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.body import Body
from app.api.figure import answer
from app.figures.network import BINNED, BINS, EACH, curve, network
from app.figures.network_layout import LEGIBLE, MOST_NUMBERED, SHORT
from app.presets import presets
from core.experiment import Experiment
from core.spec import SpecError


def experiment(data: str, loss: str, *layers: int | str | dict[str, object], **fields: object) -> Experiment:
    full = {int: lambda units: {"kind": "dense", "units": units}, str: lambda kind: {"kind": kind}, dict: dict}
    links = [full[type(each)](each) for each in layers]
    return Experiment.parse({"data": {"kind": data, **fields}, "layers": links, "loss": {"kind": loss}})


ROOT = Path(__file__).resolve().parents[2]
BCE = "binary_cross_entropy"
CASES = {
    "xor": experiment("xor", BCE, 4, "tanh", 1, "sigmoid"),
    "spiral": experiment("spiral", BCE, 8, "tanh", 8, "tanh", 1, "sigmoid"),
    "deep": experiment("spiral", BCE, *([8, "tanh"] * 6), 1, "sigmoid"),
    "iris": experiment("iris", "cross_entropy", 8, "relu", 3, "softmax"),
    "digits": experiment("digits", BCE, 25, "sigmoid", 10, "sigmoid"),
    "line": experiment("line", "half_mse", 1),
    "dropout": experiment("xor", BCE, 6, "relu", {"kind": "dropout", "drop": 0.5}, 1, "sigmoid"),
    "wide": experiment("xor", BCE, 200, "tanh", 1, "sigmoid"),
    "text": experiment(
        "sentences", BCE, {"kind": "embedding", "vocabulary": 163, "units": 4}, {"kind": "conv1d", "filters": 4, "kernel": 3},
        "relu", {"kind": "max_pool1d", "size": 2, "stride": 2}, {"kind": "flatten"}, 1, "sigmoid",
    ),
    "conv2d": experiment(
        "digits", "cross_entropy", {"kind": "conv2d", "filters": 4, "kernel": 3}, "relu",
        {"kind": "max_pool2d", "size": 2, "stride": 2}, {"kind": "flatten"}, 10, "softmax", layout="image",
    ),
}  # fmt: skip
CASES["deep conv"] = experiment(
    "digits", "cross_entropy", {"kind": "conv2d", "filters": 3, "kernel": 3}, "relu",
    {"kind": "conv2d", "filters": 4, "kernel": 3}, "relu",
    {"kind": "max_pool2d", "size": 2, "stride": 2}, {"kind": "flatten"}, 10, "softmax", layout="image",
)  # fmt: skip
CASES["signals"] = experiment(
    "signals", "cross_entropy", {"kind": "conv1d", "filters": 4, "kernel": 5, "stride": 2}, "relu",
    {"kind": "mean_pool1d", "size": 2, "stride": 2}, {"kind": "flatten"}, 3, "softmax",
)  # fmt: skip
SIZES = [(760, 440), (360, 340), (1200, 800), (620, 1000)]
WALK = list(itertools.product(CASES, SIZES))


@pytest.mark.parametrize(("name", "size"), WALK)
def test_plotly_accepts_the_dict(name, size):
    figure = network(CASES[name], {"width": size[0], "height": size[1]})
    go.Figure({"data": figure["data"], "layout": figure["layout"]})


@pytest.mark.parametrize(("name", "size"), WALK)
def test_everything_stands_on_the_stage_in_order(name, size):
    figure = network(CASES[name], {"width": size[0], "height": size[1]})
    width, height = size
    right = 0.0
    for column in figure["meta"]["columns"]:
        assert len(column["xs"]) == len(column["ys"]) == column["count"]
        left = column["x"] - column["width"] / 2
        assert left >= right - 0.5, f"column {column['title']} stands on the one before it"
        right = column["x"] + column["width"] / 2
        for y in [*column["ys"], *(y + column["back"][1] for y in column["ys"])]:
            assert column["h"] / 2 <= y + 0.5, f"a unit of {column['title']} leaves the stage above"
            assert y + column["h"] / 2 <= height + 0.5, f"a unit of {column['title']} leaves the stage below"
    loss = figure["meta"]["loss"]
    assert right <= loss["x"] - loss["w"] / 2 + 0.5
    assert loss["x"] + loss["w"] / 2 <= width


@pytest.mark.parametrize("name", CASES)
def test_units_do_not_overlap(name):
    for column in network(CASES[name], {"width": 760, "height": 440})["meta"]["columns"]:
        places = list(zip(column["xs"], column["ys"], strict=True))
        if column["kind"] == "maps":  # each with its gradient's
            places += [(x + column["back"][0], y + column["back"][1]) for x, y in places]
            assert all(abs(x - column["x"]) + column["w"] / 2 <= column["width"] / 2 + 0.5 for x, _ in places)
        for (x0, y0), (x1, y1) in itertools.combinations(places, 2):
            assert abs(x0 - x1) >= column["w"] - 0.5 or abs(y0 - y1) >= column["h"] - 0.5


@pytest.mark.parametrize("name", CASES)
def test_addresses_lead_to_the_point_that_carries_them(name):
    figure = network(CASES[name], {})
    for address, (trace, point) in figure["meta"]["addresses"].items():
        assert figure["data"][trace]["customdata"][point] == address.removeprefix("edge:")


@pytest.mark.parametrize("name", ["xor", "spiral", "iris", "line"])
def test_up_to_a_hundred_weights_each_has_a_trace_biases_too(name):
    found = network(CASES[name], {})
    drawn = [trace["name"] for trace in found["data"] if trace["name"].startswith("edge:")]
    assert len(drawn) == len(set(drawn)) == CASES[name].network.size


def test_many_weights_share_their_lines_and_the_largest_links_become_matrices():
    modes = {name: {link["mode"] for link in network(CASES[name], {})["meta"]["links"] if link["params"]} for name in CASES}
    assert modes["spiral"] == {"each"}
    assert modes["deep"] == {"binned"}
    assert modes["digits"] == {"fields", "binned"}
    assert modes["wide"] == {"matrix", "binned"}
    assert sum(trace["name"].startswith("bin:") for trace in network(CASES["deep"], {})["data"]) == BINS


@settings(max_examples=25)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_no_network_draws_more_edges_than_can_be_told_apart(units):
    net = experiment("spiral", BCE, *itertools.chain.from_iterable((n, "tanh") for n in units), 1, "sigmoid")
    links = network(net, {})["meta"]["links"]
    each, binned = (sum(math.prod(link["params"]["W"]) for link in links if link["mode"] == mode) for mode in ("each", "binned"))
    assert each <= EACH
    assert binned <= BINNED


def test_an_activation_joins_the_column_of_its_link():
    columns = network(CASES["xor"], {})["meta"]["columns"]
    assert [[half["role"] for half in column["halves"]] for column in columns] == [["x"], ["z", "a"], ["z", "a"]]
    assert [half["link"] for half in columns[2]["halves"]] == [2, 3]


def test_an_edge_runs_level_at_both_ends():
    xs, ys = curve(10, 20, 110, 220)
    assert (xs[0], ys[0], xs[-1], ys[-1]) == (10, 20, 110, 220)
    assert xs == sorted(xs)
    assert ys[1] - ys[0] < (ys[4] - ys[3]) / 2


@pytest.mark.parametrize("wrong", [{"width": "wide"}, {"height": None}, {"width": True}, {"height": math.inf}])
def test_a_size_must_be_a_number(wrong):
    with pytest.raises(SpecError, match=r"expected a number, got .*pixels"):
        answer(Body({"name": "network", "experiment": CASES["xor"].document()} | wrong))


@pytest.mark.parametrize("size", SIZES)
def test_a_word_is_no_quantity_and_its_column_has_its_addresses(size):
    figure = network(CASES["text"], {"width": size[0], "height": size[1]})
    words = figure["meta"]["columns"][0]
    assert (words["kind"], words["style"], words["count"]) == ("words", "word", 8)
    assert [f"0/input/{k}" in figure["meta"]["addresses"] for k in range(9)] == [True] * 8 + [False]


@pytest.mark.parametrize("name", ["text", "conv2d", "deep conv", "signals"])
def test_the_room_before_a_convolution_holds_its_kernels(name):
    """At the size of a laptop's stage, at 4 pixels a cell at least: they can be told apart."""
    figure = network(CASES[name], {"width": 746, "height": 480})
    columns = figure["meta"]["columns"]
    for link in figure["meta"]["links"]:
        if link["kind"].startswith("conv"):
            source, target = columns[link["from"]], columns[link["to"]]
            gap = target["x"] - target["width"] / 2 - source["x"] - source["width"] / 2
            channels = link["params"]["W"][1] if link["kind"] == "conv2d" else 1
            assert 0.86 * gap / (2 * channels + 0.4) / (link["params"]["W"][-1] + 0.6) >= 4


def test_names_beside_the_outputs_have_room_before_their_targets():
    for width in (540, 760, 1200):
        meta = network(CASES["signals"], {"width": width, "height": 480})["meta"]
        last, chips = meta["columns"][-1], meta["loss"]["chips"]
        assert chips["x"] - chips["w"] / 2 - last["x"] - last["w"] / 2 >= 6.5 * len("sawtooth")


@pytest.mark.parametrize("width", [300, 358, 519, 540, 760])
@pytest.mark.parametrize("name", CASES)
def test_every_output_that_is_drawn_has_its_target_clear_of_it_and_of_the_loss(name, width):
    meta = network(CASES[name], {"width": width, "height": 380})["meta"]
    last, loss = meta["columns"][-1], meta["loss"]
    chips = loss["chips"]
    assert len(chips["ys"]) == (0 if last["style"] in ("field", "cell") or last["kind"] != "units" else last["count"])
    right = last["x"] + last["width"] / 2
    for y in chips["ys"]:
        beside = right <= chips["x"] - chips["w"] / 2 and chips["x"] + chips["w"] / 2 <= loss["x"] - loss["w"] / 2
        above = y + chips["h"] / 2 <= loss["y"] - loss["h"] / 2 and right <= loss["x"] - chips["w"] / 2 + 0.5
        assert beside or above


def test_names_of_links_are_written_as_everywhere():
    titles = {column["title"] for name in CASES for column in network(CASES[name], {})["meta"]["columns"]}
    assert {"dense · ReLU", "dense · softmax", "max pooling 1-D"} <= titles


@pytest.mark.parametrize("name", ["spiral", "dropout", "digits", "conv2d", "signals"])
def test_on_a_phone_too_an_output_and_an_input_have_room_for_their_number(name):
    """Where all the rest shows colours alone; what stands between them keeps a gap for the gradient."""
    columns = network(CASES[name], {"width": 368, "height": 264})["meta"]["columns"]
    ends = [column for column in (columns[0], columns[-1]) if column["kind"] == "units"]
    assert ends
    for column in ends:
        assert column["style"] == "one"
        assert column["w"] >= 36
        assert column["h"] >= 15
    for left, right in itertools.pairwise(columns):
        assert right["x"] - left["x"] - (left["width"] + right["width"]) / 2 >= 7


def test_on_a_phone_a_long_chain_of_maps_leaves_its_output_room_for_a_number():
    text = Experiment.parse(next(each["experiment"] for each in presets() if each["slug"] == "text"))
    meta = network(text, {"width": 368, "height": 240})["meta"]
    last, loss = meta["columns"][-1], meta["loss"]
    assert last["style"] == "one"
    assert last["w"] >= 36
    assert loss["w"] >= 50
    assert last["x"] + last["w"] / 2 + 6 <= loss["x"] - loss["w"] / 2


def gaps(name, width, height):
    columns = network(CASES[name], {"width": width, "height": height})["meta"]["columns"]
    return [b["x"] - a["x"] - (a["width"] + b["width"]) / 2 for a, b in itertools.pairwise(columns)]


def test_where_weights_have_numbers_the_gap_that_holds_more_of_them_is_wider():
    """A tablet's stage, and a small laptop's; the target makes room, above the loss.  Where all have room, gaps are even."""
    first, second = gaps("xor", 524, 420)
    assert first >= SHORT
    assert LEGIBLE - 1 <= second < first
    assert min(gaps("xor", 584, 315)) >= SHORT
    first, second = gaps("xor", 744, 414)
    assert first == pytest.approx(second)
    loss = network(CASES["xor"], {"width": 744, "height": 414})["meta"]["loss"]
    assert loss["chips"]["x"] < loss["x"] - loss["w"] / 2


def test_on_a_phone_a_gap_that_holds_numbers_is_wider_than_they_are():
    """The stage's sides, and the loss, leave them the room: of XOR's twelve weights three had had any."""
    first, second = gaps("xor", 368, 264)
    assert first >= 66
    assert second >= LEGIBLE - 1
    loss = network(CASES["xor"], {"width": 368, "height": 264})["meta"]["loss"]
    assert loss["w"] >= 50
    assert loss["chips"]["x"] == loss["x"]


def test_the_page_numbers_the_weights_that_the_figure_leaves_room_for():
    places = (ROOT / "static/js/stage/label-places.js").read_text()
    assert f"MOST_LABELLED = {MOST_NUMBERED};" in places
    assert f"const SHORT = {SHORT:.0f};" in places


def test_where_two_columns_stand_close_their_biases_are_small():
    for size, small in (({"width": 368, "height": 264}, True), ({"width": 720, "height": 400}, False)):
        figure = network(CASES["digits"], size)["meta"]
        [*_, before, last] = figure["columns"]
        bias = figure["links"][2]
        gap = last["x"] - before["x"] - (last["width"] + before["width"]) / 2
        assert bias["size"] == (5 if small else 11)
        assert -bias["bias"]["dx"] - last["w"] / 2 + bias["size"] / 2 < gap
