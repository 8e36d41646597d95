"""The watch over the pages sees what it is for; a fixture that saw nothing would let every browser test pass."""

import re

import pytest

from tests.browser.conftest import Desk


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('boom')", "console error: boom"),
        ("setTimeout(() => { throw new Error('unforeseen') })", "uncaught exception: Error: unforeseen"),
        (
            "new Image().src = 'http://127.0.0.2:8/x.png'",
            r"console error: request to another machine: http://127\.0\.0\.2:8/x\.png",
        ),
    ],
)
def test_the_watch_complains(fresh: Desk, script: str, complaint: str) -> None:
    page, watch = fresh.page, fresh.watch
    page.goto("about:blank")  # our own pages are kept from other machines by their policy too
    page.route(re.compile(r"127\.0\.0\.2"), lambda route: route.fulfill(status=204))
    page.evaluate(script)
    page.wait_for_timeout(200)
    assert any(re.search(complaint, said) for said in watch.unexpected()), watch.complaints
    watch.allow(complaint)
    assert watch.unexpected() == []
