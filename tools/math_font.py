"""Write static/fonts/chainrule-math.woff2: what the formulas need of STIX Two Math, with its MATH table, so brackets stretch.

    .venv/bin/python tools/math_font.py

The font's licence reserves its name for the unchanged font, so the subset goes by another one. Its text lies beside the subset.
"""

from __future__ import annotations

from pathlib import Path

import ziamath
from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"
TARGET = Path(__file__).resolve().parent.parent / "static" / "fonts" / "chainrule-math.woff2"
NAME = "Chainrule Math"

RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xA0), (0xAC, 0xAC), (0xB0, 0xB1), (0xB7, 0xB7), (0xBD, 0xBD), (0xD7, 0xD7),  # no-break space ¬ ° ± · ½ ×
    (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0xAF, 0xAF), (0x302, 0x305), (0x20D6, 0x20D7),  # accents: hats and bars
    (0x391, 0x3A9), (0x3B1, 0x3C9), (0x3D1, 0x3D1), (0x3D5, 0x3D6), (0x3F0, 0x3F1), (0x3F5, 0x3F5),  # Greek
    (0x2000, 0x200A), (0x2010, 0x2015), (0x2016, 0x2016), (0x2026, 0x2026), (0x2032, 0x2033), (0x2061, 0x2064),
    (0x2070, 0x2079), (0x2080, 0x2089), (0x2102, 0x2102), (0x210B, 0x2113), (0x211D, 0x211D),
    (0x2190, 0x2195), (0x21A6, 0x21A6), (0x21D0, 0x21D4), (0x2200, 0x220F), (0x2211, 0x221A), (0x221D, 0x221E),
    (0x2223, 0x222B), (0x2243, 0x2248), (0x2260, 0x2265), (0x226A, 0x226B), (0x2286, 0x2287), (0x2295, 0x2299),
    (0x22A4, 0x22A4), (0x22C5, 0x22C5), (0x22EE, 0x22F1), (0x2308, 0x230B), (0x23B4, 0x23B5), (0x23DC, 0x23DF), (0x27E8, 0x27E9),
    (0x1D400, 0x1D467),  # bold and italic Latin
    (0x1D468, 0x1D49B),  # bold italic Latin
    (0x1D5B3, 0x1D5B3),  # the T of a transpose
    (0x1D6A4, 0x1D755),  # bold, italic and bold italic Greek
    (0x1D7CE, 0x1D7D7),  # bold digits
)  # fmt: skip


def main() -> None:
    """Subset, rename, compress."""
    font = TTFont(SOURCE)
    options = subset.Options()
    options.layout_features = ["ssty", "dtls", "flac", "mark", "mkmk", "kern", "tnum", "lnum"]
    options.flavor = "woff2"
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables = [*options.drop_tables, "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = "ChainruleMath-Regular" if record.nameID == 6 else NAME
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(TARGET), options)


if __name__ == "__main__":
    main()
