"""The tests of a file share a page; see `desk`. A file that sets WEBGL sees the surface in 3-D, slow as it is in software."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import FLAGS
from tests.browser.plots.desk import Desk, desk_of


@pytest.fixture(scope="module")
def flags(request: pytest.FixtureRequest) -> list[str]:
    """All that the other tests have, and WebGL where it is wanted."""
    return FLAGS if getattr(request.module, "WEBGL", False) else [*FLAGS, "--disable-3d-apis"]


@pytest.fixture(scope="module")
def desk(browser: Browser, server: str) -> Iterator[Desk]:
    """One page for all tests of a file."""
    with desk_of(browser, server) as found:
        yield found


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    """The page, watched during one test."""
    yield from desk.one_test()
