"""A file of plots that sets WEBGL sees the surface in 3-D, slow as it is in software."""

from __future__ import annotations

import pytest

from tests.browser.conftest import FLAGS


@pytest.fixture(scope="module")
def flags(request: pytest.FixtureRequest) -> list[str]:
    """All that the other tests have, and WebGL where it is wanted."""
    return FLAGS if getattr(request.module, "WEBGL", False) else [*FLAGS, "--disable-3d-apis"]
