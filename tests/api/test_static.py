"""What the browser may keep, may load, and gets in the smallest form it takes."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.edition import EDITIONS, STATIC, Editions
from app.main import create
from app.pages import plotly_source


@pytest.mark.parametrize("path", ["/", "/api/catalog", "/api/nothing", "/static/nothing.js", "/docs"])
def test_every_answer_carries_the_policy(path, client):
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["script-src"] == policy["default-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["style-src-attr"] == "'unsafe-inline'"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "sent"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)]
)
def test_plotly_is_sent_precompressed_and_kept_for_ever(accepted, sent, client):
    response = client.get(plotly_source(), headers={"accept-encoding": accepted})
    assert response.headers.get("content-encoding") == sent
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "accept-encoding" in response.headers["vary"].lower()
    wheel = Path(str(distribution("plotly").locate_file("plotly/package_data/plotly.min.js")))
    assert response.content == wheel.read_bytes()


def test_files_without_a_version_are_asked_for_again(client):
    first = client.get("/static/js/base/store.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/js/base/store.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize("accepted", ["gzip", ""])
def test_what_a_page_loads_is_of_its_edition_and_kept_for_ever(accepted, client):
    """The very files, so that a reload asks for none of them."""
    page = client.get("/").text
    places = set(re.findall(r'"(/static/[^"]+)"', page)) - {plotly_source()}
    assert len(places) > 100
    for place in places:
        response = client.get(place, headers={"accept-encoding": accepted})
        edition, path = re.fullmatch(r"/static/e-([0-9a-f]{12})/(.+)", place).groups()
        assert edition == EDITIONS.now().name
        assert response.content == (STATIC / path).read_bytes(), place
        assert response.headers.get("content-encoding", "") == accepted
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["js/main.js/", "js//main.js", "/js/main.js", "%2e/js/main.js", "css/%2e%2e/js/main.js"])
def test_a_file_has_one_address(path, client):
    """What is made plain on the way names no file: a slash too many had been answered with a script."""
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 404, answer.text[:80]
    assert answer.json()["hint"]
    assert client.get("/static/js/main.js").status_code == 200


def test_a_file_of_another_edition_is_not_kept_under_its_name(client):
    response = client.get("/static/e-0123456789ab/js/main.js")
    assert response.content == (STATIC / "js" / "main.js").read_bytes()
    assert response.headers["cache-control"] == "no-cache"


def test_an_edition_is_of_the_contents(tmp_path):
    for copy in ("here", "there"):
        for name, text in (("js/main.js", "1"), ("css/base.css", "2")):
            path = tmp_path / copy / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
    here, there = Editions(tmp_path / "here"), Editions(tmp_path / "there")
    assert here.now().name == there.now().name  # replicas: the files were written at other times
    served = here.now().name
    path = tmp_path / "here" / "js" / "main.js"
    assert here.holds(served, str(path), path.stat())
    path.write_text("10")
    assert not here.holds(served, str(path), path.stat())  # edited behind the page that asks for it
    assert here.now().name != served
    assert here.holds(here.now().name, str(path), path.stat())


@pytest.mark.parametrize("wanted", ["bytes=0-9", "bytes=999999999-", "bytes=x", "lines=1-2", "nonsense", "bytes=9-0"])
@pytest.mark.parametrize("path", ["/static/js/main.js", plotly_source()])
def test_a_file_is_sent_whole_whatever_part_is_asked_for(path, wanted, client):
    """A part that cannot be had was a 400 in plain text, or a 416 without a word."""
    whole = client.get(path)
    response = client.get(path, headers={"range": wanted})
    assert (response.status_code, response.headers["accept-ranges"]) == (200, "none")
    assert response.content == whole.content
    assert "content-range" not in response.headers


@pytest.mark.parametrize("path", ["/api/catalog", "/api/presets"])
def test_catalogues_are_sent_once(path, client):
    first = client.get(path)
    assert client.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert first.headers["content-encoding"] == "gzip"


def test_answers_are_compressed_for_the_far_and_not_for_the_near(experiments):
    body = {"experiment": experiments["digits"]}
    far, near = (TestClient(create(), client=(host, 5000)).post("/api/step", json=body) for host in ("203.0.113.7", "127.0.0.1"))
    assert far.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in near.headers
    assert far.json() == near.json()


@pytest.mark.parametrize(
    "path", ["/static/../app/main.py", "/static/%2e%2e/app/main.py", "/static/js/..%2f..%2fpyproject.toml", "/static/js"]
)
def test_nothing_outside_the_folder_is_served(path, client):
    assert client.get(path).status_code == 404


def test_the_docs_load_nothing_from_elsewhere(client):
    page = client.get("/docs").text
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) >= 3
    for source in sources:
        assert source.startswith("/docs/")
        assert client.get(source).status_code == 200
    assert "<script>" not in page


def test_metrics_count_requests_by_route_not_by_what_strangers_type(client):
    client.get("/healthz")
    client.get("/api/no-such-address-7")
    text = client.get("/metrics").text
    assert re.search(r'chainrule_requests_total\{method="GET",path="/healthz",status="200"\} [1-9]', text)
    assert 'path="other",status="404"' in text
    assert "no-such-address" not in text


def test_ready_means_that_a_step_was_computed(client):
    assert client.get("/readyz").json() == {"status": "ready"}
