"""Every path from a weight to the loss: of an example, of the batch, and of a word or a window that has none."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.derivation.asked import PANEL, derived, opened, whole
from tests.browser.shared import visit
from tests.browser.told import check, numbers


def test_in_the_batch_s_mean_the_paths_are_the_batch_s(page: Page) -> None:
    """Their means add up to ∂L/∂w; of the factors a weight has its number, what varies with the example has none."""
    opened(page, "spiral", selection="0/W/1,1")
    derived(page, "0/W/1,1")
    title = page.locator(f"{PANEL} h3", has_text="Every path to the loss")
    expect(title).to_contain_text("· example ")
    page.get_by_role("button", name="Batch mean").click()
    page.wait_for_function("() => chainrule.get('derivation.paths.over') === 'batch'")
    doc = derived(page, "0/W/1,1")
    assert doc["paths"]["sum"] == pytest.approx(doc["gradient"], rel=1e-12)
    assert sum(path["value"] for path in doc["paths"]["listed"]) == pytest.approx(doc["gradient"], rel=1e-12)
    expect(title).to_contain_text(f"mean over the batch’s {doc['count']} examples")
    expect(page.locator(f"{PANEL} h3", has_text="link by link")).to_contain_text(f"One of the batch, example {doc['index']}")
    factors = [[f["value"] is not None for f in path["factors"]] for path in doc["paths"]["listed"]]
    counts = "selector => [...document.querySelectorAll(selector)].map(row => row.querySelectorAll('.num').length)"
    shown = page.evaluate(counts, f"{PANEL} .path-factors")
    assert shown == [sum(each) for each in factors] == [2] * 8
    shares = page.locator(f"{PANEL} .path-share").all_inner_texts()
    assert 0 < doc["paths"]["listed"][-1]["share"] < 5e-4
    assert all(float(share.removesuffix(" %")) > 0 for share in shares), shares  # little is not nothing
    assert "drawn paths" not in page.locator(".whose-label").inner_text()
    check(numbers(page, PANEL))


@pytest.mark.deep
def test_paths_that_are_too_many_for_a_mean_say_whose_they_are(page: Page) -> None:
    deep = ",".join(["dense(units:8),tanh"] * 8)
    visit(page, f"preset=spiral&layers={deep},dense(units:1),sigmoid&lens=derivation&selection=0/W/1,1&example=mean")
    page.locator(PANEL).scroll_into_view_if_needed()
    doc = derived(page, "0/W/1,1")
    assert (doc["mean"], doc["paths"]["over"]) == (True, "example")
    expect(page.locator(".whose-label")).to_contain_text(f"drawn paths: example {doc['index']}")
    expect(page.locator(f"{PANEL} .paths-alone")).to_contain_text(f"example {doc['index']} alone")
    expect(page.locator(f"{PANEL} h3", has_text="Every path to the loss")).to_contain_text(f"example {doc['index']}")
    page.get_by_role("button", name="Example", exact=True).click()
    expect(page.locator(".whose-label")).not_to_contain_text("drawn paths")


@pytest.mark.deep
def test_paths_that_all_stop_say_so_and_have_no_shares(page: Page) -> None:
    """A share of a sum that is 0 is no number, and «0 of them without a slope of 0» no answer."""
    whole(page, "digits-cnn", "0/W/0,0,1,1")
    found = page.evaluate("chainrule.get('derivation.paths')")
    assert (found["live"], found["size"]) == (0, 0)
    box = page.locator(f"{PANEL} .lens-card", has=page.locator(".paths"))
    expect(box).to_contain_text("360 paths lead from here to the loss, and each passes through a slope of 0")
    expect(box).to_contain_text("so this example adds nothing: the sum of all products is 0.")
    expect(box).to_contain_text("These are 8 of them.")
    assert "%" not in box.inner_text()
    assert all(any(factor["value"] == 0 for factor in path["factors"]) for path in found["listed"])
    expect(page.locator(PANEL)).to_contain_text("its gradient is the sum of their products, all of them 0.")
    page.locator(f"{PANEL} .path-share").nth(2).click()
    expect(page.locator(f"{PANEL} .path-share").nth(2)).to_have_attribute("aria-pressed", "true")
    check(numbers(page, PANEL))


@pytest.mark.deep
def test_a_word_that_nobody_used_says_so_instead_of_an_empty_sum(page: Page) -> None:
    derived_ = "preset=text&lens=derivation&selection=0/W/5,1&step=1"
    visit(page, derived_)
    page.locator(PANEL).scroll_into_view_if_needed()
    page.wait_for_function("() => chainrule.get('derivation.paths')?.count === 0")
    text = page.locator(PANEL).inner_text()
    assert "This example does not use the word «an»" in text
    assert "No example of this batch uses the word «an»: its gradient is 0" in text
    assert "There is none" in text
    expect(page.locator(f"{PANEL} .lens-title")).to_contain_text("stay at")
    check(numbers(page, PANEL))


def test_the_windows_of_a_kernel_and_the_winners_of_a_pooling_are_told(page: Page) -> None:
    """36 windows, framed on the input; of the products those that count, with their places, which are the trace's."""
    whole(page, "digits-cnn&step=1", "0/W/1,0,2,1")
    doc = page.evaluate("chainrule.get('derivation')")
    expect(page.locator(f"{PANEL} .met-image").first.locator(".met-frame:not(.met-strong)")).to_have_count(36)
    live = [i for i, term in enumerate(doc["terms"]) if term["value"]]
    expect(page.locator(f"{PANEL} .met li")).to_have_count(min(5, len(live)))
    [r, c] = doc["meetings"]["met"][live[0]]["window"]
    assert f"window (row {r + 1}, column {c + 1})" in page.locator(f"{PANEL} .met").inner_text()
    pool = next(gate for gate in doc["gates"] if "winners" in gate)
    [_, r, c] = pool["winners"][0]["input"]
    text = page.locator(f"{PANEL} .notes").last.inner_text()
    assert f"(row {r + 1}, column {c + 1}) of map 2 wins window" in text
    assert f"{pool['closed_count']} lose" in text
    check(numbers(page, f"{PANEL} .met"))
