"""The colours of the page, once for the style sheet, the Plotly figures and the tests.

Signs are a diverging pair that colour-blind eyes keep apart (blue and orange), each with contrast enough to be text on its
theme's paper. Heights are one ramp from low to high. Classes follow Paul Tol's bright and muted schemes.
"""

from __future__ import annotations

from collections.abc import Iterator

CLASSES_LIGHT = "#3f6fb5 #d95f3b #2c8a46 #b8901f #3aa7c4 #a63e86 #6d6f74 #7d2a4b #2f9d8f #8a8b2a"
CLASSES_DARK = "#7aa7ee #f28e6b #5cc27a #dcbd55 #72d0ea #dc86c0 #a9acb3 #c97796 #66d1c2 #bdbe63"

LIGHT = {
    "paper": "#f6f5f1",  # behind everything
    "surface": "#fefdfb",  # panels
    "raised": "#ffffff",  # fields, menus
    "ink": "#1c1e23",
    "muted": "#5c6169",  # second-rank text
    "line": "#d9d6cd",  # hairlines
    "edge": "#878a8f",  # the outline of a control
    "grid": "#e8e6df",
    "neutral": "#8b8f96",  # a number near 0
    "negative": "#1f62b0",
    "positive": "#ab4608",
    "accent": "#6a3fc4",  # what is selected, what moves, the focus ring
    "wash": "#ece6f8",  # accent, thin
    "train": "#2c3038",
    "test": "#0a7266",
    "error": "#b3261e",
    "alarm": "#fbe9e6",  # error, thin
    "ramp": "#0b3c49 #14606a #2a8580 #5aa893 #93c7a8 #c9e2c0 #f3f6dc",
    "shadow": "rgb(28 30 35 / 8%)",
}
DARK = {
    "paper": "#121418",
    "surface": "#191c22",
    "raised": "#20242b",
    "ink": "#edebe5",
    "muted": "#a2a8b2",
    "line": "#2e333c",
    "edge": "#737a86",
    "grid": "#272b33",
    "neutral": "#858b95",
    "negative": "#74b3ff",
    "positive": "#ff9f58",
    "accent": "#b79cff",
    "wash": "#2c2644",
    "train": "#e4e1d9",
    "test": "#4cc9b6",
    "error": "#ff8a80",
    "alarm": "#3a1f1f",
    "ramp": "#0a2a38 #0f4753 #1c6b6d #3d9083 #74b597 #b3d7ae #eaf2cc",
    "shadow": "rgb(0 0 0 / 40%)",
}
PALETTE: dict[str, dict[str, str]] = {
    theme: tokens | {f"class{i}": colour for i, colour in enumerate(classes.split())}
    for theme, tokens, classes in (("light", LIGHT, CLASSES_LIGHT), ("dark", DARK, CLASSES_DARK))
}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 (black) to 1 (white); WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """(lighter + 0.05) / (darker + 0.05), 1 to 21; WCAG 2.2."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def style_sheet() -> str:
    """`GET /palette.css`: the tokens as custom properties; dark where the system or the page's own choice says so."""
    return "\n".join(_rules())


def _rules() -> Iterator[str]:
    yield _rule(":root", "light")
    # Before the page's script has said which theme it is, the system's wish counts.
    yield f"@media (prefers-color-scheme: dark) {{\n{_rule(':root:not([data-theme])', 'dark')}}}"
    yield _rule('[data-theme="light"]', "light")
    yield _rule('[data-theme="dark"]', "dark")


def _rule(selector: str, theme: str) -> str:
    tokens = "".join(f"  --{name}: {value};\n" for name, value in PALETTE[theme].items())
    return f"{selector} {{\n  color-scheme: {theme};\n{tokens}}}\n"
