"""What every row of the case table has: the fields of a member's document, and so its kind."""

from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """A member as a document tells it."""

    fields: Document
    script: bool = field(default=True, kw_only=True)  # core/derive/snippet_code.py has its lines

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])
