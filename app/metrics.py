"""Counters in Prometheus' text form: requests by path and status, seconds computed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Metrics:
    """The counters of one process.  Guarded by a lock, because computing threads add to them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds = 0.0
        self._computations = 0
        self._streams = 0

    def requested(self, method: str, path: str, status: int) -> None:
        """One request was answered; `path` is the route's, so that strangers' addresses do not fill the memory."""
        with self._lock:
            self._requests[method, path, status] += 1

    def computed(self, seconds: float) -> None:
        """One computation took so long."""
        with self._lock:
            self._seconds += seconds
            self._computations += 1

    @contextmanager
    def streaming(self) -> Iterator[None]:
        """One stream is under way."""
        with self._lock:
            self._streams += 1
        try:
            yield
        finally:
            with self._lock:
                self._streams -= 1

    def text(self) -> str:
        """The exposition format, version 0.0.4."""
        with self._lock:
            requests = sorted(self._requests.items())
            seconds, computations, streams = self._seconds, self._computations, self._streams
        rows = [
            "# HELP chainrule_requests_total Requests answered.",
            "# TYPE chainrule_requests_total counter",
            *(f'chainrule_requests_total{{method="{m}",path="{p}",status="{s}"}} {n}' for (m, p, s), n in requests),
            "# HELP chainrule_compute_seconds_total Seconds spent computing.",
            "# TYPE chainrule_compute_seconds_total counter",
            f"chainrule_compute_seconds_total {seconds:.6f}",
            "# HELP chainrule_computations_total Turns of computing taken.",
            "# TYPE chainrule_computations_total counter",
            f"chainrule_computations_total {computations}",
            "# HELP chainrule_streams Answers being streamed now.",
            "# TYPE chainrule_streams gauge",
            f"chainrule_streams {streams}",
        ]
        return "\n".join(rows) + "\n"


METRICS = Metrics()
