"""What the real reader makes of Korean, alone and mixed with English."""

from collections.abc import Iterator

import numpy as np
import pytest

from services.mood.backends.embedding import EmbeddingReader
from services.mood.domain import NoteCode, Reading, Text
from vts.moods.taxonomies import labels


@pytest.fixture(scope="module")
def reader() -> Iterator[EmbeddingReader]:
    made = EmbeddingReader(threads=1, cache_entries=64)
    made.load()
    yield made
    made.close()


def read(reader: EmbeddingReader, text: str) -> Reading:
    return reader.read([Text(text)])[0]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("사장님이 너무 친절하시고 음식도 정말 맛있어요", 1),
        ("이게 돈 받고 팔 물건이냐 진짜 어이가 없네", -1),
        ("덕분에 큰 힘이 됐습니다 고맙습니다", 1),
        ("정부는 대체 뭐하는 거냐 한심하다", -1),
        ("아기가 웃는 거 보니까 너무 귀엽다 ㅋㅋ", 1),
        ("범인은 꼭 처벌받아야 합니다. 용서할 수 없어요", -1),
        ("너무 힘들어서 다 그만두고 싶어요 ㅠㅠ", -1),
        ("드디어 합격했다!!! 축하해줘", 1),
    ],
)
def test_comments_are_read_with_the_right_sign(
    reader: EmbeddingReader, text: str, sign: int
) -> None:
    assert read(reader, text).affect.valence * sign > 0.05


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("my day was 최악", -1),
        ("my day was 최고", 1),
        ("오늘 회의 was terrible", -1),
        ("오늘 회의 was wonderful", 1),
        ("나 지금 너무 sad 해", -1),
        ("I am so 행복해 today", 1),
        ("the song is 슬퍼서 I cried", -1),
    ],
)
def test_both_halves_of_a_mixed_sentence_count(
    reader: EmbeddingReader, text: str, sign: int
) -> None:
    assert read(reader, text).affect.valence * sign > 0.05


def test_korean_is_told_in_the_vocabularies_it_was_learned_from(reader: EmbeddingReader) -> None:
    reading = read(reader, "정말 감사합니다 너무 감동이에요")
    assert set(reading.labels["goemotions"]) == set(labels("goemotions"))
    assert set(reading.labels["kote"]) == set(labels("kote"))
    assert reading.labels["goemotions"]["gratitude"] > 0.3
    kote = reading.labels["kote"]
    assert {"고마움", "감동/감탄"} <= set(sorted(kote, key=lambda name: -kote[name])[:6])


def test_a_sentence_lies_near_its_translation(reader: EmbeddingReader) -> None:
    pairs = {
        "비가 오는 밤에 혼자 창밖을 보고 있다": "I am alone at the window on a rainy night",
        "친구들과 바다에 놀러 가서 너무 신났다": "I had so much fun at the beach with my friends",
        "시험을 망쳐서 엄마한테 혼났다": "I failed the exam and my mother scolded me",
        "고양이가 소파에서 자고 있다": "The cat is sleeping on the sofa",
        "이 회사는 고객을 무시하는 것 같다": "This company seems to ignore its customers",
    }
    korean = reader.embed([Text(text) for text in pairs])
    english = reader.embed([Text(text) for text in pairs.values()])
    assert (korean @ english.T).argmax(axis=1).tolist() == list(range(len(pairs)))
    np.testing.assert_allclose(np.linalg.norm(korean, axis=1), 1.0, atol=1e-4)


def test_slang_that_no_dictionary_has_is_read_by_the_network(reader: EmbeddingReader) -> None:
    assert read(reader, "넘 조아 💕").affect.valence > 0.05


@pytest.mark.parametrize("text", ["쀍뛟 궭쮋 뷁뷃 꿻", "ㅁㄴㅇㄻ ㅂㅈㄷㄱ ㅋㅌㅊㅍ"])
def test_what_cannot_be_understood_is_said_to_be_so(reader: EmbeddingReader, text: str) -> None:
    reading = read(reader, text)
    assert reading.affect.confidence < 0.35
    assert NoteCode.LITTLE_UNDERSTOOD in reading.notes


def test_letters_taken_apart_read_the_same(reader: EmbeddingReader) -> None:
    apart = "\u1109\u1173\u11af\u1111\u1173\u11ab \u1102\u1169\u1105\u1162"  # 슬픈 노래
    whole, taken = read(reader, "슬픈 노래"), read(reader, apart)
    assert taken.affect.valence == pytest.approx(whole.affect.valence, abs=1e-4)
    assert taken.language == "ko"
