"""One form for every error: `{"field", "message", "hint"}`, in under a kilobyte, whatever came."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from core.spec import SpecError

ROOM = {"field": 120, "message": 380, "hint": 380}  # bytes that each part may take: together under 1 KB


class ApiError(Exception):
    """An answer other than 200: which field, what was expected and what came, what to do about it."""

    def __init__(self, status: int, field: str, message: str, hint: str = "") -> None:
        super().__init__(f"{status} {field}: {message}")
        self.status, self.field, self.message, self.hint = status, field, message, hint


def cut(text: str, room: int) -> str:
    """The text in at most `room` bytes of JSON; what JSON cannot carry is written as an escape."""
    text = text.encode("utf-8", "backslashreplace").decode()
    text = "".join(c if c.isprintable() else "·" for c in text)
    if len(text.encode()) <= room:
        return text
    return text.encode()[: room - 3].decode("utf-8", "ignore") + "…"


def error_response(status: int, field: str, message: str, hint: str = "") -> Response:
    """The error as an HTTP answer."""
    parts = {"field": field, "message": message, "hint": hint}
    body = orjson.dumps({name: cut(text, ROOM[name]) for name, text in parts.items()})
    return Response(body, status, media_type="application/json")


def install(app: FastAPI) -> None:
    """Teach the application the one form."""
    app.add_exception_handler(SpecError, _spec_error)
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(HTTPException, _http_error)


async def _spec_error(request: Request, error: Any) -> Response:
    return error_response(422, error.field, error.message, error.hint)


async def _api_error(request: Request, error: Any) -> Response:
    response = error_response(error.status, error.field, error.message, error.hint)
    if error.status in UNREAD:
        response.headers["Connection"] = "close"
    return response


UNREAD = (408, 413)  # the rest of the body may still be under way: this connection carries no further request
HINTS = {404: "GET /docs lists every address", 405: "GET /docs tells which method an address takes"}


async def _http_error(request: Request, error: Any) -> Response:
    phrase = HTTPStatus(error.status_code).phrase.lower()
    message = f"{phrase}: {request.method} {request.url.path}"
    response = error_response(error.status_code, "", message, HINTS.get(error.status_code, ""))
    response.headers.update(error.headers or {})
    return response
