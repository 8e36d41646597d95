"""`python -m bench [--quick] [--frames] [steps convolutions surface]`: all that is measured, with ratios."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

PARTS = ("steps", "convolutions", "surface")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Run the parts one after another."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of {', '.join(PARTS)}; all of them if none is named")
    parser.add_argument("--quick", action="store_true", help="hardly any repetitions: does it run?")
    parser.add_argument("--frames", action="store_true", help="the page's frames too, in a real Chromium")
    options = parser.parse_args()
    chosen = options.parts or PARTS
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; expected some of {', '.join(PARTS)}")
    for name in THREADS:
        os.environ.setdefault(name, "1")
    from bench import convolutions, measuring, steps, surface  # noqa: PLC0415 (they load NumPy, after the number of threads is set)

    effort = measuring.QUICK if options.quick else measuring.Effort()
    runs = {
        "steps": lambda: steps.main(effort),
        "convolutions": lambda: convolutions.main(effort),
        "surface": lambda: surface.main(effort.rounds),
    }
    for i, part in enumerate(chosen):
        print("\n" * bool(i), end="")
        runs[part]()
    return subprocess.run([sys.executable, "-m", "bench.frames"], check=False).returncode if options.frames else 0


if __name__ == "__main__":
    sys.exit(main())
