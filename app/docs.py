"""GET /docs: the API to read and to try, with Swagger UI out of an installed wheel, so that it works without a network."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)
ASSETS = Path(str(distribution("fastapi-offline").locate_file("fastapi_offline/static")))

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Chainrule: the API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"><link rel="icon" href="/docs/assets/favicon.png">
</head>
<body><main id="swagger-ui"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, docExpansion: "list",
  defaultModelsExpandDepth: 0, defaultModelExpandDepth: 2, tryItOutEnabled: true, validatorUrl: null,
});
"""


@router.get("/docs")
async def docs() -> HTMLResponse:
    """The page."""
    return HTMLResponse(PAGE)


@router.get("/docs/start.js")
async def start_script() -> Response:
    """What starts Swagger UI: a file of its own, because the policy allows no inline script."""
    return Response(START, media_type="text/javascript")
