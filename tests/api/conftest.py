"""The application without a socket, and what many tests of it ask for."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create

Post = Callable[..., Any]


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """One application for all tests of a worker: nothing is kept in it that one could leave to another."""
    with TestClient(create()) as opened:
        yield opened


@pytest.fixture(scope="session")
def post(client: TestClient) -> Post:
    """post(path, **body): the answer's document, which must be a 200."""

    def asked(path: str, /, **body: Any) -> Any:
        response = client.post(path, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    return asked


@pytest.fixture(scope="session")
def frames(client: TestClient) -> Callable[..., list[Any]]:
    """frames(**body): the lines of POST /api/train."""

    def asked(**body: Any) -> list[Any]:
        response = client.post("/api/train", json=body)
        assert response.status_code == 200, response.text
        return [json.loads(line) for line in response.text.splitlines()]

    return asked


@pytest.fixture(scope="session")
def experiments(client: TestClient) -> dict[str, Any]:
    """The presets' experiments by slug."""
    return {preset["slug"]: preset["experiment"] for preset in client.get("/api/presets").json()}
