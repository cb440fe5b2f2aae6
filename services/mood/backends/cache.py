"""A bounded memory of vectors by the content of their texts."""

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from services.mood.domain import Vectors


class VectorCache:
    """Keeps the vectors used last, at most `entries` of them (1.5 KB each, and their texts)."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    def get(self, texts: Sequence[str], compute: Callable[[list[str]], Vectors]) -> Vectors:
        """The vectors of texts, in their order; computes the missing ones together, each once."""
        found = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, compute(missing), strict=True))
        for text in texts:
            self._vectors[text] = found[text]
            self._vectors.move_to_end(text)
        while len(self._vectors) > self._entries:
            self._vectors.popitem(last=False)
        return np.stack([found[text] for text in texts])

    def __len__(self) -> int:
        """How many vectors are held."""
        return len(self._vectors)

    def clear(self) -> None:
        """Forgets them all."""
        self._vectors.clear()
