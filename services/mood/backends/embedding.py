"""The `embedding` backend: MiniLM vectors, small trained heads, and the bilingual lexicon.

Korean is split by Kiwi and read twice: put into English words by the lexicon and a learned
dictionary it goes the same way as English, and a small network reads its morphemes as they stand.
Texts with no Hangul need neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from services.mood import english
from services.mood.backends import heads, korean_heads, memory
from services.mood.backends.cache import VectorCache
from services.mood.backends.encoder import Encoder
from services.mood.backends.korean import Korean, rendered
from services.mood.backends.korean_features import Features, features
from services.mood.backends.korean_reading import KoreanReading, Sensing
from services.mood.blending import Felt, blended
from services.mood.cleaning import readable_share
from services.mood.domain import LANGUAGES, Language, Model, NoteCode, Reading, Text, Vectors, Word
from services.mood.explaining import explained
from services.mood.keywords import keywords
from services.mood.language import detect, has_hangul
from services.mood.wording import Hit, Sense, Term, find_hits, make_sense

FOREIGN_UNDERSTOOD = 0.3
"""How far a text in neither language is understood, at most."""
SEEN_UNDERSTOOD = 0.6
"""How far Korean is understood by the network alone, where it learned every morpheme."""
LITTLE_UNDERSTOOD = 0.4
"""Below this share of known words (or with no word at all) a reading carries a note."""

Parts = tuple[Felt, Sense, float]
"""What the heads say of a text, what its words say, and how far it was understood."""


@dataclass(frozen=True, slots=True, eq=False)
class _Parsed:
    """A text after its words were looked up."""

    language: Language
    terms: tuple[Term, ...]
    sense: Sense
    understood_as: str
    understood: float
    morphemes: tuple[Features, ...]

    @property
    def rendered(self) -> bool:
        return bool(self.morphemes)

    @property
    def hits(self) -> tuple[Hit, ...]:
        return self.sense.hits


class EmbeddingReader:
    """Reads moods with MiniLM in process; not for several threads at a time.

    Holds the encoder (about 50 MB), Kiwi (about 210 MB) and at most `cache_entries` vectors.
    """

    def __init__(self, *, threads: int, cache_entries: int) -> None:
        self._threads = threads
        self._cache = VectorCache(cache_entries)
        self._heads = heads.load()

    @property
    def model(self) -> Model:
        """The backend's name and the version of its heads."""
        return Model("embedding", self._heads.version)

    def load(self) -> None:
        """Loads the encoder and Kiwi and answers once in both languages; some seconds."""
        memory.return_large()
        self._encoder = Encoder(threads=self._threads)
        self._korean = Korean(heads.load_dictionary())
        self._network = KoreanReading(*korean_heads.load())
        self.read([Text("a quiet, happy evening"), Text("조용하고 행복한 저녁")])
        memory.trim(self._korean.library)

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts in the order given; what could not be made out has low confidence."""
        parsed = [self._parse(text) for text in texts]
        (vectors, feelings), sensing = self._both(parsed), self._sense(parsed)
        felt = self._felt(vectors, feelings, sensing)
        search = self._network.search(vectors, sensing)
        return [
            self._reading(each, feeling, vector)
            for each, feeling, vector in zip(parsed, felt, search, strict=True)
        ]

    def embed(self, texts: Sequence[Text]) -> Vectors:
        """Embeds texts, shape (texts, 384), Korean between its rendering and the network's map."""
        parsed = [self._parse(text) for text in texts]
        return self._network.search(self._vectors(parsed), self._sense(parsed))

    def words(self, texts: Sequence[Text]) -> list[tuple[Word, ...]]:
        """The words of texts, tagged by rules in English and by Kiwi in Korean."""
        return [
            tuple(Word(term.text.lower(), term.language, term.names) for term in each.terms)
            for each in (self._parse(text) for text in texts)
        ]

    def feel(self, texts: Sequence[Text]) -> list[Felt]:
        """What the heads alone say, before the lexicon has its word; for evaluation."""
        parsed = [self._parse(text) for text in texts]
        return self._felt(*self._both(parsed), self._sense(parsed))

    def parts(self, texts: Sequence[Text]) -> list[Parts]:
        """What is blended into each reading; for choosing the blend."""
        parsed = [self._parse(text) for text in texts]
        felt = self._felt(*self._both(parsed), self._sense(parsed))
        return [(each, p.sense, p.understood) for each, p in zip(felt, parsed, strict=True)]

    def close(self) -> None:
        """Empties the cache; the models go with the object."""
        self._cache.clear()

    def _felt(self, vectors: Vectors, feelings: Vectors, sensing: Sensing) -> list[Felt]:
        return self._network.felt(self._heads.feel(vectors, feelings), vectors, sensing)

    def _both(self, parsed: Sequence[_Parsed]) -> tuple[Vectors, Vectors]:
        return self._cache.get_both([each.understood_as for each in parsed], self._encoder.feel)

    def _sense(self, parsed: Sequence[_Parsed]) -> Sensing:
        return self._network.sense([each.morphemes for each in parsed])

    def _vectors(self, parsed: Sequence[_Parsed]) -> Vectors:
        return self._cache.get([each.understood_as for each in parsed], self._encoder.encode)

    def _parse(self, text: Text) -> _Parsed:
        language = detect(text.content)
        if text.language in LANGUAGES:
            language = cast(Language, text.language)
        korean = has_hangul(text.content)
        tokens = self._korean.morphemes(text.content) if korean else []
        terms = self._korean.terms_of(tokens) if korean else english.terms(text.content)
        sense = make_sense(terms, find_hits(terms, self._korean.find if korean else english.find))
        words = rendered(terms, sense.hits) if korean else text.content
        morphemes = tuple(features(tokens))
        seen = self._network.seen(morphemes) if korean else None
        return _Parsed(
            language=language,
            terms=tuple(terms),
            sense=sense,
            understood_as=words or text.content,
            understood=_understood(language, sense, seen) * readable_share(text.content),
            morphemes=morphemes,
        )

    def _reading(self, parsed: _Parsed, felt: Felt, vector: Vectors) -> Reading:
        affect, moods = blended(felt, parsed.sense, self._heads.blend, understood=parsed.understood)
        little = parsed.understood < LITTLE_UNDERSTOOD
        return Reading(
            language=parsed.language,
            moods=moods,
            affect=affect,
            keywords=keywords(parsed.terms, parsed.hits),
            embedding=vector,
            understood_as=parsed.understood_as,
            notes=(NoteCode.LITTLE_UNDERSTOOD,) if little else (),
            comparative=parsed.sense.comparative,
            labels=felt.labels,
            reason=explained(parsed.terms, parsed.sense, moods, is_guess=little),
        )


def _understood(language: Language, sense: Sense, seen: float | None) -> float:
    """English is read whole by the encoder; Korean as far as its words or morphemes are known.

    `seen` is the share of morphemes that the network learned, None for a text without Hangul.
    """
    if language == "und":
        return max(
            FOREIGN_UNDERSTOOD * (0.5 + 0.5 * sense.coverage), FOREIGN_UNDERSTOOD * sense.evidence
        )
    if seen is None:
        return 1.0
    return max(float(np.sqrt(sense.coverage)), SEEN_UNDERSTOOD * seen)
