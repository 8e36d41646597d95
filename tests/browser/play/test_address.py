"""The address brings it all back: experiment, step and place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Desk, Watch
from tests.browser.play.acts import press, speed, told, wait
from tests.browser.shared import Get, deeply, listen, visit


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


@pytest.mark.deep
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


@pytest.mark.deep
def test_going_back_at_once_comes_back(page: Page, get: Get) -> None:
    """Before the page has written where it went, the address that it goes back to is the last that it wrote itself."""
    wait(page, "() => location.hash.startsWith('#preset=xor')")
    page.evaluate("""() => new Promise((done) => {
      addEventListener('hashchange', () => { history.back(); done(null); }, { once: true });
      location.hash = 'preset=circle';
    })""")
    wait(page, "() => location.hash.startsWith('#preset=xor') && chainrule.get('preset') === 'xor' && !chainrule.get('pending')")
    wait(page, "() => chainrule.get('experiment.data.kind') === 'xor'")
    press(page, "Step")
    wait(page, "() => window.chainrule.get('state.step') === 1")
    assert get("experiment.data.kind") == "xor"


COUNTED = """() => {
  const push = history.pushState.bind(history);
  window.entries = 0;
  history.pushState = (...all) => { window.entries += 1; push(...all); };
}"""


@pytest.mark.deep
def test_another_preset_and_other_data_are_left_by_the_browser_s_own_back_and_steps_are_not(page: Page, get: Get) -> None:
    """Going there or taking back must not go on making entries either."""
    visit(page, "preset=iris")
    wait(page, "() => location.hash === '#preset=iris'")
    page.evaluate(COUNTED)  # a browser forgets entries beyond the fiftieth
    press(page, "Step")
    wait(page, "() => location.hash === '#preset=iris&step=1'")
    page.locator('select[name="data.kind"]').select_option("points")
    wait(page, "() => location.hash.includes('data.kind=points')")
    rate = page.locator('[name="optimizer.learning_rate"]').first
    rate.fill("0.3")
    rate.press("Enter")
    wait(page, "() => location.hash.includes('learning_rate=0.3')")
    for preset in ("circle", "spiral"):
        page.locator("#preset").select_option(preset)
        wait(page, f"() => location.hash === '#preset={preset}'")
    assert page.evaluate("window.entries") == 3
    for preset, kind, step in (("circle", "circle", 0), ("iris", "points", 0), ("iris", "iris", 1)):
        page.go_back()
        wait(page, f"() => chainrule.get('experiment.data.kind') === '{kind}' && !chainrule.get('pending')")
        wait(page, f"() => chainrule.get('state.step') === {step}")
        assert get("preset") == preset
        page.wait_for_timeout(600)
    assert page.evaluate("window.entries") == 3
    page.go_forward()
    wait(page, "() => chainrule.get('experiment.data.kind') === 'points' && !chainrule.get('pending')")
    assert get("experiment.optimizer.learning_rate") == 0.3


@pytest.mark.deep
def test_an_address_far_into_a_run_is_replayed_in_sight_and_can_be_called_off(page: Page, get: Get) -> None:
    visit(page, "preset=xor&step=30000")
    assert (get("state.step"), get("frame.step")) == (30_000, 30_000)
    page.evaluate("() => { location.hash = 'preset=xor&step=900000&seed=1'; }")
    page.get_by_role("button", name="Take it", exact=True).click()
    shown = page.locator("#progress")
    expect(shown).to_contain_text("of 900")
    page.wait_for_timeout(600)  # twice as long as it takes to write an address
    expect(shown).to_be_visible()
    assert page.evaluate("() => location.hash") == "#preset=xor&step=900000&seed=1", (
        "a link that is copied on the way holds the goal"
    )
    page.set_viewport_size({"width": 390, "height": 844})
    place = shown.bounding_box()
    assert place is not None
    assert (place["x"], place["width"]) == (8, 374), "clear of the screen's edges"
    page.set_viewport_size({"width": 1280, "height": 800})
    shown.get_by_role("button", name="Stop").click()
    expect(shown).to_be_hidden()
    wait(page, "() => !window.chainrule.get('pending')")
    assert (get("state.step"), get("cursor"), get("experiment.seed")) == (0, 0, 1)
    wait(page, "() => location.hash === '#preset=xor&seed=1'")
    press(page, "Step")
    wait(page, "() => window.chainrule.get('state.step') === 1")


COUNT = "async (number) => (await ours('base/format.js')).count(number)"


@pytest.mark.deep
def test_a_link_far_into_a_run_asks_before_it_takes_the_run_again(page: Page, get: Get) -> None:
    """A class that follows one link would keep the server busy. What the address says beyond the most is cut, and told."""
    sent: list[int] = []
    listen(page, "request", lambda request: sent.append((request.post_data_json or {}).get("steps", 0)))
    visit(page, "preset=xor&step=99999999")
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text(f"This link leads to update {page.evaluate(COUNT, 1_000_000)}")
    expect(alert).to_contain_text(f"It asks for {page.evaluate(COUNT, 99_999_999)}, and no link leads further.")
    expect(alert).to_contain_text(f"about {get('question.time')}".removesuffix(".0"))
    page.wait_for_timeout(600)
    assert page.evaluate("() => location.hash").startswith("#preset=xor&step=99999999"), "a reload asks again"
    assert get("state.step") == 0
    assert sum(sent) < 200_000, "it waits"
    alert.get_by_role("button", name="Start at the beginning").click()
    expect(alert).to_have_count(0)
    wait(page, "() => location.hash === '#preset=xor'")
    page.evaluate("() => { location.hash = 'preset=xor&step=800000'; }")
    expect(alert).to_contain_text(f"This link leads to update {page.evaluate(COUNT, 800_000)}")
    expect(alert).not_to_contain_text("It asks for")
    press(page, "Step")
    expect(alert).to_have_count(0)
    wait(page, "() => location.hash === '#preset=xor&step=1'")


@pytest.mark.deep
def test_where_it_is_gone_to_is_not_written_over_by_where_the_page_stands(page: Page, get: Get) -> None:
    """A moment before the browser tells that the address is another, the page may write its own over it."""
    visit(page, "preset=xor")
    page.evaluate("""() => {
      location.hash = 'preset=xor&step=99999999';
      history.replaceState(null, '', '#preset=xor');
    }""")
    expect(page.locator("#callouts").get_by_role("alert")).to_contain_text("This link leads to update")
    assert page.evaluate("() => location.hash") == "#preset=xor&step=99999999"
    press(page, "Step")
    wait(page, "() => location.hash === '#preset=xor&step=1'")


def test_an_address_that_is_cut_says_so_where_it_came_to(page: Page, get: Get) -> None:
    visit(page, "preset=line&optimizer.learning_rate=2.5&step=99999999")
    wait(page, "() => window.chainrule.get('frame.diverged')")
    step = get("state.step")
    wait(page, f"() => location.hash.endsWith('&step={step}')")
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert.last).to_contain_text(f"step=99999999: a link leads to update {page.evaluate(COUNT, 1_000_000)} at most.")


@pytest.mark.parametrize("by", ["picker", deeply("address")])
def test_another_preset_stops_what_plays(page: Page, get: Get, by: str) -> None:
    speed(page, 60)
    press(page, "Play")
    wait(page, "() => window.chainrule.get('cursor') > 2")
    if by == "picker":
        page.locator("#preset").select_option("circle")
    else:
        page.evaluate("() => { location.hash = 'preset=circle'; }")
    wait(page, "() => window.chainrule.get('experiment.data.kind') === 'circle' && !window.chainrule.get('pending')")
    page.wait_for_timeout(500)
    assert (get("playing"), get("state.step"), get("cursor")) == (False, 0, 0)


def test_a_number_that_no_float64_holds_is_told_as_it_stands_in_the_address(page: Page, watch: Watch) -> None:
    watch.allow("status of 422")
    visit(page, "preset=xor")
    page.evaluate("location.hash = 'preset=xor&data.noise=1e999'")
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text('got "1e999"')


@pytest.mark.deep
def test_the_last_rows_of_a_batch_that_was_made_smaller_are_none_of_the_address(page: Page, get: Get) -> None:
    """What is shown is the row that it wraps to, and a link says so."""
    visit(page, "preset=xor&example=7&batch_size=5")
    expect(page.locator("#callouts").get_by_role("alert")).to_contain_text("example=7: a batch has 5 rows")
    visit(page, "preset=xor&example=7")
    page.get_by_label("Batch size", exact=True).fill("5")
    page.get_by_label("Batch size", exact=True).press("Enter")
    wait(page, "() => /batch_size=5.*example=2/.test(location.hash)")
    assert get("trace.example.row") == 2


@pytest.mark.parametrize(
    ("place", "said"),
    [
        deeply("preset=nope", "preset=nope: there is no such preset."),
        deeply("preset=xor&step=abc", "step=abc: expected a whole number."),
        ("preset=xor&step=1e3&substep=0x2", "step=1e3: expected a whole number. substep=0x2: expected a whole number."),
        ("preset=xor&example=77", "example=77: a batch has 10 rows, counted from 0; the first is shown."),
        deeply("preset=xor&batch_size=1&example=3", "example=3: a batch has one row, which is shown."),
        deeply("preset=xor&example=1e1", "example=1e1: expected a row of the batch, counted from 0, or «mean»."),
        deeply("preset=constructor", "preset=constructor: there is no such preset."),
        ("preset=toString&valueOf=1", "preset=toString: there is no such preset. valueOf=1: the page knows no «valueOf»."),
        deeply("preset=xor&step=2&substep=99", "substep=99: a step of this network has 12 sub-steps; it is shown to its end."),
        deeply("preset=xor&example=x", "example=x: expected a row of the batch, counted from 0, or «mean»."),
        deeply("preset=xor&selection=9/Z/9,9", "selection=9/Z/9,9: this network has no such number."),
        ("preset=xor&selection=2/W/0,4", "selection=2/W/0,4: this network has no such number."),
        deeply("preset=xor&plane.addresses=0/W/0,0|2/W/1,0", "plane.addresses=2/W/1,0: this network has no such weight."),
        ("preset=xor&lens=nope&colour=red", "head, matrix or race. colour=red: the page knows no «colour»."),
    ],
)
def test_what_an_address_says_amiss_is_told(page: Page, get: Get, place: str, said: str) -> None:
    visit(page, place)
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text("The address is understood in part")
    expect(alert).to_contain_text(said)
    assert get("selection") is None
    assert get("example") == get("trace.example.row") == 0
    if "substep=99" not in place:
        assert (get("state.step"), get("cursor")) == (0, 0)
    alert.get_by_role("button", name="Dismiss").click()
    expect(alert).to_have_count(0)
