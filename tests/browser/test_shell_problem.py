"""What is impossible is told beside its control, in the server's words, and the last good experiment runs on."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.controls import enter, read, wait
from tests.browser.shared import Get, deeply, visit


@pytest.mark.deep
def test_every_field_that_is_wrong_keeps_its_own_words_and_says_what_runs_meanwhile(page: Page, get: Get) -> None:
    wrong = {"data.noise": "-3", "data.test_fraction": "2", "batch_size": "0", "optimizer.learning_rate": "-1"}
    before = get("experiment")
    for name, value in wrong.items():
        enter(page, name, value)
    expect(page.locator(".problem")).to_have_count(len(wrong))
    for name in wrong:
        control = page.locator(f'[name="{name}"]')
        expect(control).to_have_attribute("aria-invalid", "true")
        words = page.locator(f"#{control.get_attribute('aria-errormessage')}")
        expect(words).to_contain_text("xpected")
        part, _, field = name.rpartition(".")
        expect(words).to_contain_text(f"Until then the run goes on with {(before[part] if part else before)[field]}.")
    expect(page.locator("#problem")).to_contain_text("-1")
    for left in range(len(wrong) - 1, -1, -1):
        page.locator(".problem").first.get_by_role("button", name="Undo").click()
        expect(page.locator(".problem")).to_have_count(left)
    assert get("experiment") == before


def test_what_is_right_takes_effect_though_another_field_is_wrong(page: Page, get: Get) -> None:
    """And what is wrong keeps its value and its words; to undo it undoes nothing else."""
    enter(page, "data.count", "100000")
    expect(page.locator("#problem")).to_contain_text("100000")
    enter(page, "data.test_fraction", "0")
    wait(page, "() => window.chainrule.get('experiment.data.test_fraction') === 0")
    expect(page.locator("#problem")).to_contain_text("Until then the run goes on with 200.")
    expect(page.locator('[name="data.count"]')).to_have_value("100000")
    page.locator("#problem").get_by_role("button", name="Undo").click()
    expect(page.locator(".problem")).to_have_count(0)
    expect(page.locator('[name="data.count"]')).to_have_value("200")
    expect(page.locator('[name="data.test_fraction"]')).to_have_value("0")
    assert get("experiment.data.test_fraction") == 0


def test_no_help_covers_what_is_said_of_a_wrong_field(page: Page, get: Get) -> None:
    enter(page, "layers.2.units", "0")
    problem = page.locator("#problem")
    expect(problem).to_be_visible()
    # Help lets the pointer through; here it does not, so that whatever lies on top can be asked for.
    tops = page.locator(".tip").evaluate_all("""(tips) => {
      const { left, right, top, bottom } = document.getElementById("problem").getBoundingClientRect();
      const rows = Array.from({ length: 9 }, (_, i) => top + 4 + ((bottom - top - 8) * i) / 8);
      return tips.map((tip) => {
        const { cssText } = tip.style;
        Object.assign(tip.style, { visibility: "visible", opacity: 1, pointerEvents: "auto" });
        const on = rows.map((y) => document.elementFromPoint((left + right) / 2, y));
        tip.style.cssText = cssText;
        return on.includes(tip);
      });
    }""")
    assert len(tops) > 10
    assert not any(tops)
    page.locator('[name="layers.2.units"]').focus()
    page.locator('[name="layers.2.units"]').hover()
    expect(page.locator(".layers .tip:visible")).to_have_count(0)
    # A button that takes a layer away has no help of what the layer is, which had lain on the next.
    problem.get_by_role("button", name="Undo").click()
    page.mouse.move(0, 0)
    page.locator('[name="layers.2.units"]').focus()
    expect(page.locator(".layers .tip:visible")).to_have_count(1)
    page.locator('[data-remove="2"]').focus()
    expect(page.locator(".layers .tip:visible")).to_have_count(0)


def test_help_goes_once_a_value_was_entered_and_tells_of_the_number_that_has_the_focus(page: Page, get: Get) -> None:
    """It had lain on the next layers for as long as the focus stayed. It comes again with the pointer or the focus."""
    shown = page.locator(".controls-form .tip:visible")
    dense = next(entry for entry in get("catalog.layers") if entry["kind"] == "dense")
    units = page.locator('[name="layers.0.units"]')
    page.mouse.move(0, 0)
    units.focus()
    expect(shown).to_have_text([dense["fields"][0]["help"]])
    enter(page, "layers.0.units", "6")
    wait(page, "() => window.chainrule.get('experiment.layers.0.units') === 6")
    expect(shown).to_have_count(0)
    page.locator('[name="layers.0.kind"]').hover()
    expect(shown).to_have_text([dense["help"]])
    units.hover()
    expect(shown).to_have_text([dense["fields"][0]["help"]])
    page.mouse.move(0, 0)
    expect(shown).to_have_count(0)  # the focus, which is there still, does not bring it back
    units.blur()
    units.focus()
    expect(shown).to_have_count(1)
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    # Another kind draws the form anew, with the focus where it was.
    page.locator('[name="optimizer.kind"]').focus()
    page.locator('[name="optimizer.kind"]').select_option("adam")
    wait(page, "() => window.chainrule.get('experiment.optimizer.kind') === 'adam'")
    expect(page.locator('[name="optimizer.kind"]')).to_be_focused()
    expect(shown).to_have_count(0)


@pytest.mark.parametrize(("name", "value"), [
    ("layers.0.units", "0"), deeply("penalty.rate", "-3"),
    deeply("optimizer.learning_rate", "-1"), deeply("data.count", "1"), deeply("batch_size", "0"),
])  # fmt: skip
def test_an_impossible_value_is_told_beside_its_control_and_the_last_good_experiment_runs_on(
    page: Page, get: Get, name: str, value: str
) -> None:
    if name.startswith("penalty"):
        page.locator('select[name="penalty.kind"]').select_option("l2")
        wait(page, "() => window.chainrule.get('experiment.penalty.kind') === 'l2'")
    good = get("experiment")
    enter(page, name, value)
    control = page.locator(f'[name="{name}"]')
    expect(control).to_have_attribute("aria-invalid", "true")
    error = get("error")
    assert error["field"] == name
    problem = page.locator("#problem")
    expect(problem).to_have_attribute("role", "alert")
    # In the server's words, but for JSON's null: at a control, that is an empty one, which says what it stands for.
    expect(problem).to_contain_text(error["message"][1:].replace(" or null", " or an empty field (all)"))
    assert "problem" in (control.get_attribute("aria-describedby") or "").split()
    near = page.evaluate(
        """(name) => {
      const both = [document.querySelector(`[name="${name}"]`), document.getElementById("problem")];
      const [a, b] = both.map((one) => one.getBoundingClientRect());
      return Math.abs(b.top - a.bottom);
    }""",
        name,
    )
    assert near < 60, "the message stands at its control"
    assert page.evaluate("scrollY") == 0, "it is in sight without moving the page"
    assert get("experiment") == good
    page.get_by_role("button", name="Step", exact=True).click()
    wait(page, "() => window.chainrule.get('state.step') === 1")
    problem.get_by_role("button", name="Undo").click()
    expect(page.locator("#problem")).to_have_count(0)
    expect(control).to_have_value(str(read(good, name)))


@pytest.mark.parametrize(("typed", "said"), [("", "; the field is empty"), ("e-", "; what is typed here is no number")])
def test_a_field_that_says_no_number_says_why(page: Page, get: Get, typed: str, said: str) -> None:
    control = page.locator('[name="optimizer.learning_rate"]')
    good = control.input_value()
    control.fill("")
    control.press_sequentially(typed)
    control.press("Enter")
    problem = page.locator("#problem")
    expect(problem).to_contain_text(said)
    problem.get_by_role("button", name="Undo").click()
    expect(control).to_have_value(good)


def test_a_loss_that_does_not_fit_offers_the_cure(page: Page, get: Get, watch: Any) -> None:
    watch.allow("status of 422")
    page.locator('select[name="loss.kind"]').select_option("cross_entropy")
    problem = page.locator("#problem")
    expect(problem).to_be_visible()
    problem.get_by_role("button", name="Fit the output").click()
    wait(page, "() => window.chainrule.get('experiment.loss.kind') === 'cross_entropy'")
    assert [layer["kind"] for layer in get("experiment.layers")][-1] == "softmax"
    expect(page.locator("#problem")).to_have_count(0)


@pytest.mark.deep
def test_data_that_want_a_flatten_layer_bring_it_along_and_what_is_said_of_it_runs(page: Page, get: Get, watch: Watch) -> None:
    watch.allow("status of 422")  # the server says what is lacking
    page.locator('select[name="data.kind"]').select_option("line")
    expect(page.locator(".said")).to_have_text("The output now fits the data: dense with 1 unit, identity, half squared error.")
    page.locator('select[name="data.kind"]').select_option("signals")
    expect(page.locator(".said")).to_have_text(
        "The output now fits the data: dense with 3 units, softmax, cross-entropy. "
        "A flatten layer in front of dense makes a vector of its input."
    )
    assert get("experiment.data.kind") == "signals"
    assert [layer["kind"] for layer in get("experiment.layers")] == ["flatten", "dense", "tanh", "dense", "softmax"]
    expect(page.locator(".problem")).to_have_count(0)
    page.locator('select[name="data.kind"]').select_option("events")
    expect(page.locator(".said")).to_have_text(
        "The output now fits the data: dense with 1 unit, exponential, Poisson. "
        "The flatten layer went with the data that had brought it."
    )
    assert [layer["kind"] for layer in get("experiment.layers")] == ["dense", "tanh", "dense", "exp"]


@pytest.mark.deep
def test_of_data_that_are_refused_only_the_refusal_is_said_and_its_cure_once(page: Page, get: Get, watch: Watch) -> None:
    watch.allow("status of 422")
    # Of classes there are no residuals, which this optimizer solves for.
    visit(page, "preset=line&optimizer.kind=levenberg_marquardt")
    page.locator('select[name="data.kind"]').select_option("iris")
    problem = page.locator("#problem")
    expect(problem).to_contain_text("Until then the run goes on with the data «Line».")
    expect(page.locator(".said")).to_be_empty()
    assert get("experiment.data.kind") == "line"
    problem.get_by_role("button", name="Undo").click()
    expect(page.locator('select[name="data.kind"]')).to_have_value("line")
    visit(page, "preset=signals")
    at = [layer["kind"] for layer in get("experiment.layers")].index("flatten")
    page.get_by_role("button", name=f"Remove layer {at + 1}").click()
    expect(problem.get_by_role("button", name="Put a flatten layer in front of it")).to_be_visible()
    expect(problem.get_by_text("flatten layer in front")).to_have_count(1)


@pytest.mark.parametrize("preset", [deeply("signals"), "text"])
@pytest.mark.deep
def test_layers_that_take_maps_or_words_go_with_the_data_that_had_them(page: Page, get: Get, watch: Watch, preset: str) -> None:
    """Of a convolution and XOR there had been a refusal alone; of vectors again, the dense layers are left."""
    watch.allow("status of 422")
    visit(page, f"preset={preset}")
    page.locator('select[name="data.kind"]').select_option("xor")
    fitted = "The output now fits the data: dense with 1 unit, sigmoid, binary cross-entropy. " if preset == "signals" else ""
    expect(page.locator(".said")).to_have_text(f"{fitted}The layers up to flatten went, for these data do not fit them.")
    assert get("experiment.data.kind") == "xor"
    assert [layer["kind"] for layer in get("experiment.layers")] == ["dense", "sigmoid"]
    expect(page.locator(".problem")).to_have_count(0)


def test_an_address_that_cannot_be_run_opens_the_first_preset_and_says_why(page: Page, watch: Any) -> None:
    watch.allow("status of 422")
    page.goto("/#preset=xor&optimizer.learning_rate=-1")
    wait(page, "() => Boolean(window.chainrule?.get('trace'))")
    expect(page.locator("#callouts")).to_contain_text("optimizer.learning_rate: expected a number above 0")


@pytest.mark.parametrize(("preset", "name", "value"), [("digits-cnn", "layers.0.kernel", "9"), ("text", "layers.1.kernel", "99")])
def test_what_is_said_of_a_field_of_a_layer_widens_nothing(page: Page, watch: Watch, preset: str, name: str, value: str) -> None:
    """Two fields of a layer stand side by side; long words below one of them had pushed the whole form out of sight."""
    watch.allow("status of 422")
    visit(page, f"preset={preset}")
    enter(page, name, value)
    expect(page.locator("#problem")).to_be_visible()
    beyond = """() => {
      const form = document.querySelector('.controls').getBoundingClientRect();
      const out = [...document.querySelectorAll('.controls :is(input, select, button, label, p)')].filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return each.checkVisibility({ visibilityProperty: true }) && width > 0 && (left < form.left || right > form.right);
      });
      return out.map((each) => each.outerHTML.slice(0, 80));
    }"""
    assert page.evaluate(beyond) == []
    words = page.locator("#problem").bounding_box()
    assert words
    assert words["width"] > 180
    page.locator("#problem").get_by_role("button", name="Undo").click()
