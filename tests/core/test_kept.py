"""What is kept to be had again is bounded by its bytes."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from core.kept import Kept
from core.work import Work, finished


def asked(kept: Kept[str], key: str, weight: int = 1) -> bool:
    """Is it made anew?"""
    made: list[str] = []
    assert kept.of(key, lambda: made.append(key) or f"answer {key}", lambda _: weight) == f"answer {key}"
    return bool(made)


def test_an_answer_is_made_once() -> None:
    kept = Kept[str](10)
    assert [asked(kept, "a"), asked(kept, "b"), asked(kept, "a")] == [True, True, False]
    assert kept.bytes == 2


def test_the_longest_unused_goes_first_when_the_bytes_are_full() -> None:
    kept = Kept[str](10)
    assert all([asked(kept, "a", 4), asked(kept, "b", 4), not asked(kept, "a"), asked(kept, "c", 5)])
    assert kept.bytes == 9
    assert not asked(kept, "a")
    assert asked(kept, "b", 4)
    assert kept.bytes <= 10


def test_what_would_not_fit_alone_drives_nothing_out() -> None:
    kept = Kept[str](10)
    assert [asked(kept, "a", 4), asked(kept, "large", 11), asked(kept, "large", 11), asked(kept, "a")] == [
        True,
        True,
        True,
        False,
    ]


def test_an_answer_made_in_pieces_is_made_once_and_one_given_up_leaves_nothing() -> None:
    kept, told = Kept[str](10), list[int]()

    def pieces() -> Work[str]:
        for k in range(3):
            told.append(k)
            yield k / 3
        return "done"

    left = kept.working("a", pieces(), lambda _: 4)
    assert next(left) == 0.0
    left.close()
    assert kept.bytes == 0
    assert finished(kept.working("a", pieces(), lambda _: 4)) == "done"
    assert (kept.bytes, told) == (4, [0, 0, 1, 2])
    assert list(kept.working("a", pieces(), lambda _: 4)) == []
    assert kept.of("a", lambda: "anew", lambda _: 4) == "done"
    assert told == [0, 0, 1, 2]


def test_what_fails_is_not_kept() -> None:
    kept = Kept[float](10)
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: 1 / 0, lambda _: 1)
    assert kept.of("a", lambda: 2.0, lambda _: 1) == 2.0


def test_two_threads_are_given_one_and_the_same() -> None:
    kept, meeting, found = Kept[list[int]](10), Barrier(2), list[list[int]]()

    def made() -> list[int]:
        meeting.wait(10)  # both are at it
        return []

    threads = [Thread(target=lambda: found.append(kept.of("a", made, lambda _: 3))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found[0] is found[1]
    assert kept.bytes == 3
