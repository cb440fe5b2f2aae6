"""Puts English captions into Korean: by grammar and glossary, or not at all.

The grammar is that of the captions of Flickr8k and COCO: someone, doing something, somewhere, in
some clothes. What it cannot read whole it does not guess at.
"""

from functools import lru_cache
from itertools import islice

from services.captioner.translation.glossary import glossary
from services.captioner.translation.naming import Untranslatable
from services.captioner.translation.parsing import Reader
from services.captioner.translation.telling import Teller
from services.captioner.translation.tokens import Tokens, tokens_of

_MAX_TRIED = 40
"""Most readings of one caption that are tried before it counts as not understood."""


@lru_cache(maxsize=1024)
def in_korean(english: str) -> str | None:
    """The caption in Korean, or None where a word or a turn of it is not known for sure."""
    words = glossary()
    teller = Teller(words)
    reader = Reader(Tokens(tokens_of(english), words))
    for clause in islice(reader.caption(), _MAX_TRIED):
        try:
            return f"{teller.sentence(clause)}."
        except Untranslatable:
            continue
    return None
