"""How answers are weighed and decided on, without any model."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mood.backends.llm.agents import Agent, agents
from services.mood.backends.llm.answers import Answer, parsed
from services.mood.backends.llm.deciding import Vote, decided, decided_by, sound
from services.mood.backends.llm.failures import Cause, LlmError
from services.mood.backends.llm.reasons import harmless, reason
from services.mood.backends.llm.soundness import LEAST, soundness
from services.mood.language import has_hangul
from tests.unit.mood.scripted_endpoint import CALM, ENERGIZING, SAD, answer
from vts.moods import MOODS

TEXT = "Rainy drive home,  a bit sad. 비가 와서 쓸쓸해"
BITTERSWEET = {"moods": {"joyful": 0.8, "sad": 0.8}, "valence": 0.1, "arousal": 0.0}
FLAT = {"moods": {}, "valence": 0.0, "arousal": 0.0}


def made(quote: str = "rainy drive", feeling: dict[str, Any] = SAD, **changes: Any) -> Answer:
    return Answer.model_validate(answer(quote, feeling, **changes))


def votes(*feelings: dict[str, Any], soundnesses: tuple[float, ...] = ()) -> list[Vote]:
    weights = soundnesses or (1.0,) * len(feelings)
    return [Vote(made(feeling=each), own) for each, own in zip(feelings, weights, strict=True)]


@pytest.mark.parametrize(
    ("given_answer", "expected"),
    [
        (made(), 1.0),
        (made("RAINY  DRIVE"), 1.0),
        (made("쓸쓸해"), 1.0),
        (made("sunny"), 0.0),
        (made(quotes=["rainy drive", "sunny"]), 0.5),
        (made(reason_en="It is so.", reason_ko="그렇습니다."), 0.4),
        (made(valence=0.8, arousal=0.5), 0.0),
        (made(reason_en='"rainy drive" is joyful'), 0.5),
        (made(reason_en='"rainy drive" is sad, not joyful'), 1.0),
        (made(feeling=BITTERSWEET), 0.5),
        (made(feeling=BITTERSWEET, quotes=["rainy drive", "a bit sad"]), 1.0),
        (made(feeling=FLAT, confidence=0.1), 1.0),
        (made(feeling=FLAT, confidence=0.9), 0.5),
        (made(feeling={**FLAT, "valence": -0.9}, confidence=0.1), 0.5),
    ],
)
def test_a_reason_is_as_sound_as_it_stands_in_the_text_and_agrees_with_itself(
    given_answer: Answer, expected: float
) -> None:
    assert soundness(given_answer, TEXT) == pytest.approx(expected)


@pytest.mark.parametrize("count", [1, 2])
def test_three_of_five_decide_whatever_the_others_claim(count: int) -> None:
    others = (ENERGIZING,) * count
    decision = decided(votes(*(SAD,) * (5 - count), *others))
    assert decision is not None
    assert decision.moods[MOODS.index("sad")] == 0.8
    assert decision.moods[MOODS.index("energizing")] == 0.0
    assert (decision.valence, decision.arousal) == (-0.6, -0.4)
    assert decision.confidence == pytest.approx(0.8 * (5 - count) / 5)
    assert decision.spokesman.score("sad") == 0.8


def test_soundness_never_outweighs_a_majority() -> None:
    decision = decided(votes(*[SAD] * 3, *[ENERGIZING] * 2, soundnesses=(LEAST,) * 3 + (1.0,) * 2))
    assert decision is not None
    assert decision.valence == -0.6


def test_between_halves_the_sounder_one_decides() -> None:
    halves = votes(SAD, SAD, CALM, CALM, soundnesses=(0.5, 0.5, 1.0, 1.0))
    decision = decided(halves)
    assert decision is not None
    assert decision.valence == 0.5


def test_halves_as_sound_as_each_other_are_left_to_a_judge() -> None:
    halves = votes(SAD, SAD, CALM, CALM)
    assert decided(halves) is None
    decision = decided_by(halves[3], halves)
    assert decision is not None
    assert decision.valence == 0.5


def test_a_judge_cannot_raise_a_lone_voice() -> None:
    apart = votes(SAD, ENERGIZING, CALM)
    assert decided(apart) is None
    assert decided_by(apart[1], apart) is None


def test_a_majority_of_unsound_answers_decides_nothing() -> None:
    with pytest.raises(LlmError) as caught:
        sound(votes(*[SAD] * 5, soundnesses=(1.0, 1.0, 0.1, 0.1, 0.1)), 5)
    assert caught.value.cause is Cause.UNSOUND


FEELINGS = st.fixed_dictionaries(
    {
        "moods": st.dictionaries(st.sampled_from(MOODS), st.floats(0, 1), max_size=5),
        "valence": st.floats(-1, 1),
        "arousal": st.floats(-1, 1),
    }
)


@given(
    st.lists(FEELINGS, min_size=1, max_size=2), st.lists(st.floats(0.3, 1), min_size=5, max_size=5)
)
def test_no_minority_can_move_what_a_majority_says(
    rebels: list[dict[str, Any]], soundnesses: list[float]
) -> None:
    feelings = [SAD] * (5 - len(rebels)) + rebels
    decision = decided(votes(*feelings, soundnesses=tuple(soundnesses)))
    assert decision is not None
    assert decision.valence == -0.6
    assert decision.moods[MOODS.index("sad")] == 0.8


@pytest.mark.parametrize("agent", agents(), ids=lambda agent: agent.name)
def test_every_agents_examples_are_as_sound_as_can_be_and_in_both_languages(agent: Agent) -> None:
    assert len(agent.examples) >= 4
    assert {has_hangul(example.text) for example in agent.examples} == {True, False}
    for example in agent.examples:
        assert soundness(example.answer, example.text) == 1.0
        said = reason(example.answer, example.text)
        assert (said.en, said.ko) == (example.answer.reason_en, example.answer.reason_ko)
        assert parsed(example.answer.model_dump_json()) == example.answer


def test_the_agents_know_every_mood_and_share_no_example() -> None:
    examples = [example for agent in agents() for example in agent.examples]
    shown = {claim.mood for example in examples for claim in example.answer.moods}
    assert shown == set(MOODS)
    assert len({example.text for example in examples}) == len(examples)
    assert any(not example.answer.moods for example in examples)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("calm <b>now</b>", "calm now"),
        ("calm <script>alert(1)</script>", "calm alert(1)"),
        ("see https://evil.example/x?y now", "see now"),
        ("see evil.example/x and www.evil.kr", "see and"),
        ("mail me@evil.example", "mail"),
        ("[calm](javascript:x) `code` **bold**", "calm (javascript:x) code bold"),
        ("call +82 10-1234-5678", "call"),
        ("calm\x00\u202e\u200b night", "calm night"),
        ("&lt;img&gt; calm", "img calm"),
        ("a 7 km run at 23:10", "a 7 km run at 23:10"),
        ("a" * 7 + " b" * 300, "a" * 7 + " b" * 96 + "…"),
    ],
)
def test_a_reason_is_made_harmless(said: str, left: str) -> None:
    assert harmless(said) == left


@pytest.mark.parametrize(
    ("changes", "english", "korean"),
    [
        ({}, 'The words "rainy" say so.', '"rainy"라는 말에서 느껴집니다.'),
        ({"reason_ko": 'All "rainy".'}, 'The words "rainy" say so.', "“rainy”: 슬픈 느낌입니다."),
        ({"reason_en": "sonne"}, "“rainy” sounds sad.", '"rainy"라는 말에서 느껴집니다.'),
        ({"reason_en": "rainy 그래서"}, "“rainy” sounds sad.", '"rainy"라는 말에서 느껴집니다.'),
    ],
)
def test_a_reason_that_cites_nothing_or_mixes_languages_is_put_in_our_words(
    changes: dict[str, Any], english: str, korean: str
) -> None:
    told = reason(made("rainy", **changes), TEXT)
    assert (told.en, told.ko) == (english, korean)
