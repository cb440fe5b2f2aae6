"""What the real reader makes of what people say."""

from collections.abc import Iterator

import numpy as np
import pytest

from services.mood.backends.embedding import EmbeddingReader
from services.mood.domain import NoteCode, Reading, Text
from vts.moods import MOODS


@pytest.fixture(scope="module")
def reader() -> Iterator[EmbeddingReader]:
    made = EmbeddingReader(threads=1, cache_entries=64)
    made.load()
    yield made
    made.close()


def read(reader: EmbeddingReader, text: str) -> Reading:
    return reader.read([Text(text)])[0]


def top(reading: Reading) -> str:
    return MOODS[int(np.argmax(reading.moods))]


@pytest.mark.parametrize(
    ("text", "moods", "valence", "arousal"),
    [
        ("rainy drive home, a bit sad", {"sad"}, -1, -1),
        ("something to pump me up at the gym", {"energizing"}, 1, 1),
        ("조용한 밤에 듣기 좋은 잔잔한 노래", {"calm"}, 1, -1),
        ("신나는 여름 드라이브", {"energizing", "joyful"}, 1, 1),
        ("헤어진 다음 날 혼자 우는 밤", {"sad"}, -1, -1),
        ("music for a haunted house", {"scary", "tense"}, -1, 1),
        ("I cannot stop crying since she left", {"sad"}, -1, 0),
        ("웅장한 영화 음악", {"triumphant"}, 1, 1),
    ],
)
def test_wishes_are_understood(
    reader: EmbeddingReader, text: str, moods: set[str], valence: int, arousal: int
) -> None:
    reading = read(reader, text)
    assert top(reading) in moods
    assert reading.affect.valence * valence >= 0
    assert reading.affect.arousal * arousal >= 0
    assert reading.affect.confidence > 0.5
    assert reading.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "The table is made of wood.",
        "The meeting is in room 12.",
        "A man in a blue shirt stands near a wall.",
    ],
)
def test_a_neutral_sentence_is_not_given_a_feeling(reader: EmbeddingReader, text: str) -> None:
    reading = read(reader, text)
    assert reading.affect.confidence < 0.45
    assert max(reading.moods) - min(reading.moods) < 0.2
    assert abs(reading.affect.valence) < 0.35


@pytest.mark.parametrize("text", ["but calmer", "더 차분하게", "좀 더 잔잔한 걸로"])
def test_calmer_is_a_step_down(reader: EmbeddingReader, text: str) -> None:
    reading = read(reader, text)
    assert reading.comparative
    assert reading.affect.arousal < -0.2


@pytest.mark.parametrize("text", ["less sad", "덜 슬픈", "덜 슬픈 노래로"])
def test_less_sad_is_a_step_up(reader: EmbeddingReader, text: str) -> None:
    reading = read(reader, text)
    assert reading.comparative
    assert reading.affect.valence > 0.2
    assert reading.mood("sad") < 0.15


def test_not_too_exciting_is_not_exciting(reader: EmbeddingReader) -> None:
    reading = read(reader, "너무 신나지 않은")
    assert reading.mood("energizing") < 0.2
    assert not reading.comparative
    assert reading.affect.arousal < 0.2


def test_korean_says_what_it_was_understood_as(reader: EmbeddingReader) -> None:
    reading = read(reader, "비 오는 날 카페에서 듣는 재즈")
    assert reading.language == "ko"
    for word in ("rain", "cafe", "jazz"):
        assert word in reading.understood_as
    assert {"비", "카페", "재즈"} & {word.text for word in reading.keywords}


def test_every_reading_says_why_in_both_languages(reader: EmbeddingReader) -> None:
    told = read(reader, "쓸쓸하지 않은 밤").reason
    assert told is not None
    assert "“쓸쓸하다” is denied" in told.en
    assert "‘쓸쓸하다’는 아니라고 하므로" in told.ko
    assert read(reader, "calmer").reason is not None
    assert read(reader, "que tal amigo").reason is None


def test_english_is_understood_as_it_is(reader: EmbeddingReader) -> None:
    assert read(reader, "Rain, again.").understood_as == "Rain, again."


def test_both_languages_in_one_text(reader: EmbeddingReader) -> None:
    reading = read(reader, "lo-fi 틀어줘 for 공부")
    assert "lo" in reading.understood_as
    assert "study" in reading.understood_as
    assert top(reading) == "calm"


@pytest.mark.parametrize(
    "text", ["je suis très triste ce soir", "грустная песня", "静かな夜", "😐"]
)
def test_what_is_in_no_known_language_is_a_guess(reader: EmbeddingReader, text: str) -> None:
    reading = read(reader, text)
    assert reading.language == "und"
    assert reading.affect.confidence <= 0.3
    assert NoteCode.LITTLE_UNDERSTOOD in reading.notes


def test_korean_words_that_nobody_knows_are_a_guess(reader: EmbeddingReader) -> None:
    reading = read(reader, "꿹뷁 쇍뀳 뽥")
    assert reading.affect.confidence < 0.3
    assert NoteCode.LITTLE_UNDERSTOOD in reading.notes


def test_emoji_say_something_but_not_much(reader: EmbeddingReader) -> None:
    reading = read(reader, "😢")
    assert reading.affect.valence < 0
    assert reading.affect.confidence <= 0.3


def test_the_named_language_is_kept(reader: EmbeddingReader) -> None:
    assert reader.read([Text("120 bpm", "ko")])[0].language == "ko"


def test_wishes_in_two_languages_lie_near_each_other(reader: EmbeddingReader) -> None:
    sea, meer, gym = reader.embed(
        [Text("walking by the sea in summer"), Text("여름 바다 산책"), Text("heavy metal workout")]
    )
    assert sea @ meer > sea @ gym + 0.2
