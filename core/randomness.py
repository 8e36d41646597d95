"""Counter-based randomness: every draw follows from (seed, purpose, counters) alone, so any step replays bit for bit.

Philox 4x64 (Salmon et al. 2011, «Parallel random numbers: as easy as 1, 2, 3») is keyed through NumPy's SeedSequence.
"""

from __future__ import annotations

import numpy as np

PURPOSES = {"data": 1, "split": 2, "init": 3, "order": 4, "noise": 5, "plane": 6}


def generator(seed: int, purpose: str, *counters: int) -> np.random.Generator:
    """A fresh generator for one purpose at one moment; equal arguments give equal streams."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, PURPOSES[purpose], *counters))))
