"""From one experiment to the next: nothing of the old one is asked of the server, or drawn, with the new one's numbers."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Desk
from tests.browser.shared import deeply, visit

PLOTS = True


@pytest.mark.parametrize("size", [(1440, 900), pytest.param((390, 844), marks=pytest.mark.deep)])
@pytest.mark.motion
def test_presets_follow_each_other_while_the_run_plays(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visit(page, "preset=spiral")
    page.evaluate("chainrule.store.set('speed', 'max')")
    for slug in ("circle", "iris", "line", "spiral"):
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_function("() => chainrule.get('trace.step') > 0")
        page.locator("#preset").select_option(slug)
        page.wait_for_function("(slug) => chainrule.get('preset') === slug && chainrule.get('state.step') === 0", arg=slug)
        page.wait_for_timeout(150)  # requests and frames of the old experiment would come now; `watch` fails the test for them
        assert not page.evaluate("chainrule.get('playing')")


@pytest.mark.parametrize(
    "address",
    [
        deeply("data.kind=xor&layers=dense(units:2),conv2d(filters:3)"),
        deeply("preset=iris&layers=dense(units:2)"),
        "preset=xor&layers=dense(units:9999)",
    ],
)
@pytest.mark.deep
def test_an_address_that_cannot_run_opens_a_page_that_says_so(fresh: Desk, address: str) -> None:
    page = fresh.page
    page.goto(f"/#{address}")
    page.wait_for_function("() => Boolean(window.chainrule?.get('trace'))")
    said = page.locator("#callouts").get_by_role("alert")
    expect(said).to_contain_text("The address asks for what cannot be run")
    expect(said).to_contain_text("The page shows XOR instead.")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('state.step') === 1")
    said.get_by_role("button", name="Dismiss").click()
    expect(said).to_have_count(0)
    page.evaluate("(address) => { location.hash = address; }", f"{address}&seed=3")
    expect(said).to_contain_text("The page shows XOR instead.")
    shown = page.evaluate("() => ['preset', 'experiment.data.kind', 'state.step'].map(chainrule.get)")
    assert shown == ["xor", "xor", 1]
    fresh.watch.allow("422")
    assert fresh.watch.unexpected() == []


@pytest.mark.deep
def test_what_a_panel_says_of_a_server_that_is_away_is_over_when_it_answers(fresh: Desk) -> None:
    page = fresh.page
    page.goto("/#preset=xor")
    page.wait_for_function("() => Boolean(window.chainrule?.get('trace'))")
    page.route("**/api/predict", lambda route: route.abort())
    page.get_by_role("button", name="Step", exact=True).click()
    said = page.locator("#callouts").get_by_role("alert")
    expect(said).to_contain_text("The server cannot be reached")
    page.unroute("**/api/predict")
    page.wait_for_function("() => chainrule.get('cursor') === chainrule.get('substeps').length")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(said).to_have_count(0)
    fresh.watch.allow("ERR_FAILED")
    assert fresh.watch.unexpected() == []


def test_the_gradients_check_is_on_the_page_and_follows_the_step(page: Page) -> None:
    visit(page, "preset=spiral")
    line = page.locator(".story .verdict")
    expect(line).to_contain_text("All 105 gradients checked, worst disagreement")
    assert 0 < page.evaluate("chainrule.get('checked.difference')") < 1e-7
    page.evaluate("chainrule.store.set('speed', 60)")
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="Sub-step", exact=True).click()
    page.wait_for_function("() => chainrule.get('trace.step') === 1 && chainrule.get('checked.step') === 2")
    expect(line).not_to_have_class("verdict quiet resting")
    line.click()
    expect(page.locator("[data-panel=seam] .seam-verdict")).to_contain_text("All 105 gradients checked")


@pytest.mark.deep
def test_the_check_of_another_network_is_not_said_of_this_one(page: Page) -> None:
    visit(page, "preset=xor")
    line = page.locator(".story .verdict")
    expect(line).to_contain_text("All 17 gradients checked")
    held: list[Route] = []
    page.route("**/api/compare", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks the function it is given)
    with page.expect_request("**/api/compare"):
        visit(page, "preset=xor&layers=dense(units:3),tanh,dense(units:1),sigmoid")
        expect(line).to_have_text("Gradients are being checked …")
    for route in held:
        route.continue_()
    page.unroute("**/api/compare")
    expect(line).to_contain_text("All 13 gradients checked")
