"""plotly.js, compressed once: takes the file out of the installed plotly wheel and lays it beside its .br and .gz.

Run as `python -m app.precompress` at install and in the image's build, so that no request pays for compressing (brotli's best
takes nine seconds and leaves 1.1 of 4.8 MB). The files are named with plotly.js's own version, so that browsers may keep
them for ever.
"""

import gzip
import re
from importlib.metadata import distribution
from pathlib import Path

import brotli

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


def bundled() -> Path:
    """plotly.min.js inside the installed wheel, found without importing plotly (which takes far longer)."""
    path = Path(str(distribution("plotly").locate_file("plotly/package_data/plotly.min.js")))
    if not path.is_file():
        raise FileNotFoundError(f"expected plotly.js at {path}, found none: is the plotly wheel complete? Try `make install`")
    return path


def versioned_name(script: bytes) -> str:
    """The name with the version that plotly.js states in its first comment: `plotly-4.1.1.min.js`.

    Raises ValueError if the comment states none.
    """
    stated = re.search(rb"plotly\.js v(\d+\.\d+\.\d+)", script[:1000])
    if stated is None:
        raise ValueError(f"expected 'plotly.js v1.2.3' in the first comment of plotly.js, got {script[:60]!r}")
    return f"plotly-{stated[1].decode()}.min.js"


def precompress(folder: Path = VENDOR) -> Path:
    """Write the script, its .br and its .gz into `folder`, replacing other versions; return the script's path.

    The script itself is written last: where it stands, its compressed forms stand too.
    """
    script = bundled().read_bytes()
    target = folder / versioned_name(script)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("plotly-*.min.js*"):
        old.unlink()
    Path(f"{target}.br").write_bytes(brotli.compress(script, quality=11, lgwin=24))
    Path(f"{target}.gz").write_bytes(gzip.compress(script, compresslevel=9, mtime=0))
    target.write_bytes(script)
    return target


if __name__ == "__main__":
    written = precompress()
    for path in sorted(written.parent.glob(f"{written.name}*")):
        print(f"{path.stat().st_size:>9,} bytes  {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
