"""What only a real server shows: streams that end with their reader, health under load, bodies given up early."""

import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.settings import SETTINGS
from app.wire import DRAINED

HEAVY = {
    "data": {"kind": "digits", "count": 1797, "test_fraction": 0.0},
    "layers": [{"kind": "dense", "units": 120}, {"kind": "tanh"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}],
    "loss": {"kind": "cross_entropy"},
    "batch_size": 500,
}
PATIENCE = 60.0


def get(server: str, path: str) -> str:
    with urllib.request.urlopen(f"{server}{path}", timeout=PATIENCE) as response:  # noqa: S310 (our own loopback server)
        return response.read().decode()


def metric(server: str, name: str) -> float:
    rows = [line.split() for line in get(server, "/metrics").splitlines() if not line.startswith("#")]
    return next(float(value) for key, value in rows if key == name)


def opened(server: str, path: str, body: Any) -> socket.socket:
    """A connection on which the request has been sent and of which nothing has been read."""
    where = urlsplit(server)
    text = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    connection = socket.create_connection((where.hostname, where.port), timeout=PATIENCE)
    connection.sendall(head.encode() + text)
    return connection


def status_of(server: str, path: str, body: Any) -> bytes:
    """The status of the answer, when it begins."""
    with opened(server, path, body) as connection:
        return connection.recv(4096).split()[1]


@pytest.fixture
def running(server: str) -> Iterator[socket.socket]:
    """A run of hours, of which the first frames have arrived."""
    with opened(server, "/api/train", {"experiment": HEAVY, "steps": 5_000, "every": 1}) as connection:
        assert b"200 OK" in connection.recv(4096)
        yield connection


def test_a_run_ends_with_its_reader(server, running):
    assert metric(server, "chainrule_streams") == 1
    running.close()
    deadline = time.monotonic() + PATIENCE
    while metric(server, "chainrule_streams") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert metric(server, "chainrule_streams") == 0
    before = metric(server, "chainrule_computations_total")
    time.sleep(0.5)
    assert metric(server, "chainrule_computations_total") == before


def test_health_answers_while_every_thread_computes(server, running):
    surface = {"experiment": HEAVY, "plane": {"kind": "random"}, "size": 16}
    with ThreadPoolExecutor(2) as pool:
        surfaces = [pool.submit(status_of, server, "/api/surface", surface) for _ in range(2)]
        answers = 0
        while not any(one.done() for one in surfaces):
            assert json.loads(get(server, "/healthz")) == {"status": "ok"}
            answers += 1
        assert [one.result() for one in surfaces] == [b"200", b"200"]
    assert answers >= 3
    assert running.recv(1)  # and the run went on


def test_a_body_without_end_is_given_up(server):
    where = urlsplit(server)
    head = (
        f"POST /api/step HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        whole, rest = divmod(SETTINGS.max_body + DRAINED, 2**16)
        for size in (*[2**16] * whole, rest, 1):  # the last byte is one too many, and no end follows
            connection.sendall(b"%x\r\n%s\r\n" % (size, b"x" * size))
        assert b"413" in connection.recv(4096)
        with pytest.raises(OSError, match=r"reset|pipe"):  # and no more of it is taken
            connection.sendall(b"10000\r\n%s\r\n" % (b"x" * 2**16) * 200)


def test_a_long_body_is_answered_though_its_sender_reads_late(server):
    with opened(server, "/api/step", {"x": "y" * 5_000_000}) as connection:
        assert b"413" in connection.recv(4096)
    assert json.loads(get(server, "/healthz")) == {"status": "ok"}


def test_frames_arrive_as_they_are_computed(server, running):
    told = b""
    while told.count(b"\n{") < 2:
        told += running.recv(65536)
    assert metric(server, "chainrule_streams") == 1  # 5,000 steps are far from done, and two frames are here
