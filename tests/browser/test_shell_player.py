"""Playback: Step, Sub-step, Play, Back, Reset, by button and by key, and the address that brings it all back."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Desk
from tests.browser.shared import visit

Get = Callable[[str], Any]


@pytest.fixture
def get(page: Page) -> Get:
    """`get("trace.step")`: the store of the page, which is open on its first preset and ready."""
    visit(page, "preset=xor")
    return lambda path: page.evaluate("(path) => window.chainrule.get(path)", path)


def ready(page: Page) -> None:
    """Wait until the first trace is there."""
    wait(page, "() => Boolean(window.chainrule?.get('trace'))")


def wait(page: Page, condition: str) -> None:
    """Wait for a condition on the page, written as an arrow function (a string would need eval, which the page forbids)."""
    page.wait_for_function(condition)


def press(page: Page, name: str) -> None:
    """Click a button of the transport."""
    page.get_by_role("region", name="Playback").get_by_role("button", name=name, exact=True).click()


def speed(page: Page, value: float | str) -> None:
    """Set the speed in sub-steps a second, or "max"."""
    page.evaluate("(value) => window.chainrule.store.set('speed', value)", value)


def told(page: Page) -> None:
    """Wait until the told step is done."""
    wait(page, "() => window.chainrule.get('cursor') === window.chainrule.get('substeps').length")


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


@pytest.mark.parametrize("pace", [30, 600, "max"])
def test_play_trains_and_pause_stops_where_it_stands(page: Page, get: Get, pace: float | str) -> None:
    speed(page, pace)
    press(page, "Play")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    wait(page, "() => window.chainrule.get('state.step') >= 3")
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.wait_for_timeout(150)
    seen = get("state.step"), get("cursor")
    page.wait_for_timeout(400)
    assert (get("state.step"), get("cursor")) == seen
    steps = [row["step"] for row in get("losses")]
    assert steps == sorted(set(steps)), "the losses are in order, each update once"
    done = get("cursor") == len(get("substeps"))
    assert get("state.params") == get("trace.after" if done else "trace.before")
    if done:
        assert get("trace.step") == get("state.step") - 1
        assert get("frame.step") == get("state.step")


# Every number on the page, forty times while it plays and until it has told so many steps: is it of the moment that is held up,
# and is all of that of one step?
SAMPLED = """async (least) => {
  const format = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/format.js"));
  const { FORMATS, apart, show } = await import(format.name);
  const [wrong, steps, began] = [[], new Set(), performance.now()];
  for (let sample = 0; sample < 40 || (steps.size < least && performance.now() < began + 30_000); sample += 1) {
    await new Promise((resolve) => setTimeout(resolve, 53));
    const { shown, get } = window.chainrule;
    if (!get("playing")) break;
    const [trace, state, cursor, count] = ["trace", "state", "cursor", "substeps.length"].map(shown);
    steps.add(trace.step);
    if (state.step !== trace.step + (cursor === count)) wrong.push(`update ${state.step} beside step ${trace.step}, ${cursor}`);
    const [told, resting] = [shown("derived.story.of") + 1, document.querySelector("[data-resting]")];
    if (!resting && told !== trace.step + 1) wrong.push(`the story of step ${told} beside ${trace.step + 1}`);
    for (const element of document.querySelectorAll("[data-path]")) {
      const path = element.getAttribute("data-path");
      if (!element.checkVisibility() || element.closest("[data-resting]")) continue;
      const [value, near] = [path === "" ? null : shown(path), element.dataset.near];
      const expected = near ? show(value, apart(value, shown(near))) : (FORMATS[element.dataset.format] ?? show)(value);
      if (element.textContent !== expected) wrong.push(`${path}: ${element.textContent}, not ${expected}`);
    }
  }
  return { wrong, steps: steps.size };
}"""


@pytest.mark.parametrize("pace", [4, 60, 100, "max"])
def test_while_it_plays_all_numbers_are_of_one_moment(page: Page, get: Get, pace: float | str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    speed(page, pace)
    press(page, "Play")
    wait(page, f"() => window.chainrule.get('trace.step') >= {0 if pace == 4 else 2}")
    least = 1 if pace == 4 else 4
    seen = page.evaluate(SAMPLED, least)
    press(page, "Pause")
    assert seen["wrong"] == []
    assert seen["steps"] >= least
    assert page.evaluate("() => chainrule.shown('') === chainrule.get('')"), "at rest the numbers are the present ones"


def test_what_was_played_fast_is_what_single_steps_give(page: Page, get: Get) -> None:
    speed(page, 600)
    press(page, "Play")
    wait(page, "() => window.chainrule.get('state.step') >= 5")
    press(page, "Pause")
    wait(page, "() => window.chainrule.get('cursor') === window.chainrule.get('substeps').length")
    step, params = get("state.step"), get("state.params")
    press(page, "Reset")
    wait(page, "() => window.chainrule.get('state.step') === 0 && !window.chainrule.get('pending')")
    page.emulate_media(reduced_motion="reduce")
    for n in range(1, step + 1):
        press(page, "Step")
        wait(page, f"() => window.chainrule.get('state.step') === {n}")
    # The stream took the compiled plan between the steps it showed: the same steps, but for the last bits (1e-13 a step).
    for told, played in zip(get("state.params"), params, strict=True):
        for name, values in told.items():
            np.testing.assert_allclose(played[name], values, rtol=1e-11, atol=1e-11)


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


def test_a_reload_brings_back_experiment_step_and_place_to_the_very_bits_and_back_goes_on(page: Page, get: Get) -> None:
    speed(page, 60)
    states = [get("state")]
    for n in (1, 2):
        press(page, "Step")
        wait(page, f"() => window.chainrule.get('state.step') === {n}")
        states.append(get("state"))
    rate = page.get_by_label("Learning rate", exact=True)
    rate.fill("0.05")
    rate.press("Enter")
    wait(page, "() => window.chainrule.get('experiment.optimizer.learning_rate') === 0.05")
    assert get("state.step") == 2, "another learning rate keeps the weights"
    press(page, "Step")
    wait(page, "() => window.chainrule.get('state.step') === 3")
    press(page, "Sub-step")
    wait(page, "() => window.chainrule.get('cursor') === 1")
    page.get_by_role("button", name="Next example").click()
    wait(page, "() => window.chainrule.get('trace.example.row') === 1")
    page.get_by_role("tab", name="Matrices").click()
    names = ["experiment", "state", "trace", "frame", "cursor", "example", "lens", "losses", "speed"]
    before = {name: get(name) for name in names}
    wait(page, "() => /@2.optimizer.*&step=4&substep=1&example=1&lens=matrix&speed=60/.test(location.hash)")
    page.reload()
    wait(page, "() => window.chainrule?.get('trace.step') === 3 && window.chainrule.get('cursor') === 1")
    after = {name: get(name) for name in names}
    assert after == before
    assert before["state"]["params"] == get("trace.before")
    for state in reversed([*states, before["state"]]):
        press(page, "Back")
        assert get("state") == state
    assert get("cursor") == 0
    expect(page.get_by_role("button", name="Back", exact=True)).to_have_attribute("aria-disabled", "true")


def test_back_takes_the_run_again_where_no_moment_is_kept(page: Page, get: Get) -> None:
    speed(page, 60)
    page.emulate_media(reduced_motion="reduce")
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


def test_back_undoes_one_update_of_a_stream_to_the_very_bits(page: Page, get: Get) -> None:
    visit(page, "preset=xor&optimizer.kind=adam")
    speed(page, "max")
    press(page, "Play")
    wait(page, "() => window.chainrule.get('state.step') > 300")
    press(page, "Pause")
    page.wait_for_timeout(300)
    last, undone = get("state.step"), get("trace.before")
    for step in (last - 1, last - 2, last - 3):
        after = get("state.params")
        press(page, "Back")
        wait(page, f"() => window.chainrule.get('state.step') === {step} && !window.chainrule.get('pending')")
        assert (get("cursor"), get("trace.step"), get("losses")[-1]["step"]) == (0, step, step)
        assert get("state.params") == get("trace.before")
        if step == last - 1:
            assert get("state.params") == undone, "the very bits"
        # The step that is told next leads to where the run had come from, but for the plan's last bits.
        for told, played in zip(get("trace.after"), after, strict=True):
            for name, values in told.items():
                np.testing.assert_allclose(played[name], values, rtol=1e-9, atol=1e-11)
    assert get("frame.loss.train") == get("losses")[-1]["train"]
    press(page, "Step")
    wait(page, f"() => window.chainrule.get('state.step') === {last - 2}")


def test_a_race_that_asks_for_its_start_leaves_the_replay_alone(fresh: Desk) -> None:
    """The page's own start, the replay's and the race's: the second is answered when the third has been asked for."""
    page, asked = fresh.page, list[Route]()

    def together(route: Route) -> None:
        asked.append(route)
        for one in {2: [], 3: asked[1:]}.get(len(asked), [route]):
            one.continue_()

    page.route("**/api/start", together)
    page.goto("/#preset=xor&step=1&lens=race")
    wait(page, "() => window.chainrule?.get('trace') && window.chainrule.get('state.step') === 1")
    told(page)
    assert len(asked) >= 3
    assert fresh.watch.unexpected() == []


def test_an_address_far_into_a_run_is_replayed_in_sight_and_can_be_called_off(page: Page, get: Get) -> None:
    visit(page, "preset=xor&step=30000")
    assert (get("state.step"), get("frame.step")) == (30_000, 30_000)
    page.evaluate("() => { location.hash = 'preset=xor&step=900000&seed=1'; }")
    shown = page.locator("#progress")
    expect(shown).to_contain_text("of 900")
    shown.get_by_role("button", name="Stop").click()
    expect(shown).to_be_hidden()
    wait(page, "() => !window.chainrule.get('pending')")
    assert (get("state.step"), get("cursor"), get("experiment.seed")) == (0, 0, 1)
    press(page, "Step")
    wait(page, "() => window.chainrule.get('state.step') === 1")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("preset=nope", "preset=nope: there is no such preset."),
        ("preset=xor&step=abc", "step=abc: expected a whole number."),
        ("preset=xor&step=2&substep=99", "substep=99: a step of this network has 12 sub-steps; it is shown to its end."),
        ("preset=xor&example=x", "example=x: expected a row of the batch, counted from 0, or «mean»."),
        ("preset=xor&lens=nope&colour=red", "head, matrix or race. colour=red: the page knows no «colour»."),
    ],
)
def test_what_an_address_says_amiss_is_told(page: Page, get: Get, place: str, said: str) -> None:
    visit(page, place)
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text("The address is understood in part")
    expect(alert).to_contain_text(said)
    alert.get_by_role("button", name="Dismiss").click()
    expect(alert).to_have_count(0)


def test_a_divergence_is_told_and_can_be_undone_and_cured(page: Page, get: Get) -> None:
    rate = page.get_by_label("Learning rate", exact=True)
    rate.fill("1000")
    rate.press("Enter")
    wait(page, "() => window.chainrule.get('experiment.optimizer.learning_rate') === 1000")
    speed(page, "max")
    press(page, "Play")
    wait(page, "() => window.chainrule.get('frame.diverged') && !window.chainrule.get('playing')")
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text(f"The run diverged at step {get('frame.step')}")
    loss = page.evaluate("async () => (await import('/static/js/base/format.js')).show(chainrule.get('frame.loss.train'))")
    reason = re.sub(r"the loss is [\d.e+]+,", f"the loss is {loss},", get("frame.reason"))
    expect(alert).to_contain_text(reason)
    frame = get("frame")
    wait(page, f"() => location.hash.includes('step={frame['step']}&speed=max')")
    page.reload()
    wait(page, "() => Boolean(window.chainrule?.get('frame.diverged'))")
    assert get("frame") == frame
    page.evaluate("() => window.scrollTo(0, 1e4)")
    expect(alert).to_be_in_viewport()
    expect(alert).to_contain_text(f"The run diverged at step {frame['step']}")
    alert.get_by_role("button", name="Hide").click()
    expect(alert).to_have_count(0)
    page.reload()
    expect(alert).to_contain_text(reason)
    text = page.locator("body").inner_text()
    assert not re.search(r"\b(NaN|Infinity|undefined|null)\b", text)
    expect(page.get_by_role("button", name="Step", exact=True)).to_have_attribute("aria-disabled", "true")
    step = get("state.step")
    alert.get_by_role("button", name="Back", exact=True).click()
    wait(page, f"() => window.chainrule.get('state.step') === {step - 1}")
    assert not get("frame.diverged")
    press(page, "Reset")
    wait(page, "() => window.chainrule.get('state.step') === 0 && !window.chainrule.get('pending')")
    press(page, "Play")
    wait(page, "() => window.chainrule.get('frame.diverged') && !window.chainrule.get('playing')")
    page.get_by_role("button", name=re.compile("^Try η = ")).click()
    wait(page, "() => window.chainrule.get('experiment.optimizer.learning_rate') < 1000")
    assert get("state.step") == 0
    expect(alert).to_have_count(0)


@pytest.mark.parametrize("pace", [60, "max"])
def test_a_server_that_goes_away_is_told_and_the_run_goes_on_from_its_last_frame(
    page: Page, get: Get, watch: Any, pace: float | str
) -> None:
    watch.allow("ERR_FAILED|ERR_CONNECTION|Failed to load resource")
    speed(page, pace)
    press(page, "Play")
    wait(page, "() => window.chainrule.get('state.step') >= 2")

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/api/**", refuse)
    wait(page, "() => Boolean(window.chainrule.get('connection'))")
    banner = page.locator("#callouts").get_by_role("alert")
    expect(banner).to_contain_text("Waiting for the server")
    stood = get("state.step")
    page.unroute("**/api/**", refuse)
    # The page may have tried by itself by now, and then the button is gone.
    page.evaluate("() => [...document.querySelectorAll('#callouts button')].find((b) => b.textContent === 'Try now')?.click()")
    wait(page, f"() => window.chainrule.get('state.step') > {stood}")
    expect(banner).to_have_count(0)
    press(page, "Pause")
    steps = [row["step"] for row in get("losses")]
    assert steps == sorted(set(steps)), "no update is taken twice"
