"""The pages."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.templating import Jinja2Templates
from starlette.requests import Request
from starlette.responses import Response

from app.settings import ROOT

router = APIRouter()
templates = Jinja2Templates(directory=ROOT / "templates")


@router.get("/", include_in_schema=False)
async def playground(request: Request) -> Response:
    """The playground."""
    return templates.TemplateResponse(request, "playground.html")
