"""`"2/W/3,1"` names one number everywhere, DOM to core: layer 2, W, row 3, column 1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.spec import SpecError, shown

_PATTERN = re.compile(r"(\d{1,4})/([A-Za-z_]{1,16})/(\d{1,6}(?:,\d{1,6}){0,5})", re.ASCII)


@dataclass(frozen=True)
class Address:
    """layer / name / index.  `name` is a parameter (W, b, …) or one of the link's arrays (output, grad_output, …)."""

    layer: int
    name: str
    index: tuple[int, ...]

    @classmethod
    def parse(cls, text: object, path: str = "address") -> Address:
        """Read the textual form; raises SpecError when it is not one."""
        match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            message = f'expected an address such as "2/W/3,1" (layer/name/indices), got {shown(text)}'
            raise SpecError(path, message, "click a weight to see its address")
        return cls(int(match[1]), match[2], tuple(int(i) for i in match[3].split(",")))

    def __str__(self) -> str:
        return f"{self.layer}/{self.name}/{','.join(map(str, self.index))}"
