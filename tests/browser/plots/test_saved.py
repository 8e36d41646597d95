"""The surface to take away."""

from __future__ import annotations

import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.plots.desk import SETTLED, get, opened, put, request, stepped, until, weights_shown


def test_the_surface_can_be_taken_away_as_pictures(page: Page) -> None:
    opened(page)
    stepped(page, 1)
    png = saved(page, "PNG")
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (2400, 1800)
    drawing = ET.fromstring(saved(page, "SVG"))  # noqa: S314 (our own)
    lines = drawing.findall(".//{http://www.w3.org/2000/svg}path[@class='js-line']")
    assert len(lines) == 1, "the path really taken"
    assert "0/W" in "".join(drawing.itertext()) or "2/W" in "".join(drawing.itertext())


def test_the_saved_numbers_are_the_losses(page: Page) -> None:
    opened(page)
    stepped(page, 1)
    until(page, SETTLED)
    head, *rows = saved(page, "CSV").decode().splitlines()
    addresses = weights_shown(page)
    assert head.startswith("what,update,")
    assert all(address in head for address in addresses)
    assert sum(row.startswith("path,") for row in rows) == 2
    assert f",{get(page, 'frame.loss.train')}," in rows[-1]
    grid = [row.split(",") for row in rows if row.startswith("plane,")]
    assert len(grid) == 51 * 51
    params = get(page, "state.params")
    for row in (grid[0], grid[1300], grid[-1]):
        alpha, beta, loss = (float(cell) for cell in row[-4:-1])
        for text, value in zip(addresses, (alpha, beta), strict=True):
            put(params, text, value)
        body = {"experiment": get(page, "experiment"), "state": {"step": 0, "params": params}}
        assert request(page, "/api/start", body)["frame"]["loss"]["train"] == pytest.approx(loss, rel=1e-5)


def test_the_saved_page_draws_the_surface_by_itself(page: Page, browser: Browser, tmp_path: Path) -> None:
    opened(page)
    stepped(page, 1)
    alone = tmp_path / "surface.html"
    alone.write_bytes(saved(page, "HTML"))
    own = browser.new_page()
    asked: list[str] = []
    own.on("request", lambda request: asked.append(request.url))
    own.goto(alone.as_uri())
    until(
        own, "document.querySelectorAll('.contourlayer path').length > 3 && document.querySelector('.scatterlayer path.js-line')"
    )
    assert asked == [alone.as_uri()]
    own.close()


def saved(page: Page, name: str) -> bytes:
    """What the button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {name}").click()
    return download.value.path().read_bytes()
