"""The application: routers, static files, and the layers every request passes through."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from app import __version__, docs, errors, openapi, pages
from app.api import ROUTERS, health
from app.compress import Compress
from app.security import SecurityHeaders
from app.settings import ROOT
from app.static import Static
from app.watch import Watch


class Chainrule(FastAPI):
    """FastAPI, with our OpenAPI document."""

    @cache  # noqa: B019 (there is one application in a process)
    def openapi(self) -> dict[str, Any]:
        """Made when it is first asked for."""
        return openapi.document(self)


def create() -> Chainrule:
    """A fresh application."""
    application = Chainrule(title="Chainrule", version=__version__, docs_url=None, redoc_url=None, redirect_slashes=False)
    errors.install(application)
    for router in (*ROUTERS, docs.router, pages.router):
        application.include_router(router, tags=["health" if router is health.router else "api"])
        _heads(application, router)
    application.mount("/docs/assets", Static(directory=docs.ASSETS), name="docs")
    application.mount("/static", Static(directory=ROOT / "static"), name="static")
    # The one added last is the outermost.
    application.add_middleware(Compress)
    application.add_middleware(Watch)
    application.add_middleware(SecurityHeaders)
    return application


def _heads(application: FastAPI, router: APIRouter) -> None:
    """HEAD wherever GET is: the same answer, of which the server sends the headers alone."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            application.add_api_route(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)


app = create()
