"""Captions say what is sure, agree with themselves in both languages, and else say less."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.captioner.choosing import chosen
from services.captioner.domain import Caption, Color, Kind, Light, Tag
from services.captioner.lexicon import lexicon
from services.captioner.sentences import composed

PLAIN = Light(brightness=0.5, contrast=0.2, colorfulness=0.2, warmth=0.0)
COLORS = (Color("#14145a", "dark blue", 0.6), Color("#000000", "black", 0.4))
EVERY_TAG = sorted(
    {*lexicon().subjects, *lexicon().actions, *lexicon().things, *lexicon().places}
    | set(lexicon().looks)
)


def captions(**scores: float) -> list[Caption]:
    return captions_in(PLAIN, scores)


def captions_in(light: Light, scores: dict[str, float]) -> list[Caption]:
    tags = [Tag(name.replace("_", " "), "", score, Kind.OBJECT) for name, score in scores.items()]
    return composed(tags, light, COLORS)


def said(**scores: float) -> tuple[str, str]:
    sentence = captions(**scores)[0].sentence
    return sentence.en, sentence.ko


@pytest.mark.parametrize(
    ("scores", "english", "korean"),
    [
        (
            {"dog": 0.9, "run": 0.8, "grass": 0.7},
            "A dog runs on grass.",
            "잔디 위에서 개가 달리고 있습니다.",
        ),
        ({"dog": 0.9, "snow": 0.7}, "A dog in the snow.", "눈밭에 개가 있습니다."),
        ({"dog": 0.9, "two": 0.8, "run": 0.7}, "Two dogs run.", "개 두 마리가 달리고 있습니다."),
        ({"boy": 0.8, "three": 0.7}, "Three boys.", "소년 세 명이 보입니다."),
        (
            {"man": 0.8, "ride": 0.7, "bike": 0.9, "street": 0.6},
            "A man rides a bike on a street.",
            "거리에서 남자가 자전거를 타고 달리고 있습니다.",
        ),
        (
            {"man": 0.8, "woman": 0.7, "dance": 0.6},
            "A man and a woman dance.",
            "남자와 여자가 춤추고 있습니다.",
        ),
        ({"dog": 0.9, "man": 0.7}, "A man and a dog.", "남자와 개가 보입니다."),
        ({"crowd": 0.8, "stage": 0.7}, "A crowd on a stage.", "무대 위에 군중이 있습니다."),
        ({"people": 0.8, "walk": 0.7}, "A few people walk.", "사람들이 걷고 있습니다."),
        ({"guitar": 0.7}, "A person with a guitar.", "사람이 기타를 들고 있습니다."),
        ({"table": 0.6, "man": 0.6}, "A man at a table.", "테이블 앞에 남자가 있습니다."),
        (
            {"player": 0.8, "basketball": 0.9},
            "A player in a basketball game.",
            "선수가 농구 경기를 하고 있습니다.",
        ),
        ({"coffee": 0.9}, "A cup of coffee.", "커피가 보입니다."),
        ({"boat": 0.8, "lake": 0.7}, "A boat by a lake.", "호숫가에 배가 보입니다."),
        ({"beach": 0.8, "sunset": 0.9}, "A beach at sunset.", "노을 아래에 해변이 보입니다."),
        ({"sky": 0.8, "cloudy_sky": 0.9}, "The sky.", "하늘이 보입니다."),
        (
            {},
            "Mostly dark blue and black.",
            "짙은 파란색과 검은색이 대부분인 화면입니다.",
        ),
    ],
)
def test_a_caption_in_both_languages(scores: dict[str, float], english: str, korean: str) -> None:
    assert said(**scores) == (english, korean)


def test_what_is_unsure_is_left_out() -> None:
    assert said(dog=0.9, run=0.49, grass=0.3)[0] == "A dog."


def test_the_surest_of_words_for_one_person_is_said_alone() -> None:
    assert said(boy=0.7, child=0.65, person=0.3)[0] == "A boy."


def test_when_it_is_open_who_it_is_it_is_a_person() -> None:
    assert said(man=0.45, boy=0.45, child=0.4, beach=0.8)[0] == "A person on a beach."
    assert said(group=0.45, crowd=0.45, people=0.4)[0] == "People."


def test_a_hint_of_people_is_not_enough_to_say_so() -> None:
    assert said(man=0.35, boy=0.35, beach=0.8)[0] == "A beach."


def test_two_are_not_counted_when_one_may_be_the_owner() -> None:
    assert said(dog=0.9, two=0.9, man=0.4)[0] == "A dog."


def test_a_narrower_place_is_said_before_a_broad_one() -> None:
    assert said(water=0.95, pool=0.6)[0] == "A pool."
    assert said(water=0.95, pool=0.4)[0] == "Water."


def test_a_place_that_everyday_photos_never_named_must_be_surer() -> None:
    assert said(library=0.7)[0].startswith("Mostly")
    assert said(library=0.8)[0] == "A library."


def test_animals_do_nothing_that_only_people_do() -> None:
    assert said(dog=0.9, read=0.9, hat=0.9)[0] == "A dog."


def test_nobody_rides_nothing() -> None:
    assert said(man=0.9, ride=0.9)[0] == "A man."


@pytest.mark.parametrize(
    ("light", "remark"),
    [
        (Light(0.8, 0.2, 0.2, 0.0), " in bright light"),
        (Light(0.1, 0.2, 0.2, 0.0), " in dim light"),
        (Light(0.5, 0.2, 0.0, 0.0), ", shown in black and white"),
        (Light(0.5, 0.2, 0.5, 0.9), ", shown in warm colours"),
        (Light(0.5, 0.2, 0.5, -0.9), ", shown in cool colours"),
    ],
)
def test_remarkable_light_is_remarked_on(light: Light, remark: str) -> None:
    assert captions_in(light, {"dog": 0.9})[0].sentence.en == f"A dog{remark}."


def test_confidence_is_that_of_everything_said() -> None:
    first = captions(dog=0.9, run=0.8)[0]
    assert first.confidence == pytest.approx(0.72)


def test_alternatives_say_less_and_never_the_same() -> None:
    sentences = [c.sentence.en for c in captions(dog=0.9, run=0.8, ball=0.7, grass=0.7)]
    assert sentences == [
        "A dog runs with a ball on grass.",
        "A dog runs on grass.",
        "A dog on grass.",
        "Grass.",
    ]


@given(st.dictionaries(st.sampled_from(EVERY_TAG), st.floats(0.0, 1.0), max_size=12))
def test_whatever_is_seen_the_caption_is_a_sentence_of_sure_words(scores: dict[str, float]) -> None:
    found = captions(**scores)
    assert 1 <= len(found) <= 4
    for caption in found:
        assert re.fullmatch(r"[A-Z][a-z, ']*\.", caption.sentence.en)
        assert re.fullmatch(r"[가-힣, ]+\.", caption.sentence.ko)
        assert "  " not in caption.sentence.en + caption.sentence.ko
        assert 0.0 <= caption.confidence <= 1.0
    assert all(scores[tag] >= 0.5 for tag in chosen(scores, lexicon()).tags())
