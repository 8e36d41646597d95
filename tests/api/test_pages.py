"""GET /, GET /palette.css: what the page is given, and that its colours can be read."""

import re

import pytest
from fastapi.testclient import TestClient

from app.main import app
from app.palette import PALETTE, contrast
from app.settings import ROOT


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The application, without a server."""
    return TestClient(app)


def test_the_page_asks_only_its_own_server_and_runs_no_inline_code(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    html = answer.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "<style" not in html
    assert not re.search(r"\son\w+=", html)


def test_everything_that_the_page_links_is_there(client: TestClient) -> None:
    html = client.get("/").text
    links = re.findall(r"(?:src|href)=\"(/[^\"]*)\"", html)
    assert len(links) > 5
    for link in links:
        assert client.get(link).status_code == 200, link
    linked = {link.rpartition("/css/")[2] for link in links if link.endswith(".css")}
    assert {path.name for path in (ROOT / "static" / "css").glob("*.css")} <= linked


def test_no_rule_asks_of_all_that_moves_what_it_has() -> None:
    """`:has` of what holds the network is asked anew at every frame: the time that styles took had doubled."""
    holders = re.compile(r"(?:html|:root|body|\.hero|\.centre|\.stage(?:-figure)?)(?:\[[^]]*\]|:not\([^)]*\))*:has\(")
    asking = {path.name: holders.findall(path.read_text()) for path in (ROOT / "static" / "css").glob("*.css")}
    assert asking
    assert not {name: found for name, found in asking.items() if found}


def test_plotly_and_the_versions_are_named(client: TestClient) -> None:
    html = client.get("/").text
    source = re.search(r'<meta name="plotly-src" content="(/static/vendor/plotly-[\d.]+\.min\.js)">', html)
    assert source, "is plotly.js precompressed? `make install` does it"
    assert client.head(source[1]).status_code == 200
    for name in ("chainrule", "numpy", "plotly.js"):
        assert re.search(rf'<meta name="version:{re.escape(name)}" content="\d', html)


def test_the_style_sheet_holds_every_token_of_both_themes(client: TestClient) -> None:
    css = client.get("/palette.css").text
    for theme, tokens in PALETTE.items():
        rule = re.search(rf'\[data-theme="{theme}"\] {{(.*?)}}', css, re.DOTALL)
        assert rule
        for name, value in tokens.items():
            assert f"--{name}: {value};" in rule[1]


def test_themes_name_the_same_tokens() -> None:
    assert PALETTE["light"].keys() == PALETTE["dark"].keys()


@pytest.mark.parametrize("theme", PALETTE)
@pytest.mark.parametrize("ink", ["ink", "muted", "negative", "positive", "accent", "train", "test", "error"])
@pytest.mark.parametrize("ground", ["paper", "surface", "raised", "wash", "alarm"])
def test_text_can_be_read_on_every_ground(theme: str, ink: str, ground: str) -> None:
    tokens = PALETTE[theme]
    found = contrast(tokens[ink], tokens[ground])
    assert found >= 4.5, f"{ink} on {ground} in the {theme} theme: {found:.2f}, WCAG AA asks for 4.5"


@pytest.mark.parametrize("theme", PALETTE)
@pytest.mark.parametrize("ground", ["paper", "surface", "raised"])
def test_outlines_can_be_seen(theme: str, ground: str) -> None:
    assert contrast(PALETTE[theme]["edge"], PALETTE[theme][ground]) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
