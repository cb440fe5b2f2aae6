"""A bounded memory of vectors by the content of their texts."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b

import numpy as np

from services.mood.domain import Vectors

_KEY_BYTES = 16


class VectorCache:
    """Keeps the vectors used last, of at most `entries` texts (3 KB each, however long they are).

    A text has its search vector and, once it was asked for, its feeling vector.
    """

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._kept: OrderedDict[bytes, tuple[Vectors, ...]] = OrderedDict()

    def get(self, texts: Sequence[str], compute: Callable[[list[str]], Vectors]) -> Vectors:
        """The search vectors of texts, in their order; computes the missing ones, each once."""
        (vectors,) = self._get(texts, lambda missing: (compute(missing),), 1)
        return vectors

    def get_both(
        self, texts: Sequence[str], compute: Callable[[list[str]], tuple[Vectors, Vectors]]
    ) -> tuple[Vectors, Vectors]:
        """The search and the feeling vectors of texts; computes both of those that lack one."""
        vectors, feelings = self._get(texts, compute, 2)
        return vectors, feelings

    def __len__(self) -> int:
        """How many texts have vectors here."""
        return len(self._kept)

    def clear(self) -> None:
        """Forgets them all."""
        self._kept.clear()

    def _get(
        self,
        texts: Sequence[str],
        compute: Callable[[list[str]], tuple[Vectors, ...]],
        kinds: int,
    ) -> list[Vectors]:
        keys = [_key(text) for text in texts]
        found = {key: self._kept[key] for key in keys if len(self._kept.get(key, ())) >= kinds}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            computed = zip(*compute(list(missing.values())), strict=True)
            # Copies: a row would keep all the rows computed with it.
            rows = (tuple(row.copy() for row in rows) for rows in computed)
            found.update(zip(missing, rows, strict=True))
        for key in keys:
            self._kept[key] = found[key]
            self._kept.move_to_end(key)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)
        return [np.stack([found[key][kind] for key in keys]) for kind in range(kinds)]


def _key(text: str) -> bytes:
    """The content's digest, so that what is kept does not grow with the texts."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()
