"""The lenses beside the derivation: gradient and descent, error or gradient, matrices."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.derivation.asked import opened
from tests.browser.shared import painted, until
from tests.browser.told import check, numbers

# How much of its width the answer's last line fills.
LAST_LINE = """(() => {
  const answer = document.querySelector("[data-panel=head] .lens-answer"), range = document.createRange();
  range.selectNodeContents(answer);
  const pieces = [...range.getClientRects()], bottom = Math.max(...pieces.map((piece) => piece.bottom));
  const last = pieces.filter((piece) => piece.bottom > bottom - 8).map(({ right }) => right);
  return (Math.max(...last) - answer.getBoundingClientRect().left) / answer.getBoundingClientRect().width;
})()"""


def test_every_gradient_is_checked_and_the_choices_are_independent(page: Page) -> None:
    opened(page, "xor", "seam")
    panel = page.locator("[data-panel=seam]")
    panel.locator(".seam-verdict", has_text="All 17 gradients checked").wait_for()
    until(page, "!!chainrule.get('comparison.scaling')")  # which comes behind the verdict, with times measured anew
    painted(page)
    check(numbers(page, "[data-panel=seam]"))
    assert page.evaluate("chainrule.get('comparison.worst.difference')") < 1e-8
    slopes = {m["kind"]: m["slope"] for m in page.evaluate("chainrule.get('comparison.scaling.methods')")}
    assert slopes["backprop"] == pytest.approx(0, abs=1e-9)
    assert slopes["numerical"] == pytest.approx(1, abs=0.05)
    # One that is fitted to counts is 1 but for its last bit: the sentence tells what the plot does.
    told = [panel.locator(f"[data-path='comparison.scaling.methods.{m}.slope']").inner_text() for m in range(len(slopes))]
    ends = panel.locator(".lens-card", has_text="Counted, not estimated").locator(".cost-name").all_text_contents()
    assert [end.rsplit(" ", 1)[1] for end in ends] == told
    gradient, change = (f"chainrule.get('seam.tried').map((each) => each.{name})" for name in ("g", "change"))
    panel.get_by_role("radio", name="Forward mode").check()
    page.wait_for_function("() => chainrule.get('seam.tried.length') === 2")
    assert page.evaluate(gradient)[0] == pytest.approx(page.evaluate(gradient)[1], rel=1e-9)
    panel.get_by_role("radio", name="Adam", exact=True).check()
    page.wait_for_function("() => chainrule.get('seam.tried.length') === 3")
    assert page.evaluate(gradient)[1] == page.evaluate(gradient)[2]
    assert page.evaluate(change)[1] != page.evaluate(change)[2]


def test_the_matched_pairs_are_lit_and_the_two_wordings_give_the_same_numbers(page: Page) -> None:
    opened(page, "xor", "head")
    panel = page.locator("[data-panel=head]")
    panel.locator(".pair-now .pair-here", has_text="this network").wait_for()
    expect(panel.locator(".pair-match")).to_have_count(4)
    assert page.evaluate(LAST_LINE) > 0.15  # the answer had ended with a line of its own for «square.»
    check(numbers(page, "[data-panel=head]"))
    ours = ("sigmoid", "binary_cross_entropy")
    own = next(p for p in page.evaluate("chainrule.get('pairs.pairs')") if (p["activation"], p["loss"]) == ours)
    assert own["delta"][0] == page.evaluate("chainrule.get('trace.layers.3.grad_input.0.0')")
    before = [each["text"] for each in numbers(page, ".wording-lines")]
    panel.get_by_role("button", name="Derivatives of the next layer").click()
    after = [each["text"] for each in numbers(page, ".wording-lines")]
    assert sorted(before) == sorted(after)
    assert len(before) >= 5


def test_the_loop_over_examples_ends_in_dw(page: Page) -> None:
    opened(page, "xor", "matrix")
    panel = page.locator("[data-panel=matrix]")
    slider = panel.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    expect(panel.locator("output")).to_contain_text("the sum is dW")
    check(numbers(page, "[data-panel=matrix]"))
    found, gradient = page.evaluate("[chainrule.get('derived.matrix.sum'), chainrule.get('trace.layers.0.grads.W')]")
    assert [v for line in found for v in line] == pytest.approx([v for line in gradient for v in line], rel=1e-9)
    shapes = panel.locator(".matrix-shape").all_inner_texts()
    assert "10 examples × 2 in" in shapes
    assert "4 out × 10 examples" in shapes
