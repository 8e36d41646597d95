"""Does a corner of the loss lie within the step of central differences, and is it why they differ from the other methods?"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import pairwise

from core.work import Work

MOST_SLOPES = 120  # of the loss, each one evaluation: a corner that is not found with so many is not claimed
FINE = 1e-9  # of max(1, |w|): a change of slope over so little is a leap, if half of that has it too
STAYS = 0.9  # of the change, in one of the halves: a leap stays whole (1), what curvature does is halved (0.5)
SMALL = 1 / 16  # of the gap: changes of slope below this are no explanation of it
SIMPSON = 1e-3  # of the gap: so near is Simpson's rule where the loss is smooth

Slope = Callable[[float], float]


def corner_within(slope: Slope, h: float, fine: float, central: float, gap: float) -> Work[bool]:
    """Does L′, given by `slope`, leap within [−h, h] by as much as `gap`, which parts `central` from L′(0)?  A slope is a piece.

    Central differences are the mean of L′: (L(h) − L(−h)) / 2h = (1/2h) ∫ L′ dt.  Where L is smooth, Simpson's rule gives that
    mean too, so the gap is the step's own bend and no corner's.  Else the stretch is halved where L′ changes most.  The change
    over a piece of length l is l·L″ where L is smooth, and shrinks with l; a corner's leap does not.  A corner moves the mean by
    half of its leap at most, so leaps that are smaller in sum than the gap do not excuse it.
    """
    left, here, right = slope(-h), slope(0.0), slope(h)
    if abs((left + 4.0 * here + right) / 6.0 - central) <= SIMPSON * gap:
        return False
    fine = min(fine, h)
    # next to the weight first: a unit that nothing reaches stands at exactly 0
    known = {-h: left, -fine: slope(-fine), 0.0: here, fine: slope(fine), h: right}
    places = sorted(known)
    pieces = [(-abs(known[b] - known[a]), a, b, known[a], known[b]) for a, b in pairwise(places)]
    heapq.heapify(pieces)
    leaps, spent = 0.0, len(known)
    while pieces and -pieces[0][0] > SMALL * gap and spent < MOST_SLOPES:
        change, a, b, at_a, at_b = heapq.heappop(pieces)
        middle = (a + b) / 2.0
        at_middle = slope(middle)
        yield spent / MOST_SLOPES
        spent += 1
        if b - a <= fine:
            leaps -= change if max(abs(at_middle - at_a), abs(at_b - at_middle)) >= -STAYS * change else 0.0
            if leaps >= gap:
                return True
            continue
        heapq.heappush(pieces, (-abs(at_middle - at_a), a, middle, at_a, at_middle))
        heapq.heappush(pieces, (-abs(at_b - at_middle), middle, b, at_middle, at_b))
    return False
