"""What is the same on the whole page, its plots included: names, and what a network without weights or of words leaves out."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.controls import wait
from tests.browser.shared import Get, painted, until, visit
from tests.browser.told import PANEL, check, go, numbers, opened

PLOTS = True


def test_every_control_has_an_accessible_name(page: Page, get: Get) -> None:
    nameless = page.evaluate("""() => [...document.querySelectorAll("button, select, input, textarea")].filter((one) => {
      const label = one.labels?.[0]?.textContent ?? "";
      return !(one.getAttribute("aria-label") || label.trim() || one.textContent.trim());
    }).map((one) => one.outerHTML.slice(0, 120))""")
    assert nameless == []


@pytest.mark.deep
def test_features_are_written_as_mathematics_writes_them_in_every_place(page: Page, watch: Any) -> None:
    """In the controls, on the network, on the axes, in words for readers, and in the server's words beside a control."""
    names = ["x1^2", "x1*x2", "sin(x2)"]
    visit(page, f"preset=circle&data.features={json.dumps(names)}")
    boxes = page.get_by_role("group", name="Features")
    for title in ("x₁", "x₂", "x₁²", "x₂²", "x₁x₂", "sin x₁", "sin x₂"):
        expect(boxes.get_by_role("checkbox", name=title, exact=True)).to_be_attached()
    wait(page, "() => document.querySelectorAll('[data-panel=boundary] .xtitle, [data-panel=boundary] .ytitle').length === 2")
    watch.allow("status of 422")
    for name in names:
        boxes.locator(f'[value="{name}"]').uncheck()
    expect(page.locator("#problem")).to_contain_text("some of x₁, x₂, x₁², x₂², x₁x₂, sin x₁, sin x₂; none is chosen.")
    shown = page.evaluate("""() => [document.body.textContent, ...[...document.querySelectorAll('[aria-label], [title]')]
      .map((each) => `${each.getAttribute('aria-label')} ${each.title}`)].join(' ')""")
    assert "x₁²" in shown
    assert not re.search(r"\bx[12]\b|\^2|sin\(x", shown)


@pytest.mark.deep
def test_of_a_network_without_weights_no_place_is_left_empty(page: Page) -> None:
    """Nor is a plane, a line or a derivation of a weight asked for: a refused request would fail the test."""
    opened(page)
    page.evaluate("document.querySelector('[data-question=derivation]').click()")
    expect(page.locator("[data-panel=derivation] .tree")).to_be_visible()
    visit(page, "preset=xor&layers=sigmoid")
    words = page.locator(f"{PANEL} .story-page")
    expect(words).to_contain_text(
        "One training step moves every weight, and this network has none. These are the results of its other"
    )
    expect(words.locator(".story-subject")).to_have_count(0)
    expect(words.locator(".story-card").nth(3)).to_contain_text("there is no gradient by one")
    expect(words.locator(".story-card").nth(4)).to_contain_text("no weights to move")
    for cursor in range(1, page.evaluate("chainrule.get('substeps').length")):
        go(page, cursor)
        found = numbers(page)
        assert len(found) >= 1, cursor
        assert all(each["path"] and each["value"] is not None for each in found), (cursor, found)
        check(found)
    page.get_by_role("button", name="Sub-step", exact=True).click()
    expect(words).to_contain_text("there is nothing to move")
    expect(words.locator(".equation, .story-why")).to_have_count(0)
    for spoken in (".stage-sentence", "#live"):
        expect(page.locator(spoken)).to_contain_text("there is no weight to take a step")
    stays = re.compile("After 1 update the training loss is [0-9.]+, as at the start.")
    expect(page.locator("[data-panel=loss]")).to_contain_text(stays)
    assert page.evaluate("chainrule.get('spoken')") == {"weight": None, "addresses": []}
    surface = page.locator("[data-panel=surface]")
    for view, choices in (("Contour", 1), ("Line", 2)):
        surface.get_by_role("button", name=view, exact=True).click()
        expect(surface.locator(".surface-planes select:visible")).to_have_count(choices)
        expect(surface.locator(".plot-note.quiet").first).to_contain_text("This network has no weights")
        expect(surface.locator(".plot-note[role=alert]")).to_have_text("")
    page.evaluate("document.querySelector('[data-question=derivation]').click()")
    expect(page.locator("[data-panel=derivation] .tree")).to_have_count(0)
    expect(page.locator("[data-panel=derivation]")).to_contain_text("Click any number of the network")
    assert "plane.addresses" not in page.evaluate("location.hash")


def test_the_words_of_the_example_stand_in_its_inputs_and_words_have_no_mean(page: Page) -> None:
    opened(page, "text")
    page.evaluate("chainrule.store.set('example', 0)")
    # The answer is the boundary's, which waits for a frame with room.
    until(page, "document.querySelectorAll('.answer-inputs dd').length === 8")
    painted(page)
    wanted = page.evaluate("chainrule.get('trace.layers.0.input.0').map(i => chainrule.get('info.vocabulary')[i])")
    assert len(wanted) == 8
    assert wanted[0].isalpha()
    assert page.evaluate("[...document.querySelectorAll('.stage-word')].map(each => each.textContent)") == wanted
    answer = page.evaluate("[...document.querySelectorAll('.answer-inputs dd')].map(each => each.textContent.split(' '))")
    assert [word for word, _ in answer] == wanted
    assert [index for _, index in answer] == page.evaluate("chainrule.get('trace.layers.0.input.0').map(String)")
    page.evaluate("chainrule.store.set('example', 'mean')")
    until(page, "document.querySelector('.answer-inputs dd').textContent.startsWith('words have')")
    painted(page)
    assert "no meanof words" in page.evaluate("document.querySelector('.stage-figure').textContent")
    assert page.inner_text(".answer-inputs dd") == "words have no mean"
    page.set_viewport_size({"width": 390, "height": 844})
    until(page, "document.querySelector('.stage-layer').viewBox.baseVal.width < 390")
    painted(page)
    lines = page.locator(".stage-small").filter(has_text=re.compile("mean|words"))
    [one, other] = [lines.nth(n).bounding_box() or {} for n in (0, 1)]
    assert max(one["width"], other["width"]) < 52, "beside the words begins their table"
    key = page.locator(".stage-key").bounding_box() or {}
    assert other["y"] + other["height"] <= key["y"] + 1
