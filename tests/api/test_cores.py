"""As many computations at once as the process has room for: what a container's limits say is read as the kernel writes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import cores
from app.settings import Settings

GB = 1_000_000_000
CORES = 64


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine of 64 cores whose kernel tells nothing of groups; its folder of them."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(CORES)), raising=False)
    monkeypatch.setattr(cores, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(cores, "OWN", tmp_path / "own")
    return tmp_path


def told(machine: Path, own: str, **files: str) -> None:
    """What the kernel says: the process's groups, and files in the folder of groups (`__` for a slash, `_dot_` for a dot)."""
    (machine / "own").write_text(own)
    for name, text in files.items():
        file = machine / "groups" / name.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")


def test_without_limits_there_is_room_for_every_core(machine: Path) -> None:
    assert cores.room() == CORES
    told(machine, "0::/\n", cpu_dot_max="max 100000", memory_dot_max="max")
    assert cores.room() == CORES


def test_only_the_cores_that_the_process_may_run_on_count(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 9, 11})
    assert cores.room() == 3


@pytest.mark.parametrize(("quota", "expected"), [("400000 100000", 4), ("150000 100000", 2), ("20000 100000", 1)])
def test_a_quota_of_processor_time_counts_as_so_many_cores(machine: Path, quota: str, expected: int) -> None:
    told(machine, "0::/\n", cpu_dot_max=quota)
    assert cores.room() == expected


def test_the_least_quota_of_all_groups_above_counts(machine: Path) -> None:
    told(machine, "0::/slice/unit\n", slice__cpu_dot_max="300000 100000", slice__unit__cpu_dot_max="max 100000")
    assert cores.room() == 3


@pytest.mark.parametrize(("limit", "expected"), [(1 << 30, 2), (4 * GB, 14), (300_000_000, 1), (64 * GB, CORES)])
def test_computations_fit_into_the_memory(machine: Path, limit: int, expected: int) -> None:
    told(machine, "0::/\n", memory_dot_max=str(limit))
    assert cores.room() == expected


def test_the_first_version_of_groups_is_read_too(machine: Path) -> None:
    """A container sees its own group as the uppermost one, whatever it is called outside."""
    own = "12:cpuset:/\n5:cpu,cpuacct:/docker/0123\n4:memory:/docker/0123\n0::/\n"
    files = {"cpu,cpuacct__cpu_dot_cfs_quota_us": "250000", "cpu,cpuacct__cpu_dot_cfs_period_us": "50000"}
    told(machine, own, **files, memory__memory_dot_limit_in_bytes="9223372036854771712")
    assert cores.room() == 5
    told(machine, own, **files | {"cpu,cpuacct__cpu_dot_cfs_quota_us": "-1"})
    assert cores.room() == CORES
    told(machine, own, memory__memory_dot_limit_in_bytes=str(GB))
    assert cores.room() == 2


@pytest.mark.parametrize(("workers", "expected"), [("1", 14), ("2", 6), ("4", 2), ("16", 1)])
def test_processes_of_one_container_share_its_memory(workers: str, expected: int, machine: Path) -> None:
    """Each had thought that all of it was its own."""
    told(machine, "0::/\n", memory_dot_max=str(4 * GB))
    assert Settings.read({"WORKERS": workers}).threads == expected
    assert Settings.read({"WORKERS": workers, "CHAINRULE_THREADS": "7"}).threads == 7


@pytest.mark.parametrize(("workers", "expected"), [("1", 64), ("4", 16), ("5", 12), ("100", 1)])
def test_processes_share_the_cores(workers: str, expected: int, machine: Path) -> None:
    assert Settings.read({"WORKERS": workers}).threads == expected


def test_the_settings_follow_unless_the_environment_decides(machine: Path) -> None:
    told(machine, "0::/\n", cpu_dot_max="200000 100000")
    assert Settings.read({}).threads == 2
    assert Settings.read({"CHAINRULE_THREADS": "7"}).threads == 7
