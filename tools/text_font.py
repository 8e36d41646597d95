"""Write static/fonts/chainrule-text.woff2: what the page says its words and numbers in, the same on every machine.

    npm pack inter-ui && tar xzf inter-ui-*.tgz && python tools/text_font.py package/variable/InterVariable.woff2

Inter (https://github.com/rsms/inter), its weights from 400 to 700 at text size. Its licence lies beside the subset.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

TARGET = Path(__file__).resolve().parent.parent / "static" / "fonts" / "chainrule-text.woff2"
NAME = "Chainrule Text"

RANGES = (
    (0x20, 0x7E), (0xA0, 0xFF),  # ASCII, Latin-1
    (0x300, 0x304), (0x307, 0x308),  # accents: hats and bars
    (0x391, 0x3A9), (0x3B1, 0x3C9),  # Greek
    (0x1D43, 0x1D61), (0x1D62, 0x1D6A), (0x2070, 0x209C), (0x2C7C, 0x2C7D),  # superscripts and subscripts
    (0x2010, 0x2027), (0x2030, 0x203A), (0x2044, 0x2044), (0x2113, 0x2113), (0x1E8B, 0x1E8B), (0x177, 0x177),
    (0x2150, 0x215E), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2308, 0x230B), (0x25A0, 0x25FF), (0x2713, 0x2717), (0x2922, 0x2922),
)  # fmt: skip


NUMERIC = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
           "period", "comma", "minus", "plus", "space"}  # fmt: skip


def tabular(font: TTFont) -> None:
    """Tabular figures for what numbers are made of: a hyphen in a word keeps its own width."""
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for place in record.Feature.LookupListIndex:
                for subtable in table.LookupList.Lookup[place].SubTable:
                    single = getattr(subtable, "ExtSubTable", subtable)
                    single.mapping = {old: new for old, new in single.mapping.items() if old in NUMERIC}


def main(source: str) -> None:
    """Subset, cut the axes, rename, compress."""
    font = TTFont(source)
    tabular(font)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "tnum", "case"]
    options.flavor = "woff2"
    options.hinting = False
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    cutter.subset(font)
    font = instancer.instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)})
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = NAME.replace(" ", "") if record.nameID == 6 else NAME
    subset.save_font(font, str(TARGET), options)


if __name__ == "__main__":
    main(sys.argv[1])
