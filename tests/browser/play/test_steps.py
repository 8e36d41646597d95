"""Step, Sub-step, Back and Reset, by button and by key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.play.acts import press, speed, told, wait
from tests.browser.shared import Get


def test_sub_steps_go_forward_then_the_loss_then_backward_then_gradients_then_the_update(page: Page, get: Get) -> None:
    layers = len(get("experiment.layers"))
    forward = [("forward", i) for i in range(layers)]
    backward = [("backward", i) for i in reversed(range(layers))]
    gradients = [("gradient", i) for i in reversed(range(layers)) if get(f"info.param_shapes.{i}")]
    expected = [*forward, ("loss", -1), *backward, *gradients, ("update", -1)]
    assert [(s["phase"], s["link"]) for s in get("substeps")] == expected
    before = get("state")
    for cursor in range(1, len(expected) + 1):
        press(page, "Sub-step")
        wait(page, f"() => window.chainrule.get('cursor') === {cursor}")
        assert get("state.step") == int(cursor == len(expected)), "only the update commits the step"
    assert get("trace.before") == before["params"]
    assert get("state.params") == get("trace.after") != before["params"]


@pytest.mark.motion
def test_step_changes_the_page_at_once_and_takes_one_update(page: Page, get: Get) -> None:
    waited = page.evaluate("""() => new Promise((resolve) => {
      const pressed = performance.now();
      const off = window.chainrule.store.subscribe("cursor", () => { off(); resolve(performance.now() - pressed); });
      document.querySelector("[data-action=step]").click();
    })""")
    assert waited < 100, f"the first sub-step came {waited:.0f} ms after the press"
    told(page)
    assert get("state.step") == get("frame.step") == 1
    assert [row["step"] for row in get("losses")] == [0, 1]


@pytest.mark.motion
def test_a_second_press_of_step_finishes_the_first_and_takes_another(page: Page, get: Get) -> None:
    speed(page, 1)
    for _ in range(3):
        page.evaluate("() => document.querySelector('[data-action=step]').click()")
    wait(page, "() => window.chainrule.get('state.step') === 3")
    assert len(get("history")) == 3


def test_back_restores_the_very_objects(page: Page, get: Get) -> None:
    speed(page, 60)
    press(page, "Step")
    told(page)
    page.evaluate("() => { window.kept = ['state', 'trace', 'frame', 'losses'].map((name) => window.chainrule.get(name)); }")
    press(page, "Sub-step")
    wait(page, "() => window.chainrule.get('cursor') === 1")
    press(page, "Step")
    told(page)
    assert get("state.step") == 2
    press(page, "Back")
    assert get("cursor") == 1
    press(page, "Back")
    same = page.evaluate(
        "() => ['state', 'trace', 'frame', 'losses'].every((name, i) => window.chainrule.get(name) === window.kept[i])"
    )
    assert same, "Back must bring back the objects themselves"
    press(page, "Back")
    assert (get("state.step"), get("cursor"), len(get("losses"))) == (0, 0, 1)
    back = page.get_by_role("button", name="Back", exact=True)
    expect(back).to_have_attribute("aria-disabled", "true")


@pytest.mark.motion
def test_back_during_an_animated_step_undoes_it(page: Page, get: Get) -> None:
    speed(page, 1)
    first = get("state")
    press(page, "Step")
    wait(page, "() => window.chainrule.get('cursor') >= 2")
    press(page, "Back")
    page.wait_for_timeout(400)
    assert (get("cursor"), get("state")) == (0, first)


def test_reset_returns_to_the_same_initial_weights(page: Page, get: Get) -> None:
    first = get("state")
    speed(page, "max")
    press(page, "Play")
    wait(page, "() => window.chainrule.get('state.step') > 20")
    press(page, "Reset")
    wait(page, "() => window.chainrule.get('state.step') === 0 && !window.chainrule.get('playing')")
    assert get("state") == first
    assert [row["step"] for row in get("losses")] == [0]


def test_the_keyboard_does_what_the_buttons_do(page: Page, get: Get) -> None:
    speed(page, 60)
    page.keyboard.press("ArrowRight")
    wait(page, "() => window.chainrule.get('cursor') === 1")
    page.keyboard.press("s")
    told(page)
    page.keyboard.press("Enter")
    wait(page, "() => window.chainrule.get('state.step') === 2")
    page.keyboard.press("ArrowLeft")
    assert get("state.step") == 1
    page.keyboard.press("Space")
    wait(page, "() => window.chainrule.get('playing') && window.chainrule.get('state.step') >= 2")
    page.keyboard.press("Space")
    wait(page, "() => !window.chainrule.get('playing')")
    page.keyboard.press("r")
    wait(page, "() => window.chainrule.get('state.step') === 0 && window.chainrule.get('cursor') === 0")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys and words")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys and words")).to_be_hidden()


def test_keys_typed_into_a_field_stay_there(page: Page, get: Get) -> None:
    field = page.get_by_label("Learning rate", exact=True)
    field.focus()
    field.press("ArrowLeft")
    field.press("Enter")
    page.wait_for_timeout(300)
    assert (get("state.step"), get("cursor")) == (0, 0)


def test_reduced_motion_turns_motion_into_steps(page: Page, get: Get) -> None:
    page.emulate_media(reduced_motion="reduce")
    wait(page, "() => window.chainrule.get('motion') === 'reduced'")
    press(page, "Sub-step")
    wait(page, "() => window.chainrule.get('cursor') === 1")
    assert get("transition.duration") == 0
    press(page, "Step")
    told(page)
    assert get("transition.duration") == 0
    page.get_by_role("button", name="Reduce motion").click()
    press(page, "Sub-step")
    wait(page, "() => window.chainrule.get('cursor') === 1")
    assert get("transition.duration") > 0


@pytest.mark.deep
def test_back_takes_the_run_again_where_no_moment_is_kept(page: Page, get: Get) -> None:
    speed(page, 60)
    for n in (1, 2):
        press(page, "Step")
        wait(page, f"() => window.chainrule.get('state.step') === {n}")
    kept = get("history")[-1]
    press(page, "Sub-step")
    wait(page, "() => window.chainrule.get('cursor') === 1")
    for step in (2, 1):
        page.evaluate("() => window.chainrule.store.set('history', [])")
        press(page, "Back")
        wait(page, f"() => window.chainrule.get('state.step') === {step} && !window.chainrule.get('pending')")
        told(page)
    assert (get("state"), get("losses")) == (kept["state"], kept["losses"])
