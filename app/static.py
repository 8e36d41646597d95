"""Static files: precompressed where the client takes it, kept for ever where the address carries a version."""

from __future__ import annotations

import errno
import mimetypes
import os
import re
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the better first
VERSIONED = re.compile(r"-\d+\.\d+\.\d+[.-]")


class Static(StaticFiles):
    """Files of one folder.  `name.br` and `name.gz` beside a file are its compressed forms."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or its smallest form that the client takes, with the caching it deserves."""
        accepted = _accepted(scope)
        for encoding, suffix in ENCODINGS:
            if encoding in accepted and self.lookup_path(path + suffix)[1] is not None:
                response = await super().get_response(path + suffix, scope)
                response.headers["Content-Encoding"] = encoding
                response.headers["Content-Type"] = _type(path)
                break
        else:
            response = await super().get_response(path, scope)
        response.headers["Vary"] = "Accept-Encoding"
        versioned = VERSIONED.search(Path(path).name) or "v" in parse_qs(scope.get("query_string", b"").decode("latin-1"))
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response

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


def _accepted(scope: Scope) -> set[str]:
    """The codings that the client takes: those of Accept-Encoding whose weight is not 0."""
    header = Headers(scope=scope).get("accept-encoding", "")
    parts = (part.strip().lower().replace(" ", "").partition(";q=") for part in header.split(","))
    return {name for name, _, weight in parts if not weight or weight.strip("0.")}


def _type(path: str) -> str:
    """The media type of the file itself, by its name."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
