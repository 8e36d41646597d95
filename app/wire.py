"""JSON in and out: bodies read under a limit, arrays written as nested lists, non-finite numbers as null."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import anyio
import numpy as np
import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import ApiError
from app.settings import SETTINGS
from core.spec import shown

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
        """The document's text; bytes are one that is written already."""
        return content if isinstance(content, bytes) else dumps(content)


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
    """The request's JSON document.  Raises ApiError 400, 408, 413 or 415."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        hint = "send the header Content-Type: application/json"
        raise ApiError(415, "", f"expected a body of type application/json, got {kind[:60] or 'none'}", hint)
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise ApiError(415, "", f"expected a body sent as it is, got one in {shown(coding)}", "leave Content-Encoding out")
    body = await _body(request, SETTINGS.max_body)
    try:
        document = orjson.loads(body)
        if body.count(b"[") + body.count(b"{") > DEEPEST:
            orjson.dumps(document)  # refuses more than 254 levels, far below what would exhaust Python's own stack
        return document
    except orjson.JSONEncodeError as error:
        raise _too_deep() from error
    except orjson.JSONDecodeError as error:
        raise _no_json(error, body) from error


def _no_json(error: orjson.JSONDecodeError, body: bytes) -> ApiError:
    """What is wrong with a text that is no JSON, or that holds a number that no float64 can."""
    if "depth limit" in error.msg or "recursion" in error.msg:
        return _too_deep()
    if "infinity" in error.msg:
        try:
            field = ".".join(_first_infinite(json.loads(body, parse_int=float)) or ())
        except (ValueError, RecursionError):  # no JSON further on
            field = ""
        message = "expected a number that a float64 can hold, below 1.8e308, got a greater one"
        return ApiError(400, field.removeprefix("experiment.")[:200], message, "write a smaller number")
    if not body.strip():
        return ApiError(400, "", "expected a JSON object, got an empty body", "GET /docs shows a body of every address")
    place = f"line {error.lineno}, column {error.colno}"
    return ApiError(400, "", f"expected JSON, got something else at {place}: {error.msg}", "text must be UTF-8, without NaN")


def _too_deep() -> ApiError:
    return ApiError(400, "", "expected JSON of fewer levels, got more than 250", "arrays here have at most five")


def _first_infinite(document: Any) -> list[str] | None:
    """The path of the first number in the document that is not finite."""
    if isinstance(document, float):
        return None if np.isfinite(document) else []
    inner = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for key, value in inner:
        found = _first_infinite(value)
        if found is not None:
            return [str(key), *found]
    return None


async def _body(request: Request, limit: int) -> bytes:
    """The body, read piece by piece: given up when it is too long, whatever its header promised, or too slow."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and len(declared) < 20 and int(declared) > limit + DRAINED:
        raise _too_long(limit)
    try:
        with anyio.fail_after(SETTINGS.body_seconds):
            return await _read(request, limit)
    except TimeoutError as error:
        message = f"expected the whole body within {SETTINGS.body_seconds} seconds, got a part of it"
        raise ApiError(408, "", message, "send it again, at once") from error


async def _read(request: Request, limit: int) -> bytes:
    pieces: list[bytes] = []
    length = 0
    async for piece in request.stream():
        length += len(piece)
        if length <= limit:
            pieces.append(piece)
        elif length > limit + DRAINED:
            break
    if length > limit:
        raise _too_long(limit)
    return b"".join(pieces)


def _too_long(limit: int) -> ApiError:
    hint = "send fewer examples or a smaller network"
    return ApiError(413, "", f"expected a body of at most {limit:,} bytes, got more", hint)


def lines(documents: Iterable[Any]) -> bytes:
    """Documents as NDJSON: one a line."""
    return b"".join(dumps(d) + b"\n" for d in documents)
