"""The checks of what is promised where no derivative exists: which of the two slopes is taken, and who has such places."""

from collections.abc import Callable

import numpy as np

from core.layers import LAYERS
from core.losses import LOSSES
from core.numeric import Array
from core.penalties import PENALTIES
from tests.cases import KinkCase
from tests.checks.agreement import close


def check_kink(case: KinkCase) -> None:
    """The promised slope, by every way in which the member tells it."""
    at = [np.array([[value]]) for value in case.at]
    found: dict[str, float]
    if case.catalogue == "layers":
        layer = LAYERS.parse(case.fields, "layers.0")
        y = layer.forward({}, at[0], None)
        found = {
            "backward": 0.5 * float(layer.backward({}, at[0], y, None, np.array([[2.0]]))[0][0, 0]),
            "shown": float(layer.shown({}, at[0], y, None)["slope"][0, 0]),
            "wires": float(layer.wires({}, at[0], y, None).slope[0]),
        }
    elif case.catalogue == "loss":
        found = {"slope": float(LOSSES.parse(case.fields, "loss").slope(*at)[0, 0])}
    else:
        found = {"gradient": float(PENALTIES.parse(case.fields, "penalty").gradient(*at)[0, 0])}
    for what, slope in found.items():
        close(f"{case}: {what} at the kink", slope, case.slope, 0.0, case)


def check_corners(where: str, kinked: bool, slopes: Callable[[Array], Array]) -> None:
    """Does it have corners, as it says?  Of ten times as many points along a line, a smooth slope's largest leap is a tenth."""
    coarse, fine = (float(np.abs(np.diff(slopes(np.linspace(0.0, 1.0, count)))).max()) for count in (401, 4001))
    leaps = fine > max(0.5 * coarse, 1e-9)
    assert leaps == kinked, f"{where}: kinked is {kinked}; the largest leap of its slope: {coarse} at 400 places, {fine} at 4000"
