"""Answers that come late: nothing of one step stands beside the numbers of another."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.derivation.asked import PANEL, whole
from tests.browser.shared import still, until

BARS = """() => [...document.querySelectorAll('[data-panel=derivation] .bar')].map((bar) => ({
  value: chainrule.get(bar.dataset.bar), left: bar.classList.contains('bar-negative'),
  share: Number(bar.style.getPropertyValue('--share')) }))"""


@pytest.mark.deep
def test_an_answer_that_comes_after_its_step_has_gone_by_leaves_no_bar_behind(page: Page) -> None:
    """The first answer is held back until the address has taken the page to its third step."""
    held: list[Route] = []
    page.goto("about:blank")
    page.route("**/api/derive", lambda route: route.continue_() if held else held.append(route))
    page.goto("/#preset=iris&lens=derivation&selection=0/W/2,1&step=2")
    until(page, "window.chainrule?.get('trace.step') === 1")
    page.locator(PANEL).scroll_into_view_if_needed()
    until(page, "window.chainrule?.get('trace.step') === 1")
    held[0].continue_()
    until(page, "chainrule.get('derivation.step') === chainrule.get('trace.step') && !!chainrule.get('derivation.paths')")
    bars = still(page, BARS)
    longest = max(abs(bar["value"]) for bar in bars)
    assert len(bars) == 11
    for bar in bars:
        assert bar["left"] == (bar["value"] < 0), bar
        assert bar["share"] == pytest.approx(abs(bar["value"]) / longest, abs=1e-4)


def test_an_answer_of_the_step_before_never_stands_beside_the_numbers_of_the_next(page: Page) -> None:
    """While the server takes its time the step goes on: what stands is pale until the new step's derivation has come.

    It comes also while the panel is below the screen: the chosen weight's paths are drawn on the network.
    """
    whole(page, "xor", "0/W/2,0")
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(PANEL)).not_to_be_in_viewport()
    held, free = list[Route](), list[bool]()
    page.route("**/api/derive", lambda route: route.continue_() if free else held.append(route))
    page.evaluate("chainrule.store.patch({ selection: '0/W/1,0' })")
    while not held:
        page.wait_for_timeout(25)
    answer = held[0].fetch()
    page.evaluate("""() => {
      window.told = [];
      chainrule.store.subscribe('derivation', () => {
        const { address, parameter } = chainrule.get('derivation');
        if (address === '0/W/1,0') window.told.push([parameter.value, chainrule.get('trace.before.0.W.1.0')]);
      });
    }""")
    for taken in (1, 2):
        page.get_by_role("button", name="Step", exact=True).click()
        until(page, "(n) => chainrule.get('state.step') === n", taken)
    until(page, "chainrule.get('trace.step') === 1")
    expect(page.locator(f"{PANEL} > .outdated")).to_be_visible()
    free.append(True)
    held[0].fulfill(response=answer)
    for route in held[1:]:
        route.continue_()
    until(page, "window.told.length > 0 && chainrule.get('derivation.step') === 1")
    expect(page.locator(f"{PANEL} > .outdated")).to_have_count(0)
    assert all(told == stands for told, stands in page.evaluate("window.told"))


@pytest.mark.deep
def test_an_update_is_not_told_in_the_equations_of_another_optimizer(page: Page) -> None:
    """The equations of the new one come a moment later than its numbers."""
    whole(page, "xor&optimizer.kind=rmsprop", "2/W/0,1")
    lines = page.locator(f"{PANEL} .story-lines .equation")
    expect(lines.first).to_be_visible()
    held, free = list[Route](), list[bool]()
    page.route("**/api/story", lambda route: route.continue_() if free else held.append(route))
    whole(page, "xor&optimizer.kind=adamw", "2/W/0,1")
    card = page.locator(f"{PANEL} .lens-card", has_text="3 · The update: AdamW")
    expect(card).to_be_visible()
    expect(lines).to_have_count(0)
    free.append(True)
    for route in held:
        route.continue_()
    expect(lines.first).to_be_visible()
    expect(card.locator(".story-lines [data-path^='trace.after.']").first).to_be_visible()
