"""What every reader of moods does, whichever model is behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from servicekit import checkpoints
from services.mood.backends.bert.reader import BertReader
from services.mood.backends.embedding import EmbeddingReader
from services.mood.backends.fake import FakeReader
from services.mood.domain import LANGUAGES, MAX_KEYWORDS, MoodReader, Text
from tests.unit.mood.classifiers_made import tiny_classifier
from tests.unit.mood.llm_readers import ReaderWithEndpoint
from vts.moods import MOOD_DIMENSIONS, TEXT_DIMENSIONS


def embedding_reader(_: Path) -> MoodReader:
    return EmbeddingReader(threads=1, cache_entries=8)


def bert_reader(folder: Path) -> MoodReader:
    checkpoint = checkpoints.found(str(tiny_classifier(folder)), "VTS_MOOD_MODEL")
    return BertReader(embedding_reader(folder), checkpoint, device="cpu", threads=1)


MAKERS: dict[str, Callable[[Path], MoodReader]] = {
    "embedding": embedding_reader,
    "bert": bert_reader,
    "llm": lambda folder: ReaderWithEndpoint(embedding_reader(folder)),
    "fake": lambda _: FakeReader(),
}

TEXTS = [
    "rainy drive home, a bit sad",
    "조용한 밤에 듣기 좋은 잔잔한 노래",
    "but calmer",
    "lo-fi 음악 틀어줘 please",
    "je suis très triste",
    "грустная песня",
    "😢",
    "!!!",
    "7",
    "\u0000\ufffd",
    "word " * 400,
    "가" * 2000,
]


@pytest.fixture(params=MAKERS, scope="module")
def reader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MoodReader]:
    made = MAKERS[request.param](tmp_path_factory.mktemp(request.param))
    made.load()
    yield made
    made.close()


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_is_said_gets_a_reading_in_range(reader: MoodReader, text: str) -> None:
    (reading,) = reader.read([Text(text)])
    assert len(reading.moods) == MOOD_DIMENSIONS
    assert all(0 <= score <= 1 for score in reading.moods)
    assert -1 <= reading.affect.valence <= 1
    assert -1 <= reading.affect.arousal <= 1
    assert 0 <= reading.affect.confidence <= 1
    assert reading.language in {*LANGUAGES, "und"}
    assert reading.understood_as
    assert len(reading.keywords) <= MAX_KEYWORDS
    assert all(0 < word.weight <= 1 for word in reading.keywords)
    assert reading.embedding.shape == (TEXT_DIMENSIONS,)
    assert np.linalg.norm(reading.embedding) == pytest.approx(1.0, abs=1e-5)


def test_readings_come_in_the_order_of_the_texts(reader: MoodReader) -> None:
    together = reader.read([Text(text) for text in TEXTS[:3]])
    alone = [reader.read([Text(text)])[0] for text in TEXTS[:3]]
    for one, other in zip(together, alone, strict=True):
        assert one.moods == pytest.approx(other.moods, abs=1e-4)
        assert one.embedding == pytest.approx(other.embedding, abs=1e-4)


def test_reading_twice_gives_the_same(reader: MoodReader) -> None:
    first, second = (reader.read([Text(TEXTS[0])])[0] for _ in range(2))
    assert first.moods == second.moods
    assert first.keywords == second.keywords


def test_embedding_gives_the_vectors_of_the_readings(reader: MoodReader) -> None:
    texts = [Text(text) for text in TEXTS[:4]]
    vectors = reader.embed(texts)
    assert vectors.shape == (4, TEXT_DIMENSIONS)
    for vector, reading in zip(vectors, reader.read(texts), strict=True):
        assert vector == pytest.approx(reading.embedding, abs=1e-4)


def test_the_words_of_texts_come_in_their_order(reader: MoodReader) -> None:
    texts = [Text(text) for text in TEXTS]
    together = reader.words(texts)
    assert len(together) == len(texts)
    assert together[0] == reader.words(texts[:1])[0]
    assert [word.text for word in together[0]][:2] == ["rainy", "drive"]
    assert all(word.text and word.language in LANGUAGES for words in together for word in words)


def test_some_words_are_names(reader: MoodReader) -> None:
    (words,) = reader.words([Text("brown horses beside quiet rivers")])
    assert {"brown", "horses", "quiet", "rivers"} <= {word.text for word in words if word.names}


def test_the_model_has_a_name_and_a_version(reader: MoodReader) -> None:
    assert reader.model.name
    assert reader.model.version
