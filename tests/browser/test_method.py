"""By another method than backpropagation: sums of products keep their own value, and what the optimizer is given is named."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import visit
from tests.browser.test_matrices import matrices
from tests.browser.test_story import check, numbers

# A secant as long as 1: 0.1001 where ∂L/∂w is 0.1065.
ROUGH = "preset=xor&step=1&substep=10&gradient.kind=numerical&gradient.step=1&selection=2/W/0,3"
GIVEN, SWEPT = "trace.layers.2.grads.W.0.3", "trace.layers.2.backprop.W.0.3"


def read(page: Page, path: str) -> float:
    return float(page.evaluate("(path) => chainrule.get(path)", path))


def test_the_story_sets_both_numbers_apart(page: Page) -> None:
    visit(page, ROUGH)
    line = page.locator("[data-panel=story] .equation:visible", has=page.locator(f'[data-path="{GIVEN}"]'))
    expect(line).to_contain_text("by central differences")
    expect(line.locator(f'[data-path="{SWEPT}"]')).to_have_text("0.1065")
    expect(line.locator(f'[data-path="{GIVEN}"]')).to_have_text("0.1001")
    rest = read(page, page.locator("[data-panel=story] [data-path$='.rest']:visible").first.get_attribute("data-path") or "")
    shown = page.evaluate("chainrule.get('derived.story')")
    own = next(each for each in shown.values() if each and each.get("rest") == rest and each["count"] == 10)
    assert (sum(own["terms"]) + rest) / 10 == pytest.approx(read(page, SWEPT), rel=1e-12)
    strip = page.locator(".answer-strip")
    expect(strip).to_contain_text("0.1001 by central differences")
    expect(strip).not_to_contain_text("mean of")
    check(numbers(page, "[data-panel=story]"))


def test_the_sum_over_the_batch_is_its_own_mean_and_g_is_named(page: Page) -> None:
    visit(page, f"{ROUGH}&lens=derivation")
    foot = page.locator("[data-panel=derivation] table.examples tfoot")
    rows = foot.locator("tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("∂L/∂w = sum / 10 =")
    expect(rows.nth(2)).to_contain_text("to the optimizer, by central differences: ≈ g =")
    total, mean, given = (read(page, str(rows.nth(n).locator(".num").get_attribute("data-path"))) for n in range(3))
    assert mean == pytest.approx(total / 10, rel=1e-12)
    assert given == read(page, GIVEN)
    assert abs(given - mean) > 1e-3
    expect(page.locator("[data-panel=derivation] .overview li").nth(1)).to_contain_text("by central differences")


def test_the_matrices_multiply_to_dw_and_g_stands_behind(page: Page) -> None:
    visit(page, f"{ROUGH}&lens=matrix")
    page.locator("[data-panel=matrix]").scroll_into_view_if_needed()
    page.locator("[data-panel=matrix] figure").first.wait_for()
    found = matrices(page, 1)
    np.testing.assert_allclose(found["dW"], found["Δᵀ"] @ found["X"] / 10, rtol=1e-12)
    assert np.abs(found["g, by central differences"] - found["dW"]).max() > 1e-3
    expect(page.locator("[data-panel=matrix] .matrix-body section").nth(1)).to_contain_text("g, found by central differences")
