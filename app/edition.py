"""Which files of ours a browser has: what an address with their edition leads to is kept for ever, and a reload asks for none."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT

STATIC = ROOT / "static"
OWN = ("js", "css", "fonts", "favicon.svg")
NAMED = re.compile(r"e-([0-9a-f]{12})/")

Signature = tuple[int, int]  # when a file was written last, in nanoseconds, and how long it is


def signature(found: os.stat_result) -> Signature:
    """What changes with a file, without reading it."""
    return found.st_mtime_ns, found.st_size


@dataclass(frozen=True)
class Edition:
    """Files as they were at one time; the name is of their contents, so it is equal on every replica."""

    name: str
    files: dict[str, Signature]


class Editions:
    """The edition that pages name, found anew for each: a file that is edited while the server runs is another edition."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.folder = folder
        self.last: Edition | None = None

    def now(self) -> Edition:
        """Today's; read again only if a file was written since."""
        paths = sorted(path for name in OWN for path in (self.folder / name, *(self.folder / name).rglob("*")) if path.is_file())
        files = {str(path): signature(path.stat()) for path in paths}
        if self.last is None or self.last.files != files:
            self.last = Edition(_digest(self.folder, paths), files)
        return self.last

    def holds(self, name: str, path: str, found: os.stat_result) -> bool:
        """Is the file still what a page of that edition asks for?  If not, it must not be kept under that name."""
        last = self.last or self.now()
        return name == last.name and last.files.get(path) == signature(found)

    def place(self) -> str:
        """Where a page finds our files, e.g. `/static/e-0123456789ab`."""
        return f"/static/e-{self.now().name}"


def _digest(folder: Path, paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        body = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(body)}\0".encode())
        digest.update(body)
    return digest.hexdigest()[:12]


EDITIONS = Editions()
