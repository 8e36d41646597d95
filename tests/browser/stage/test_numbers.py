"""The numbers on the network are the trace's, when they are told, and the legend says what they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import deeply, painted
from tests.browser.stage.reading import NUMBERS, count, opened, told


@pytest.mark.parametrize(
    "preset", ["xor", deeply("spiral"), deeply("iris"), deeply("digits"), deeply("line"), deeply("logistic")]
)
def test_every_number_on_the_stage_is_the_traces_at_each_substep(page: Page, preset: str) -> None:
    opened(page, f"preset={preset}")
    seen = set()
    for cursor in range(count(page) + 1):
        told(page, cursor)
        numbers = page.evaluate(NUMBERS)
        wrong = [each for each in numbers if each["shown"] != each["expected"] or each["shown"] in ("", "—")]
        assert not wrong, f"sub-step {cursor}"
        seen |= {each["path"].split(".")[0] for each in numbers}
    assert "trace" in seen


def test_nothing_is_shown_before_it_is_told(page: Page) -> None:
    opened(page)
    page.evaluate("chainrule.store.set('example', 0)")
    told(page, 0)
    paths = [each["path"] for each in page.evaluate(NUMBERS)]
    assert not [path for path in paths if ".output" in path or ".grad_" in path or ".loss" in path]
    told(page, 1)
    paths = [each["path"] for each in page.evaluate(NUMBERS)]
    assert sum(".layers.0.output" in path for path in paths) == 4
    assert not [path for path in paths if ".layers.1.output" in path]
    told(page, 7)
    paths = [each["path"] for each in page.evaluate(NUMBERS)]
    assert {f"trace.layers.1.grad_output.0.{j}" for j in range(4)} <= set(paths)
    assert not [path for path in paths if ".layers.0.grad_output" in path]


def test_the_mean_of_the_batch_is_told_from_an_example(page: Page) -> None:
    opened(page)
    told(page, 8)
    page.evaluate("chainrule.store.set('example', 'mean')")
    painted(page)
    numbers = page.evaluate(NUMBERS)
    assert all(each["shown"] == each["expected"] for each in numbers)
    assert [each for each in numbers if each["path"].startswith("trace.mean.")]
    assert not [each for each in numbers if each["path"].startswith("trace.layers")]
    assert "mean of the batch" in page.inner_text(".stage-whose")
    expect(page.locator(".stage-chip")).to_be_hidden()  # a mean has no target
    page.evaluate("chainrule.store.set('example', 0)")
    expect(page.locator(".stage-chip")).to_be_visible()


@pytest.mark.parametrize("width", [390, deeply(820), *(deeply(each) for each in range(940, 1030, 20)), deeply(1440)])
@pytest.mark.deep
def test_the_legend_keeps_its_place_at_any_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, "preset=digits-cnn")
    heights = set()
    for cursor in range(count(page) + 1):
        told(page, cursor)
        heights.add(page.evaluate("document.querySelector('.stage-figure').clientHeight"))
    assert len(heights) == 1
    lists = page.locator(".stage-key > ul")
    assert [lists.nth(i).is_visible() for i in range(lists.count())].count(True) == 1, "one phase is told"


@pytest.mark.deep
def test_the_legend_says_what_stands_on_the_stage_and_keeps_its_place(page: Page) -> None:
    opened(page)
    heights, words = set(), {}
    for cursor in range(count(page) + 1):
        told(page, cursor)
        words[page.evaluate("chainrule.get('substeps')[chainrule.get('cursor') - 1]?.phase")] = page.inner_text(".stage-key")
        heights.add(page.evaluate("document.querySelector('.stage-figure').clientHeight"))
    assert len(heights) == 1
    assert "going back" in words["backward"]
    assert "italic" in words["gradient"]
    assert "weights: after the update" in words["update"]
    assert all("bias" in each for each in words.values())
