"""A derivation below the screen goes along with the network above it, which draws its paths."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.shared import until, visit

PANEL = "[data-panel=derivation]"
PALE = f"{PANEL} > .outdated"


def below(page: Page) -> None:
    """A derivation that stands there whole, and then the network, which fills the screen."""
    visit(page, "preset=xor&lens=derivation&selection=0/W/1,0")
    page.locator(f"{PANEL} .paths").wait_for()
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(PANEL)).not_to_be_in_viewport()


@pytest.mark.deep
def test_below_the_screen_it_is_pale_no_longer_than_it_is_of_another_example(page: Page) -> None:
    below(page)
    for name, mean in (("Batch mean", "true"), ("Example", "false")):
        page.get_by_role("button", name=name, exact=True).click()
        until(page, f"chainrule.get('derivation.mean') === {mean} && !!chainrule.get('derivation.paths')")
        expect(page.locator(PALE)).to_have_count(0)
        expect(page.locator(PANEL)).not_to_be_in_viewport()


@pytest.mark.deep
def test_below_the_screen_an_answer_that_came_too_late_is_asked_for_anew(page: Page) -> None:
    """The run goes on while the server works: the paths on the network are not left those of the step before."""
    below(page)
    held, free = list[Route](), list[bool]()
    page.route("**/api/derive", lambda route: route.continue_() if free else held.append(route))
    page.get_by_role("button", name="Next example").click()
    while not held:
        page.wait_for_timeout(25)
    answer = held[0].fetch()
    page.get_by_role("button", name="Batch mean", exact=True).click()
    until(page, "chainrule.get('example') === 'mean'")
    expect(page.locator(PALE)).to_have_count(1)
    free.append(True)
    held[0].fulfill(response=answer)
    for route in held[1:]:
        route.continue_()
    until(page, "chainrule.get('derivation.mean') === true")
    expect(page.locator(PALE)).to_have_count(0)
    expect(page.locator(PANEL)).not_to_be_in_viewport()
