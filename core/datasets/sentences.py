"""x = (index of word 1, …, index of word 8): short opinions of films as word indices, for an embedding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.datasets.base import CC0, Dataset, Samples, balanced, count_field, seed_field, test_fraction_field
from core.datasets.tables import FILES
from core.randomness import generator

LENGTH = 8  # words of the longest sentence
PADDING = "<pad>"


@lru_cache(maxsize=1)
def corpus() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """(label, words) of every sentence of the shipped file, in its order."""
    lines = (FILES / "sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    parts = [line.split("\t") for line in lines]
    return tuple((int(label), tuple(text.split())) for label, text in parts)


@lru_cache(maxsize=1)
def vocabulary() -> tuple[str, ...]:
    """The padding, then every word of the shipped sentences in alphabetical order."""
    return (PADDING, *sorted({word for _, words in corpus() for word in words}))


@dataclass(frozen=True)
class Sentences(Dataset):
    """x = word indices (N, 8) as floats, short sentences filled up with 0 (padding); y = 1 where the opinion is positive."""

    count: int = count_field(160, high=160)
    seed: int = seed_field()
    test_fraction: float = test_fraction_field()

    kind = "sentences"
    title = "Film opinions"
    help = (
        "Short opinions of films, bad or good, each as eight word numbers (0 fills up short sentences): data for an embedding "
        'layer and 1-D convolutions. "not" turns the word that follows into its opposite.'
    )
    latex = r"x = (i_1, \dots, i_8),\ i_t \in \{0, \dots, V - 1\}"
    task = "binary"
    source = "Written for Chainrule."
    licence = CC0
    raw_names = tuple(f"word {place}" for place in range(1, LENGTH + 1))
    labels = ("negative", "positive")

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Which word each index stands for; index 0 is the padding."""
        return vocabulary()

    def make(self) -> Samples:
        """x (N, 8) and y (N,): `count` sentences, the classes in balance, in the order of the file."""
        number = {word: index for index, word in enumerate(vocabulary())}
        texts = corpus()
        y = np.array([label for label, _ in texts])
        x = np.zeros((len(texts), LENGTH))
        for row, (_, words) in zip(x, texts, strict=True):
            row[: len(words)] = [number[word] for word in words]
        taken = balanced(y, self.count, generator(self.seed, "data"))
        return Samples(x[taken], y[taken])
