"""The application: routers, static files, and the layers every request passes through."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app import errors, pages
from app.api import ROUTERS
from app.security import SecurityHeaders
from app.settings import ROOT
from app.static import Static
from app.watch import Watch


def create() -> FastAPI:
    """A fresh application."""
    application = FastAPI(title="Chainrule", version="0.1.0", docs_url=None, redoc_url=None, description=__doc__)
    errors.install(application)
    for router in (*ROUTERS, pages.router):
        application.include_router(router)
    application.mount("/static", Static(directory=ROOT / "static"), name="static")
    # The one added last is the outermost.
    application.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=1)
    application.add_middleware(Watch)
    application.add_middleware(SecurityHeaders)
    return application


app = create()
