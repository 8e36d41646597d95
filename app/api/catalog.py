"""GET /api/catalog and /api/presets: what there is."""

from __future__ import annotations

import hashlib
from functools import cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.catalog import catalog
from app.presets import presets
from app.wire import dumps

router = APIRouter()


@router.get("/api/catalog")
async def get_catalog(request: Request) -> Response:
    """Every kind of every catalogue, with its fields, bounds, defaults, symbol and help."""
    return _tagged(request, _catalog())


@router.get("/api/presets")
async def get_presets(request: Request) -> Response:
    """Complete experiments, the first of which the page opens on."""
    return _tagged(request, _presets())


@cache
def _catalog() -> bytes:
    return dumps(catalog())


@cache
def _presets() -> bytes:
    return dumps(presets())


def _tagged(request: Request, body: bytes) -> Response:
    """The body with its ETag; 304 where the client has it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
