"""Where answers are written: what takes long is never on the event loop, or /healthz would wait for it."""

import asyncio
from typing import Any

import pytest

from app import streaming, wire


def on_the_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize("path", ["start", "data", "step", "derive", "predict", "surface", "compare", "train"])
def test_an_answer_is_written_in_a_thread(path, client, experiments, monkeypatch):
    experiment = experiments["xor"]
    state = client.post("/api/start", json={"experiment": experiment}).json()["state"]
    own: dict[str, Any] = {"derive": {"address": "0/W/0,0"}, "predict": {"x": [[0, 1]]}, "train": {"steps": 2, "every": 1},
                           "surface": {"plane": {"kind": "gradient"}, "size": 5},
                           "compare": {"methods": ["backprop"]}}  # fmt: skip
    where: list[bool] = []
    dumps = wire.dumps
    for module in (streaming, wire):
        monkeypatch.setattr(module, "dumps", lambda document: (where.append(on_the_loop()), dumps(document))[1])
    body = {"experiment": experiment} | ({} if path in ("start", "data") else {"state": state}) | own.get(path, {})
    answer = client.post(f"/api/{path}", json=body)
    assert answer.status_code == 200, answer.text
    assert where, f"/api/{path}: nothing was written"
    assert not any(where), f"/api/{path}: written on the event loop? {where}"
