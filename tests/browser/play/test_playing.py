"""Play: steps are taken in order, at any speed, and what is shown meanwhile is of one moment."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.play.acts import press, speed, wait
from tests.browser.shared import Get, deeply, until, visit

PLOTS = True


@pytest.mark.parametrize("pace", [deeply(30), deeply(600), "max"])
@pytest.mark.motion
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


@pytest.mark.parametrize("pace", [deeply(4), deeply(60), deeply(100), "max"])
@pytest.mark.motion
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


# So long an example's first input stands there as it was, after another has come while the run plays, just after a filling.
LATE = """async (pace) => {
  const { store } = chainrule;
  const trace = store.get('trace');
  const before = store.get('speed');
  store.patch({ playing: true, speed: pace });
  store.patch({ losses: [...store.get('losses')] });
  const [first, ...others] = trace.layers;
  const input = structuredClone(first.input);
  for (const row of input) row[0] = 0.125;
  const began = performance.now();
  store.patch({ trace: { ...trace, layers: [{ ...first, input }, ...others] } });
  const all = '[data-path^="trace.layers.0.input."][data-path$=".0"]';
  const shown = () => [...document.querySelectorAll(all)].filter((e) => e.checkVisibility());
  if (shown().length === 0) throw new Error('no number of the input is shown');
  while (shown().some((e) => e.textContent.replace(/[()]/g, '') !== '0.1250')) await new Promise(requestAnimationFrame);
  const late = performance.now() - began;
  store.patch({ trace, playing: false, speed: before });
  return late;
}"""


@pytest.mark.parametrize("pace", [4, deeply(30)])
def test_the_numbers_of_a_step_come_with_it(page: Page, pace: float) -> None:
    """They had waited for what was there already, until the next sub-step, or for two seconds."""
    visit(page, "preset=xor&substep=1")
    until(page, "!!document.querySelector('.story [data-path^=\"trace.layers.0.input.\"]')")
    assert page.evaluate(LATE, pace) < 1000


def test_what_was_played_fast_is_what_single_steps_give(page: Page, get: Get) -> None:
    speed(page, 100)  # the slowest that is streamed
    press(page, "Play")
    wait(page, "() => window.chainrule.get('state.step') >= 5")
    press(page, "Pause")
    wait(page, "() => window.chainrule.get('cursor') === window.chainrule.get('substeps').length")
    step, params = get("state.step"), get("state.params")
    press(page, "Reset")
    wait(page, "() => window.chainrule.get('state.step') === 0 && !window.chainrule.get('pending')")
    for n in range(1, step + 1):
        press(page, "Step")
        wait(page, f"() => window.chainrule.get('state.step') === {n}")
    # The stream took the compiled plan between the steps it showed: the same steps, but for the last bits (1e-13 a step).
    for told, played in zip(get("state.params"), params, strict=True):
        for name, values in told.items():
            np.testing.assert_allclose(played[name], values, rtol=1e-11, atol=1e-11)


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
