"""What every test may use: hypothesis profiles and a real server of this checkout."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0

# A slow machine is no fault of the code, so no deadline; what fails prints the blob that replays it. CI draws the same
# examples every time.
settings.register_profile(
    "chainrule",
    deadline=None,
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("chainrule")


def wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that uvicorn says it took; port 0 lets the system choose a free one, so two workers never collide."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        running = re.search(r"running on (http://[\d.]+:\d+)", log.read_text())
        if running:
            return running[1]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"uvicorn app.main:app did not start (exit code {process.poll()}). Its log:\n{log.read_text()}", pytrace=False)


def wait_until_healthy(address: str, log: Path) -> None:
    """Return when GET /healthz answers 200; fail with the server's log when it does not within START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    last: Exception | None = None
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 (our own loopback server)
                return
        except (URLError, TimeoutError) as error:
            last = error
            time.sleep(0.05)
    said = log.read_text()
    pytest.fail(f"{address}/healthz did not answer 200 within {START_SECONDS} s ({last!r}). Its log:\n{said}", pytrace=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a uvicorn of this checkout, one for each xdist worker, e.g. `http://127.0.0.1:40123`."""
    log = tmp_path_factory.mktemp("server") / "uvicorn.log"
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--host", "127.0.0.1", "--port", "0"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        address = wait_for_address(process, log)
        wait_until_healthy(address, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
