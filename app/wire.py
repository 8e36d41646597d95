"""JSON in and out: bodies read under a limit, arrays written as nested lists, non-finite numbers as null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import ApiError
from app.settings import SETTINGS

OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
DEEPEST = 250  # levels of nesting, at least, that orjson writes
DRAINED = 8 * 1024 * 1024  # bytes of a refused body that are still read, so that its sender sees the answer
LOST = "A number of this step grew beyond what a float64 can hold."


def dumps(document: Any) -> bytes:
    """The JSON text of a document; NaN and infinities become null."""
    return orjson.dumps(document, default=_plain, option=OPTIONS)


def _plain(value: Any) -> Any:
    """What orjson cannot write itself: arrays that are not contiguous, mappings that are not dicts."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"expected something that JSON can carry, got {type(value).__name__}")


class Json(Response):
    """An answer in JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The document's text."""
        return dumps(content)


def finite(document: Any) -> bool:
    """Is every number in the document finite?"""
    if isinstance(document, np.ndarray):
        return document.dtype.kind != "f" or bool(np.isfinite(document).all())
    if isinstance(document, float):
        return bool(np.isfinite(document))
    if isinstance(document, Mapping):
        return all(map(finite, document.values()))
    if isinstance(document, (list, tuple)):
        return all(map(finite, document))
    return True


def flagged(document: dict[str, Any], reason: str = LOST) -> dict[str, Any]:
    """The document, with `"diverged": true` and a reason beside if a number in it leaves as null."""
    if document.get("diverged") or finite(document):
        return document
    return document | {"diverged": True, "reason": reason}


async def read(request: Request) -> Any:
    """The request's JSON document.  Raises ApiError 413, 415 or 400."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        hint = "send the header Content-Type: application/json"
        raise ApiError(415, "", f"expected a body of type application/json, got {kind[:60] or 'none'}", hint)
    body = await _body(request, SETTINGS.max_body)
    try:
        document = orjson.loads(body)
        if body.count(b"[") + body.count(b"{") > DEEPEST:
            orjson.dumps(document)  # refuses more than 254 levels, far below what would exhaust Python's own stack
        return document
    except orjson.JSONEncodeError as error:
        raise ApiError(400, "", "expected JSON of fewer levels", "arrays here have at most five") from error
    except orjson.JSONDecodeError as error:
        hint = "numbers must be finite, text must be UTF-8"
        raise ApiError(400, "", f"expected JSON, got something else: {error}", hint) from error


async def _body(request: Request, limit: int) -> bytes:
    """The body, read piece by piece and given up as soon as it is too long, whatever its header promised."""
    pieces: list[bytes] = []
    length = 0
    async for piece in request.stream():
        length += len(piece)
        if length <= limit:
            pieces.append(piece)
        elif length > limit + DRAINED:
            break
    if length > limit:
        hint = "send fewer examples or a smaller network"
        raise ApiError(413, "", f"expected a body of at most {limit:,} bytes, got more", hint)
    return b"".join(pieces)


def lines(documents: Iterable[Any]) -> bytes:
    """Documents as NDJSON: one a line."""
    return b"".join(dumps(d) + b"\n" for d in documents)
