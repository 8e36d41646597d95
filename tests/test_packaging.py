"""What is installed is what was locked, from whichever registry a machine reaches; plotly.js is the wheel's, to the byte."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest

from app import precompress

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_python_requirement_is_pinned_and_hashed(lock: Path) -> None:
    text = lock.read_text().replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(requirements) > 20
    for requirement in requirements:
        assert re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", requirement), requirement
    assert "://" not in text, f"{lock.name} names an address; `make lock` writes it without"


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))


def test_development_locks_the_versions_that_serve() -> None:
    assert pins("runtime.txt") <= pins("dev.txt")


def test_every_javascript_package_is_hashed_and_has_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {path: entry for path, entry in packages.items() if path}
    assert len(installed) > 20
    for path, entry in installed.items():
        assert entry["integrity"].startswith("sha512-"), path
        assert "resolved" not in entry, path


def test_plotly_js_and_its_compressed_forms_are_the_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The best compression takes nine seconds, and says nothing about which bytes are compressed where.
    compress = brotli.compress
    monkeypatch.setattr(precompress.brotli, "compress", lambda data, **_: compress(data, quality=1))
    (tmp_path / "plotly-0.0.1.min.js.br").write_bytes(b"of another version")
    script = precompress.precompress(tmp_path)
    wheel = precompress.bundled().read_bytes()
    assert script.read_bytes() == wheel
    assert brotli.decompress(Path(f"{script}.br").read_bytes()) == wheel
    assert gzip.decompress(Path(f"{script}.gz").read_bytes()) == wheel
    assert sorted(tmp_path.iterdir()) == sorted([script, Path(f"{script}.br"), Path(f"{script}.gz")])


def test_plotly_js_is_named_by_the_version_it_states() -> None:
    assert precompress.versioned_name(b"/**\n* plotly.js v4.1.1\n") == "plotly-4.1.1.min.js"
    with pytest.raises(ValueError, match=r"expected 'plotly.js v1.2.3' in the first comment of plotly.js, got b'var a'"):
        precompress.versioned_name(b"var a")
