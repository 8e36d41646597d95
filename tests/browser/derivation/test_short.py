"""The short answer above the network, and the way from it to the derivation."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.derivation.asked import PANEL, whole
from tests.browser.shared import deeply, still, until, visit
from tests.browser.told import check, numbers

# What a symbol says, its parts in the order of the page's own MathML and of the server's.
SAID = "(root) => root.querySelector('math').textContent.replace(/[\\u2061-\\u2064\\s]/g, '')"
NAMED = (
    ("xor", "2/W/0,3"), ("xor", "0/b/1"), ("xor", "0/grad_output/1"), ("xor", "1/grad_output/2"), ("xor", "3/output/0"),
    ("line", "0/W/0,0"),
    ("digits-cnn", "0/W/1,0,2,1"), ("digits-cnn", "2/output/1,0,0"), ("digits-cnn", "0/grad_input/0,3,3"), ("text", "0/W/5,1"),
)  # fmt: skip


@pytest.mark.deep
def test_the_short_answer_calls_every_number_as_the_derivation_does(page: Page) -> None:
    for preset, address in NAMED:
        visit(page, f"preset={preset}&lens=derivation&selection={address}")
        page.locator(PANEL).scroll_into_view_if_needed()
        until(page, f"chainrule.get('derivation.address') === '{address}' && !document.querySelector('.answer-strip').hidden")
        still(page, f"document.querySelector('{PANEL} .lens-title').textContent")
        own, theirs = (page.locator(root).first.evaluate(SAID) for root in (".answer-strip", f"{PANEL} .lens-title"))
        assert own == theirs, address
        check(numbers(page, ".answer-strip"))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        # A kernel's bias is added in every window: its gradient is no mean of δ.
        ("preset=digits-cnn&selection=0/b/1&penalty.kind=l2", "because g = mean of ∂ℓ/∂b = "),
        deeply("preset=xor&selection=2/b/0&penalty.kind=l2", "because g = mean of δ = "),
        deeply("preset=xor&selection=2/W/0,1&penalty.kind=l2", "because g = mean of δ·a + penalty = "),
        ("preset=text&example=mean&selection=0/input/1", ": words have no mean."),
    ],
)
def test_the_short_answer_says_what_a_gradient_is_the_mean_of_and_of_words_that_there_is_none(
    page: Page, place: str, words: str
) -> None:
    visit(page, place)
    expect(page.locator(".answer-words")).to_contain_text(words)


@pytest.mark.deep
def test_the_short_answer_leads_the_keys_to_the_long_one(page: Page) -> None:
    whole(page, "xor&step=1", "2/W/0,3")
    page.evaluate("chainrule.store.set('lens', 'race'); scrollTo(0, 0)")
    page.locator(".answer-why").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{PANEL} .lens-title")).to_be_focused()
    expect(page.locator(f"{PANEL} .lens-title")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-panel]')?.dataset.panel") == "derivation"
