"""What a deployment may decide, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.cores import room

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Limits and places.  Every field FIELD is read from the variable CHAINRULE_FIELD."""

    max_body: int = 2_000_000  # bytes of one request's body
    body_seconds: int = 30  # how long a body may take to arrive
    threads: int = field(default_factory=room)  # computations at the same time, in one process; what there is room for is shared
    hop_ms: int = 20  # how long a computation in pieces holds its thread before others get a turn; the piece under way is ended

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the environment names, the defaults for the rest.  Raises ValueError for a wrong one.

        WORKERS is how many processes the server was started with (Makefile, Dockerfile), each of which reads this for itself.
        """
        named = {name: f"CHAINRULE_{name.upper()}" for name in cls.__dataclass_fields__}
        found = {name: _count(environment, variable) for name, variable in named.items() if variable in environment}
        if "WORKERS" in environment and "threads" not in found:
            found["threads"] = room(_count(environment, "WORKERS"))
        return cls(**found)


def _count(environment: Mapping[str, str], variable: str) -> int:
    """The whole number of at least 1 that the variable holds."""
    text = environment[variable]
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise ValueError(f"{variable}: expected a whole number of at least 1, got {text[:40]!r}")
    return int(text)


SETTINGS = Settings.read()
