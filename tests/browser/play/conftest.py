"""The tests of playback begin at the first preset."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.play.acts import Get
from tests.browser.shared import visit


@pytest.fixture
def get(page: Page) -> Get:
    """`get("trace.step")`: the store of the page, which is open on its first preset and ready."""
    visit(page, "preset=xor")
    return lambda path: page.evaluate("(path) => window.chainrule.get(path)", path)
