"""The outermost layer: counts every request, and turns what nobody expected into a plain 500."""

from __future__ import annotations

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import error_response
from app.metrics import METRICS

GONE = 499  # for the metrics alone: nobody was there to be answered
LOG = logging.getLogger("chainrule")


class Watch:
    """Pure ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through; log what goes wrong and say no more of it than that it did."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except ClientDisconnect:
            status = GONE
        except Exception:
            LOG.exception("unexpected error at %s %r", scope["method"], scope["path"])
            if status:  # the answer has begun: only breaking it off can tell the client that it is not whole
                raise
            await error_response(500, "", "internal error", "this is our mistake; it has been logged")(scope, receive, noting)
        finally:
            route = scope.get("route")
            METRICS.requested(scope["method"], getattr(route, "path", "other"), status)
