"""What a derivation holds back until it is asked for: further terms, more paths, its script; and what stands before it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.derivation.asked import PANEL, whole
from tests.browser.shared import visit
from tests.browser.told import check, numbers
from tests.browser.walk import call


@pytest.mark.deep
def test_before_anything_is_derived_there_is_nothing_to_copy(page: Page, watch: Watch) -> None:
    watch.allow("net::ERR_FAILED")
    page.route("**/api/derive", lambda route: route.abort())
    visit(page, "preset=xor&lens=derivation")
    page.locator(PANEL).scroll_into_view_if_needed()
    copies = page.locator(f"{PANEL} .lens-actions button")
    expect(copies).to_have_count(2)
    for button in copies.all():
        expect(button).to_be_disabled()
    page.unroute("**/api/derive")
    whole(page, "xor", "0/W/1,0")
    for button in copies.all():
        expect(button).to_be_enabled()


@pytest.mark.deep
def test_every_term_of_a_long_sum_is_reached(page: Page) -> None:
    """Ten outputs: seven terms and the rest, until more are asked for; by keyboard, which stays where it was."""
    whole(page, "digits", "0/W/3,20")
    [entry] = page.evaluate("chainrule.get('derivation.opened')")
    assert (len(entry["doc"]["terms"]), len(entry["doc"]["shown"]), entry["doc"]["hidden"]) == (10, 7, 3)
    hidden = sum(term["value"] for i, term in enumerate(entry["doc"]["terms"]) if i not in entry["doc"]["shown"])
    assert entry["doc"]["rest"] == pytest.approx(hidden, rel=1e-12)
    more = page.locator(f"{PANEL} .sum-branch .chip-more")
    expect(more).to_contain_text("3 more")
    more.focus()
    page.keyboard.press("Enter")
    expect(more).to_have_count(0)
    assert len(page.evaluate("chainrule.get('derivation.opened')")[0]["doc"]["shown"]) == 10
    check(numbers(page, PANEL))


@pytest.mark.deep
def test_terms_of_0_wait_behind_those_that_count(page: Page) -> None:
    """A kernel's element meets 36 windows, of most of which the pooling passes nothing back."""
    whole(page, "digits-cnn", "0/W/3,0,0,1")
    found = page.evaluate("chainrule.get('derivation')")
    assert all(found["terms"][i]["value"] for i in found["shown"])
    assert found["hidden"] == len(found["terms"]) - len(found["shown"])


@pytest.mark.deep
def test_more_paths_and_the_script_are_the_servers(page: Page, server: str) -> None:
    whole(page, "spiral", "0/W/2,1")
    experiment = page.evaluate("chainrule.get('experiment')")
    asked = {"experiment": experiment, "address": "0/W/2,1"}
    assert "python" not in page.evaluate("Object.keys(chainrule.get('derivation'))")
    page.locator(f"{PANEL} summary", has_text="The same number in NumPy").click()
    expect(page.locator(f"{PANEL} pre")).to_contain_text("import numpy as np")
    assert page.locator(f"{PANEL} pre").text_content() == call(server, "/api/derive", asked)[0]["python"]
    deep = "preset=spiral&layers=dense(units:8),tanh,dense(units:8),tanh,dense(units:8),tanh,dense(units:1),sigmoid"
    visit(page, f"{deep}&lens=derivation&selection=0/W/2,1")
    page.wait_for_function("() => chainrule.get('derivation.paths.count') === 64")
    page.get_by_role("button", name="List more of them").click()
    page.wait_for_function("() => chainrule.get('derivation.paths.listed.length') === 64")
    expect(page.locator(f"{PANEL} .paths li")).to_have_count(64)
    check(numbers(page, PANEL))
