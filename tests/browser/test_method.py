"""By another method than backpropagation: sums of products keep their own value, and what the optimizer is given is named."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import visit
from tests.browser.test_matrices import matrices
from tests.browser.told import check, numbers

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


@pytest.mark.deep
def test_the_matrices_multiply_to_dw_and_g_stands_behind(page: Page) -> None:
    visit(page, f"{ROUGH}&lens=matrix")
    page.locator("[data-panel=matrix]").scroll_into_view_if_needed()
    expect(page.locator("[data-panel=matrix] .matrix-body section").nth(1)).to_contain_text("g, found by central differences")
    found = matrices(page, 1)
    np.testing.assert_allclose(found["dW"], found["Δᵀ"] @ found["X"] / 10, rtol=1e-12)
    assert np.abs(found["g, by central differences"] - found["dW"]).max() > 1e-3


@pytest.mark.deep
def test_methods_that_differ_are_said_to_in_words_and_colour_and_those_that_do_not_are_not(page: Page) -> None:
    """Beyond a ten-thousandth of the largest gradient the verdicts are warnings, and the choice says by how much and why."""
    visit(page, f"{ROUGH}&lens=seam")
    page.locator("[data-panel=seam]").scroll_into_view_if_needed()
    choice = page.locator("[data-panel=seam] .seam-kept")
    expect(choice).to_contain_text("The numbers do not stay: they differ by up to 0.03788")
    expect(choice).to_contain_text("because h = 1 is so long a way that the secant")
    verdicts = page.locator(".story .verdict"), page.locator(".seam-verdict")
    expect(verdicts[0]).to_contain_text("17 gradients checked: methods differ by up to 0.03788")
    expect(verdicts[1]).to_contain_text("17 gradients checked by 5 methods: they differ, by up to 0.03788")
    error = page.evaluate("""() => {
        const probe = document.body.appendChild(document.createElement('i'));
        probe.style.color = 'var(--error)';
        const colour = getComputedStyle(probe).color;
        probe.remove();
        return colour;
    }""")
    # Verdicts are told anew when a figure beside them comes: a colour is waited for, as it may be asked of a node just replaced.
    expect(verdicts[0].locator(".num").last).to_have_css("color", error)
    for verdict in verdicts:
        expect(verdict).to_have_css("color", error)
    page.get_by_role("radio", name="Backpropagation", exact=True).check()
    expect(choice).to_contain_text("The numbers and the path stay, to within the method’s accuracy (worst disagreement")
    expect(verdicts[0]).to_contain_text("All 17 gradients checked, worst disagreement")
    expect(page.locator("[data-panel=seam] section", has_text="What you tried")).to_contain_text("The methods’ g differ")
    assert page.locator(".apart").count() == 0
    check(numbers(page, "[data-panel=seam]"))
