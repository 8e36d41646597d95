"""Static files: small ones from memory, in the smallest form that the client takes, kept for ever where the address allows."""

from __future__ import annotations

import errno
import gzip
import hashlib
import mimetypes
import os
import re
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.edition import EDITIONS, NAMED, Signature, signature

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the better first
VERSIONED = re.compile(r"-\d+\.\d+\.\d+[.-]")
SMALL = 256 * 1024  # bytes: a file up to here is read once, which takes longer than to send it
FOREVER, ASK = "public, max-age=31536000, immutable", "no-cache"


@dataclass(frozen=True)
class Small:
    """A small file as it was read."""

    signature: Signature
    body: bytes

    @cached_property
    def etag(self) -> str:
        """By its content."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @cached_property
    def zipped(self) -> bytes:
        """Made when somebody asks for it, once."""
        return gzip.compress(self.body, mtime=0)


class Static(StaticFiles):
    """Files of one folder.  `name.br` and `name.gz` beside a file are its compressed forms; `e-…/name` is an edition's `name`."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self.small: dict[str, Small] = {}  # by place in the folder, so never more than there are files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it whole, also where a part is asked for, as RFC 9110 allows: nothing here is large enough to be resumed."""
        headers = [(name, value) for name, value in scope["headers"] if name not in (b"range", b"if-range")]
        await super().__call__({**scope, "headers": headers}, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or its smallest form that the client takes, with the caching it deserves."""
        named = NAMED.match(path)
        if named:
            path = path[named.end() :]
        full, found = self.lookup_path(path)
        if os.path.normpath(scope["path"]) != scope["path"]:  # of which the base class would make a file's
            raise HTTPException(404)
        if found and _is_small(found) and scope["method"] in ("GET", "HEAD"):
            response = self._from_memory(path, full, found, scope)
        else:
            response = await self._from_disk(path, scope)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Accept-Ranges"] = "none"
        known = VERSIONED.search(Path(path).name) or (named and found and EDITIONS.holds(named[1], full, found))
        response.headers["Cache-Control"] = FOREVER if known else ASK
        return response

    def _from_memory(self, path: str, full: str, found: os.stat_result, scope: Scope) -> Response:
        small = self.small.get(full)
        if small is None or small.signature != signature(found):
            small = self.small[full] = Small(signature(found), Path(full).read_bytes())
        headers = {"ETag": small.etag}
        if small.etag in Headers(scope=scope).get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" not in _accepted(scope):
            return Response(small.body, headers=headers, media_type=_type(path))
        return Response(small.zipped, headers=headers | {"Content-Encoding": "gzip"}, media_type=_type(path))

    async def _from_disk(self, path: str, scope: Scope) -> Response:
        accepted = _accepted(scope)
        for encoding, suffix in ENCODINGS:
            if encoding in accepted and self.lookup_path(path + suffix)[1] is not None:
                response = await super().get_response(path + suffix, scope)
                response.headers["Content-Encoding"] = encoding
                response.headers["Content-Type"] = _type(path)
                return response
        return await super().get_response(path, scope)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Where the file is; no file has a name with a null byte, or a longer one than the system takes."""
        try:
            return super().lookup_path(path)
        except ValueError:
            return "", None
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            return "", None


def _is_small(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_size <= SMALL


def _accepted(scope: Scope) -> set[str]:
    """The codings that the client takes: those of Accept-Encoding whose weight is not 0."""
    header = Headers(scope=scope).get("accept-encoding", "")
    parts = (part.strip().lower().replace(" ", "").partition(";q=") for part in header.split(","))
    return {name for name, _, weight in parts if not weight or weight.strip("0.")}


def _type(path: str) -> str:
    """The media type of the file itself, by its name."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
