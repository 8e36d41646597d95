"""The tests of the plots share one page a file; see `desk`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.plots.desk import Desk, desk_of


@pytest.fixture(scope="module")
def desk(browser: Browser, server: str) -> Iterator[Desk]:
    """One page for all tests of a file."""
    with desk_of(browser, server) as found:
        yield found


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    """The page, watched during one test."""
    yield from desk.one_test()
