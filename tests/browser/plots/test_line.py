"""The loss along a line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import get, opened, until


def test_the_line_says_what_the_tangent_promised_and_what_the_loss_did(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    here = get(page, "line")
    assert here["promised"] == pytest.approx(here["slope"] * here["at"], rel=1e-12)
    assert here["actual"] == pytest.approx(here["after"] - here["loss"], rel=1e-9)
    assert here["convex"] is True
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="linear in its parameters").wait_for()


def test_a_learning_rate_beyond_the_critical_one_diverges_before_the_reader_s_eyes(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    page.locator(".surface-planes").get_by_label("Show").select_option("diverge")
    page.locator("[data-panel=surface] .plot-summary").filter(has_text="would diverge").wait_for()
    rings = page.locator(".line-trail").get_attribute("d") or ""
    assert rings.count("M") >= 10
