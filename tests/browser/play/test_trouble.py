"""A run that diverges and a server that goes away are told, and the run goes on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.play.acts import press, speed, wait
from tests.browser.shared import Get, deeply, until, visit

FIRST_SCREEN = ".hero > :is(.controls, .centre, .plots), .plots .plot-numbers, .lenses > .questions"
# Those of some elements that reach below what they stand in, or under what is told at the page's foot.
COVERED = """(all) => {
  const [band, box] = [document.querySelector('#callouts').getBoundingClientRect(), (each) => each.getBoundingClientRect()];
  return all.filter((each) => {
    const panel = each.closest('.panel');
    return box(each).bottom > band.top || (panel && box(each).bottom > box(panel).bottom);
  });
}"""


def test_a_divergence_is_told_and_can_be_undone_and_cured(page: Page, get: Get) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    rate = page.get_by_label("Learning rate", exact=True)
    rate.fill("1000")
    rate.press("Enter")
    wait(page, "() => window.chainrule.get('experiment.optimizer.learning_rate') === 1000")
    speed(page, "max")
    press(page, "Play")
    wait(page, "() => window.chainrule.get('frame.diverged') && !window.chainrule.get('playing')")
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text(f"The run diverged at step {get('frame.step')}")
    loss = page.evaluate("async () => (await ours('base/format.js')).show(chainrule.get('frame.loss.train'))")
    reason = re.sub(r"the training loss is [\d.e+]+,", f"the training loss is {loss},", get("frame.reason"))
    expect(alert).to_contain_text(reason)
    # The network's loss is another: it says whose.
    example = page.evaluate("chainrule.get('trace.batch.indices')[chainrule.get('example')]")
    small = "[...document.querySelectorAll('.stage-small')].map((each) => each.textContent).join(' ')"
    until(page, f"/loss of example {example}( |$)/.test({small})")
    frame = get("frame")
    wait(page, f"() => location.hash.includes('step={frame['step']}&speed=max')")
    page.reload()
    wait(page, "() => Boolean(window.chainrule?.get('frame.diverged'))")
    assert get("frame") == frame
    # It lies on nothing of the first screen, where all makes room for it.
    until(page, f"({COVERED})([...document.querySelectorAll('{FIRST_SCREEN}')]).length === 0")
    height = page.locator(".hero").evaluate("(hero) => hero.clientHeight")
    page.evaluate("() => window.scrollTo(0, 1e4)")
    expect(alert).to_be_in_viewport()
    expect(alert).to_contain_text(f"The run diverged at step {frame['step']}")
    alert.get_by_role("button", name="Hide").click()
    expect(alert).to_have_count(0)
    until(page, f"document.querySelector('.hero').clientHeight > {height}")
    page.reload()
    expect(alert).to_contain_text(reason)
    # On a phone it lies on the equation: it is low, its actions beside its title.
    page.set_viewport_size({"width": 390, "height": 844})
    foot = alert.locator("h3").evaluate("(title) => title.getBoundingClientRect().bottom")
    tops = alert.get_by_role("button").evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().top)")
    assert len(tops) == 3
    assert max(tops) < foot
    text = page.locator("body").inner_text()
    assert not re.search(r"\b(NaN|Infinity|undefined|null)\b", text)
    expect(page.get_by_role("button", name="Step", exact=True)).to_have_attribute("aria-disabled", "true")
    step = get("state.step")
    alert.get_by_role("button", name="Back", exact=True).click()
    wait(page, f"() => window.chainrule.get('state.step') === {step - 1}")
    assert not get("frame.diverged")
    press(page, "Step")
    wait(page, "() => window.chainrule.get('frame.diverged')")
    page.get_by_role("button", name=re.compile("^Try η = ")).click()
    wait(page, "() => window.chainrule.get('experiment.optimizer.learning_rate') < 1000")
    assert get("state.step") == 0
    expect(alert).to_have_count(0)


def test_a_run_from_weights_that_were_put_beyond_is_told_to_have_diverged_before(page: Page, watch: Watch) -> None:
    """«diverged at step 1: At step 0 …» had stood there."""
    watch.allow("status of 422")  # no window of a plane is as wide
    visit(page, "preset=line&moved=0:0/W/0,0:1e200&step=1")
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text("The run had diverged before step 1")
    expect(alert).to_contain_text("At step 0 the training loss grew")


@pytest.mark.parametrize("way", [deeply("Play"), "Step", deeply("Sub-step"), deeply("key")])
@pytest.mark.deep
def test_a_button_that_a_divergence_locks_says_why(page: Page, get: Get, way: str) -> None:
    """By its description, and again by the words over the page when it is pressed all the same; Reset unlocks it."""
    visit(page, "preset=line&optimizer.learning_rate=1000&step=1")
    alert = page.locator("#callouts").get_by_role("alert")
    alert.get_by_role("button", name="Hide").click()
    expect(alert).to_have_count(0)
    buttons = page.get_by_role("region", name="Playback")
    for name in ("Play", "Step", "Sub-step"):
        locked = buttons.get_by_role("button", name=name, exact=True)
        expect(locked).to_have_attribute("aria-disabled", "true")
        expect(locked).to_have_accessible_description(re.compile("^The run diverged and goes no further: Back .* Reset"))
    if way == "key":
        page.locator("body").press(" ")
    else:
        buttons.get_by_role("button", name=way, exact=True).click(force=True)
    expect(alert).to_contain_text("The run diverged at step 1")
    assert get("state.step") == 1
    press(page, "Reset")
    wait(page, "() => chainrule.get('state.step') === 0 && !chainrule.get('pending')")
    expect(alert).to_have_count(0)
    play = buttons.get_by_role("button", name="Play", exact=True)
    expect(play).to_have_attribute("aria-disabled", "false")
    expect(play).to_have_accessible_description("Train (space)")


@pytest.mark.deep
def test_on_a_phone_a_divergence_lies_above_the_transport_and_not_on_the_network(page: Page, get: Get) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, "preset=line&optimizer.learning_rate=2.5&step=6")
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text("The run diverged at step")
    boxes = [page.locator(each).bounding_box() for each in (".stage", "#callouts .banner", ".transport")]
    assert all(boxes)
    network, banner, transport = ([box["y"], box["y"] + box["height"]] for box in boxes if box)
    assert network[1] <= banner[0] < banner[1] <= transport[0]
    # All that it lies on can be scrolled clear of it.
    until(page, f"(scrollTo(0, 1e5), ({COVERED})([document.querySelector('.foot')]).length === 0)")


@pytest.mark.deep
def test_of_a_divergence_only_what_happened_is_told(page: Page, get: Get) -> None:
    """One update can be enough: nothing is said of others."""
    visit(page, "preset=line&optimizer.learning_rate=1000&step=1")
    wait(page, "() => window.chainrule.get('frame.diverged')")
    assert get("state.step") == 1
    told = page.locator("#callouts").get_by_role("alert")
    before, after = page.evaluate("""async () => {
      const { show } = await ours('base/format.js');
      return chainrule.get('losses').map(({ train }) => show(train)); }""")
    expect(told).to_contain_text(f"The last update, with η = 1000, led from {before} to {after}.")
    assert not re.search("[Ee]ach|valley|overshoot", told.inner_text())


@pytest.mark.parametrize("pace", [60, deeply("max")])
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
    # Who pauses waits no more, and «Trying again» is not said on.
    press(page, "Pause")
    expect(page.locator("#callouts")).not_to_contain_text("Waiting for the server")
    press(page, "Play")
    expect(page.locator("#callouts")).to_contain_text("Waiting for the server")
    stood = get("state.step")
    page.unroute("**/api/**", refuse)
    # The page may have tried by itself by now, and then the button is gone.
    page.evaluate("() => [...document.querySelectorAll('#callouts button')].find((b) => b.textContent === 'Try now')?.click()")
    wait(page, f"() => window.chainrule.get('state.step') > {stood}")
    expect(banner).to_have_count(0)
    press(page, "Pause")
    steps = [row["step"] for row in get("losses")]
    assert steps == sorted(set(steps)), "no update is taken twice"


@pytest.mark.deep
def test_without_a_server_the_network_is_drawn_smaller_where_there_is_less_room(page: Page, watch: Any) -> None:
    """A banner takes room of the network's, and there is nobody to lay it out anew: it had run over its legend."""
    watch.allow("ERR_FAILED|ERR_CONNECTION|Failed to load resource")
    page.set_viewport_size({"width": 1440, "height": 900})
    visit(page, "preset=xor")
    wait(page, "() => document.querySelector('.stage-figure[aria-busy=false] .stage-layer text')")
    page.route("**/api/**", lambda route: route.abort())
    page.set_viewport_size({"width": 1440, "height": 780})
    wait(page, SMALLER)
    page.unroute_all()
    wait(page, "() => document.querySelector('.stage .drawing').style.scale === ''")


# Is a network that was laid out for more room drawn within the room that there is?
SMALLER = """() => {
  const [layer, figure] = ['.stage-layer', '.stage-figure'].map((each) => document.querySelector(each));
  const [drawn, box] = [layer, figure].map((each) => each.getBoundingClientRect());
  return layer.viewBox.baseVal.height > box.height + 10 && drawn.bottom < box.bottom + 1;
}"""
