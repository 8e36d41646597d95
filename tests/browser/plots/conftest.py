"""The plots are tested with WebGL, slow as it is in software: the surface in 3-D is theirs."""

import pytest

from tests.browser.conftest import FLAGS


@pytest.fixture(scope="module")
def flags() -> list[str]:
    """All that the other tests have, and WebGL."""
    return FLAGS
