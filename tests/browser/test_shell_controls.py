"""The controls: drawn from the catalogue, effective at once, refused with the server's words beside the very control."""

import json
import math
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.controls import enter, wait
from tests.browser.shared import Get, deeply, visit

PARTS = ["data", "loss", "penalty", "optimizer", "init", "gradient"]


def test_every_field_of_the_experiment_has_a_labelled_control_with_its_bounds_and_help(page: Page, get: Get) -> None:
    catalog, experiment = get("catalog"), get("experiment")
    for part in PARTS:
        expect(page.locator(f'select[name="{part}.kind"]')).to_have_value(experiment[part]["kind"])
        offered = page.locator(f'select[name="{part}.kind"] option').evaluate_all("(all) => all.map((one) => one.value)")
        assert offered == [entry["kind"] for entry in catalog[part]]
        fields = next(entry for entry in catalog[part] if entry["kind"] == experiment[part]["kind"])["fields"]
        for field in fields:
            control = page.locator(f'[name="{part}.{field["name"]}"]').first
            expect(control).to_be_attached()
            label = field["name"].replace("_", " ").capitalize()
            assert page.locator(f'[data-field="{part}.{field["name"]}"]').inner_text().startswith(label)
            help_id = f"field-{part}-{field['name'].replace('.', '-')}-help"
            expect(page.locator(f"#{help_id}")).to_have_text(field["help"])
            assert page.locator(f'[aria-describedby~="{help_id}"]').count() >= 1
            if "low" in field and not field.get("above"):
                assert float(control.get_attribute("min") or "nan") == field["low"]
            if "high" in field and not field.get("below"):
                assert float(control.get_attribute("max") or "nan") == field["high"]
    for i, layer in enumerate(experiment["layers"]):
        expect(page.locator(f'select[name="layers.{i}.kind"]')).to_have_value(layer["kind"])
    for name in ("batch_size", "seed"):
        expect(page.locator(f'[name="{name}"]')).to_have_value(str(experiment[name]))


def test_a_slider_moves_the_number_and_the_experiment(page: Page, get: Get) -> None:
    slider = page.locator('[data-slides="optimizer.learning_rate"]')
    before = get("experiment.optimizer.learning_rate")
    slider.focus()
    for _ in range(40):
        slider.press("ArrowLeft")
    wait(page, f"() => window.chainrule.get('experiment.optimizer.learning_rate') < {before}")
    shown = float(page.locator('[name="optimizer.learning_rate"]').input_value())
    assert shown < before
    # The last of the forty presses counts.
    wait(page, f"() => window.chainrule.get('experiment.optimizer.learning_rate') === {shown}")


def test_a_learning_rate_in_mid_run_keeps_the_weights_and_another_seed_does_not(page: Page, get: Get) -> None:
    page.evaluate("() => window.chainrule.store.set('speed', 60)")
    page.get_by_role("button", name="Step", exact=True).click()
    wait(page, "() => window.chainrule.get('state.step') === 1")
    params = get("state.params")
    enter(page, "optimizer.learning_rate", "0.03")
    wait(page, "() => window.chainrule.get('experiment.optimizer.learning_rate') === 0.03")
    assert get("state.params") == params
    assert get("trace.before") == params, "the step now told is the one that the new rate will take"
    page.locator('select[name="optimizer.kind"]').select_option("adam")
    wait(page, "() => window.chainrule.get('experiment.optimizer.kind') === 'adam'")
    assert get("state.params") == params
    enter(page, "seed", "7")
    wait(page, "() => window.chainrule.get('experiment.seed') === 7")
    assert get("state.step") == 0
    assert get("state.params") != params


def test_a_change_while_playing_does_not_stop_the_run(page: Page, get: Get) -> None:
    page.evaluate("() => window.chainrule.store.set('speed', 'max')")
    page.get_by_role("button", name="Play", exact=True).click()
    wait(page, "() => window.chainrule.get('state.step') > 5")
    enter(page, "optimizer.learning_rate", "0.2")
    wait(page, "() => window.chainrule.get('experiment.optimizer.learning_rate') === 0.2 && window.chainrule.get('playing')")
    step = get("state.step")
    wait(page, f"() => window.chainrule.get('state.step') > {step} + 5")
    page.get_by_role("button", name="Pause", exact=True).click()


@pytest.mark.deep
def test_the_page_tells_bounds_in_the_words_of_the_server(page: Page, get: Get, server: str) -> None:
    catalog, base = get("catalog"), get("experiment")
    tried = [base | {field["name"]: wrong} for field in catalog["experiment"] for wrong in beyond(field)]
    for part in [*PARTS, "layers"]:
        for entry in catalog[part]:
            if any(field["type"] == "array" for field in entry["fields"]):
                continue
            values = {field["name"]: field.get("default", field.get("low", 1)) for field in entry["fields"]}
            kind = values | {"kind": entry["kind"]}
            for field in entry["fields"]:
                kinds = [kind | {field["name"]: wrong} for wrong in beyond(field)]
                tried += [base | {part: [each, *base["layers"]] if part == "layers" else each} for each in kinds]
    assert len(tried) > 100
    script = """async (tried) => {
      const { outOfBounds } = await ours("shell/bounds.js");
      const catalog = window.chainrule.get("catalog");
      return tried.map((experiment) => [JSON.stringify({ experiment }), outOfBounds(experiment, catalog)[0] ?? null]);
    }"""
    for body, told in page.evaluate(script, tried):
        assert told == refused(server, body)


def beyond(field: Any) -> list[Any]:
    """Values that a field of numbers must refuse."""
    if field["type"] not in ("number", "integer"):
        return []
    low, high = field.get("low"), field.get("high")
    ends = [] if low is None else [low - 1, *([low] if field.get("above") else [])]
    ends += [] if high is None else [high * 1.5 + 1.25e-7, 2 * high + 10**15, *([high] if field.get("below") else [])]
    return [*ends, *([] if field.get("nullable") else [None]), *([2.5] if field["type"] == "integer" else [])]


def refused(server: str, body: str) -> Any:
    """The server's words for an experiment that cannot be run."""
    request = urllib.request.Request(f"{server}/api/start", body.encode(), {"Content-Type": "application/json"})  # noqa: S310 (our own)
    with pytest.raises(urllib.error.HTTPError) as raised, urllib.request.urlopen(request):  # noqa: S310
        pass
    return json.load(raised.value)


@pytest.mark.parametrize(("kind", "units", "activation", "loss"), [
    ("iris", 3, "softmax", "cross_entropy"), ("sine", 1, "identity", "half_mse"),
    deeply("digits", 10, "softmax", "cross_entropy"), deeply("moons", 1, "sigmoid", "binary_cross_entropy"),
])  # fmt: skip
def test_other_data_fit_the_output_to_themselves_and_say_so(
    page: Page, get: Get, kind: str, units: int, activation: str, loss: str
) -> None:
    page.locator('select[name="data.kind"]').select_option(kind)
    wait(page, f"() => window.chainrule.get('experiment.data.kind') === '{kind}'")
    layers = get("experiment.layers")
    assert (layers[-2]["units"], layers[-1]["kind"], get("experiment.loss.kind")) == (units, activation, loss)
    said = page.locator(".said")
    if kind == "moons":
        expect(said).to_have_text("")
    else:
        expect(said).to_contain_text(f"{units} unit")
    assert get("error") is None


@pytest.mark.parametrize(("preset", "count", "classes"), [("iris", 150, 3), deeply("digits", 500, 10), deeply("line", 50, 0)])
@pytest.mark.deep
def test_own_points_begin_as_an_even_choice_of_the_points_that_are_there(
    page: Page, get: Get, preset: str, count: int, classes: int
) -> None:
    visit(page, f"preset={preset}")
    before = get("experiment.data")
    every = page.evaluate("async (of) => (await ours('base/api.js')).api.data(of)", get("experiment"))
    page.locator('select[name="data.kind"]').select_option("points")
    wait(page, "() => window.chainrule.get('experiment.data.kind') === 'points' && !window.chainrule.get('pending')")
    data = get("experiment.data")
    there = [(x, y) for part in ("train", "test") for x, y in zip(every[part]["raw"], every[part]["label"], strict=True)]
    assert len(there) == count
    taken = min(60, count)
    assert len(data["x"]) == len(data["y"]) == taken
    assert all(pair in there for pair in zip(data["x"], data["y"], strict=True))
    assert (data["test_fraction"], data["seed"]) == (before["test_fraction"], before["seed"])
    assert get("info.test_count") == math.floor(taken * before["test_fraction"] + 0.5) > 0
    for label in range(classes):
        share = 60 * sum(y == label for _, y in there) / count
        assert abs(data["y"].count(label) - share) < 1
    if classes:
        assert get("info.shapes")[-1] == [classes]
    expect(page.locator(".said")).to_contain_text(f"60 of {count} points taken over" if count > 60 else "")
    enter(page, "data.seed", "3")  # whatever is changed next: these may be other points now
    expect(page.locator(".said")).to_be_empty()


def test_own_points_are_written_as_lines_of_numbers(page: Page, get: Get, watch: Watch) -> None:
    """What is no list stays as it was typed, and is told in words."""
    watch.allow("status of 422")  # four rows of x while there are still other labels
    visit(page, "preset=line")
    page.locator('select[name="data.kind"]').select_option("points")
    wait(page, "() => window.chainrule.get('experiment.data.kind') === 'points' && !window.chainrule.get('pending')")
    page.locator('[name="data.x"]').fill("0\n1\r\n −2.5;3e-1")
    page.locator('[name="data.y"]').fill("1\n3\n-4\n1.6")
    page.locator('[name="data.y"]').blur()
    wait(page, "() => window.chainrule.get('experiment.data.x').length === 4 && !window.chainrule.get('pending')")
    assert get("experiment.data.x") == [[0], [1], [-2.5], [0.3]]
    assert get("experiment.data.y") == [[1], [3], [-4], [1.6]]
    for typed, said in (
        ("0, eins; 1, 1", "Cannot be read as a list: «eins» is no number."),
        ("[[0,0],[1,1],[0,1]", "Cannot be read as a list: a bracket [ is not closed with ]."),
        ("[[0,0],[1,1]],[0,1]]", "Cannot be read as a list: a bracket ] closes none that was opened."),
        ("[[0,0],[1,1] [0,1]]", "Cannot be read as a list: between two rows or numbers a comma is missing."),
        ("[[0,−1],[x,1]]", "Cannot be read as a list: «x» is no number."),
        ("[[0,0],[1,1],]", "Cannot be read as a list: a comma has nothing behind it."),
        ("", "Cannot be read as a list: nothing is written here."),
    ):
        page.locator('[name="data.x"]').fill(typed)
        page.locator('[name="data.x"]').blur()
        expect(page.locator("#problem > p").first).to_have_text(said)
        expect(page.locator('[data-field="data.x"]')).to_contain_text("such as [[0, 1], [1, 0]]")
        expect(page.locator('[name="data.x"]')).to_have_value(typed)
    page.locator("#problem").get_by_role("button", name="Undo").click()
    expect(page.locator('[name="data.x"]')).to_have_value("[[0],[1],[-2.5],[0.3]]")


def test_layers_are_added_before_the_output_moved_and_removed(page: Page, get: Get) -> None:
    def kinds() -> list[str]:
        return [layer["kind"] for layer in get("experiment.layers")]

    assert kinds() == ["dense", "tanh", "dense", "sigmoid"]
    page.get_by_label("Add a layer").select_option("dense")
    wait(page, "() => window.chainrule.get('experiment.layers').length === 5")
    assert kinds() == ["dense", "tanh", "dense", "dense", "sigmoid"]
    page.get_by_role("button", name="Move layer 3 up").click()
    wait(page, "() => window.chainrule.get('experiment.layers.1.kind') === 'dense'")
    assert kinds() == ["dense", "dense", "tanh", "dense", "sigmoid"]
    page.get_by_role("button", name="Remove layer 2").click()
    wait(page, "() => window.chainrule.get('experiment.layers').length === 4")
    assert kinds() == ["dense", "tanh", "dense", "sigmoid"]


def test_who_moves_or_removes_a_layer_by_keyboard_can_go_on(page: Page, get: Get, watch: Watch) -> None:
    watch.allow("status of 422")  # an output of four on the way
    assert [layer["kind"] for layer in get("experiment.layers")] == ["dense", "tanh", "dense", "sigmoid"]
    kinds = "window.chainrule.get('experiment.layers').map((layer) => layer.kind).join()"
    page.get_by_role("button", name="Move layer 2 down").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move layer 3 down")).to_be_focused()
    wait(page, f"() => {kinds} === 'dense,dense,tanh,sigmoid'")
    page.get_by_role("button", name="Move layer 2 up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move layer 1 down")).to_be_focused()  # it is the first: no further up
    page.get_by_role("button", name="Remove layer 2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove layer 2")).to_be_focused()
    wait(page, f"() => {kinds} === 'dense,tanh,sigmoid'")


def test_an_emptied_batch_size_is_the_whole_training_set(page: Page, get: Get) -> None:
    enter(page, "batch_size", "")
    wait(page, "() => window.chainrule.get('experiment.batch_size') === null")
    assert len(get("trace.batch.indices")) == get("info.train_count")


def test_a_preset_is_picked_and_takes_a_step(page: Page, get: Get) -> None:
    for preset in get("presets")[1:4]:  # the walk takes a step of each
        page.get_by_label("Preset experiment").select_option(preset["slug"])
        kind = preset["experiment"]["data"]["kind"]
        wait(page, f"() => window.chainrule.get('experiment.data.kind') === '{kind}'")
        assert get("experiment") == preset["experiment"]
        page.get_by_role("button", name="Step", exact=True).click()
        wait(page, "() => window.chainrule.get('state.step') === 1")
        assert get("error") is None
        wait(page, f"() => location.hash.startsWith('#preset={preset['slug']}&')")


@pytest.mark.deep
def test_a_weight_that_was_chosen_of_an_input_is_chosen_no_more_when_the_inputs_change(page: Page, get: Get) -> None:
    """Its address would be another number, or none, which the server refuses: the watch over the page would see that."""
    visit(page, "preset=xor&selection=0/W/0,1")
    wait(page, "() => chainrule.get('selection') === '0/W/0,1' && document.querySelector('.answer-strip:not([hidden]) .num')")
    page.locator('[name="data.features"][value="x2"]').uncheck()
    wait(page, "() => chainrule.get('info.input_names').length === 1")
    assert get("selection") is None
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("width", "preset"), [deeply(820, "signals"), deeply(1440, "signals"), (1440, "text"), (820, "text")])
@pytest.mark.deep
def test_every_label_of_a_control_stands_on_one_line(page: Page, width: int, preset: str) -> None:
    page.set_viewport_size({"width": width, "height": 1180})
    visit(page, f"preset={preset}")
    heights = page.locator("#controls .field > label, #controls .field .caption").evaluate_all(
        "(all) => all.map((each) => [each.textContent, each.getClientRects().length && each.offsetHeight])"
    )
    assert len(heights) > 12
    assert [text for text, height in heights if height > 24] == []
    assert page.evaluate("(form => form.scrollWidth <= form.clientWidth)(document.querySelector('.controls-form'))")
