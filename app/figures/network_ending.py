"""The right end of the network's diagram, as wide as its stage affords."""

from __future__ import annotations

from dataclasses import dataclass, replace

NARROW = 520.0  # a stage of less is a phone's


@dataclass(frozen=True)
class Ending:
    """The right end of the stage: the loss, and before it the targets where there is room."""

    loss: float
    chip: float
    gap: float

    @classmethod
    def fitting(cls, width: float, outputs: int, classes: bool) -> Ending:
        """As wide as a stage of this width affords; on a narrow one, a single target stands above the loss.

        A class is a 0 or a 1; other targets have more digits.
        """
        if width >= 640:
            return cls(84.0, 36.0 if classes else 62.0, 22.0)
        if width >= NARROW:
            return cls(72.0, 28.0 if classes else 54.0, 16.0)
        return cls(60.0, 0.0, 0.0) if outputs == 1 else cls(54.0, 26.0, 8.0)

    @property
    def width(self) -> float:
        """Of the whole."""
        return self.loss + self.chip + self.gap

    @property
    def target_above(self) -> Ending:
        """With the one target above the loss, where it takes no room from the network."""
        return replace(self, chip=0.0, gap=0.0)

    @property
    def slim(self) -> Ending:
        """With as narrow a loss as still holds its number."""
        return replace(self, loss=min(self.loss, 50.0))
