"""The pages, and the style sheet of the palette."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

from fastapi import APIRouter
from fastapi.templating import Jinja2Templates
from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.edition import EDITIONS, STATIC
from app.palette import PALETTE, style_sheet
from app.settings import ROOT

# The cascade: what a page is made of, then where it stands, then the panels by name.
FIRST = ("base", "layout", "layout-below", "layout-help", "layout-sizes", "controls", "transport")
# Where the first screen's modules begin; what they import follows.
EAGER = ("main.js", "shell/transport.js", "shell/controls.js", "shell/whose.js", "story/panel.js", "stage/stage.js")
IMPORT = re.compile(r'^(?:import|export)\b[^"]*"(\.{1,2}/[\w./-]+\.js)";', re.MULTILINE)

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=ROOT / "templates")


@router.get("/")
async def playground(request: Request) -> Response:
    """The playground."""
    return templates.TemplateResponse(request, "playground.html", context())


@router.get("/palette.css")
async def palette() -> Response:
    """The colours of both themes."""
    return Response(style_sheet(), media_type="text/css", headers={"Cache-Control": "no-cache"})


@router.get("/favicon.ico")
async def favicon() -> Response:
    """For whoever asks without reading the page."""
    return Response((STATIC / "favicon.svg").read_bytes(), media_type="image/svg+xml")


def context() -> dict[str, Any]:
    """What every page's head needs."""
    own = EDITIONS.place()
    return {"own": own, "styles": [f"{own}/{name}" for name in styles()], "modules": [f"{own}/js/{name}" for name in modules()],
            "plotly": plotly_source(), "versions": versions(), "palette": PALETTE}  # fmt: skip


def styles() -> list[str]:
    """Places of every file in static/css, in the order of the cascade."""
    names = sorted(path.stem for path in (STATIC / "css").glob("*.css"))
    rest = [name for name in names if name not in FIRST]
    return [f"css/{name}.css" for name in (*FIRST, *rest) if name in names]


@cache
def modules() -> tuple[str, ...]:
    """Places in static/js of what the first screen needs, to be asked for at once and not one import after another."""
    found: dict[str, None] = {}
    waiting = list(EAGER)
    while waiting:
        name = waiting.pop(0)
        path = STATIC / "js" / name
        if name not in found and path.is_file():
            found[name] = None
            waiting += [normpath(f"{PurePosixPath(name).parent}/{near}") for near in IMPORT.findall(path.read_text())]
    return tuple(found)


def plotly_source() -> str:
    """The address of the plotly.js that `python -m app.precompress` took out of the wheel; empty before it has run."""
    found = sorted((STATIC / "vendor").glob("plotly-*.min.js"))
    return f"/static/vendor/{found[-1].name}" if found else ""


@cache
def versions() -> dict[str, str]:
    """Whose numbers these are: the application, NumPy, plotly.js."""
    stated = re.search(r"plotly-([\d.]+)\.min\.js", plotly_source())
    return {"chainrule": __version__, "numpy": version("numpy"), "plotly.js": stated[1] if stated else "missing"}
