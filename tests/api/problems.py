"""What every error of the API has in common, and bodies as they may come."""

from typing import Any

DENSE = [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
LOGISTIC = {"data": {"kind": "gauss"}, "layers": DENSE, "loss": {"kind": "binary_cross_entropy"}}


def problem(response: Any, status: int) -> Any:
    """The error, which must have the one form."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert len(response.content) < 1024
    told = response.json()
    assert set(told) == {"field", "message", "hint"}
    assert told["message"]
    return told


def raw(client: Any, body: bytes, path: str = "/api/step", **headers: str) -> Any:
    return client.post(path, content=body, headers={"content-type": "application/json"} | headers)
