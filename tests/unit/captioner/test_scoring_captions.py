"""What captions are measured by: their words, what they claim, and answers that look at nothing."""

import numpy as np
import pytest

from services.captioner.backends.beams import Written
from services.captioner.backends.confidence import FEATURES, Seen, evidence, probability
from services.captioner.backends.fake import FakeCaptioner
from services.captioner.domain import Caption, Pixels, Sentence, Sight
from training.captioner import captions
from training.captioner.corpora import Captioned
from training.captioner.lessons import divided
from training.captioner.scoring import claims, confirmed, content_words, scores
from training.captioner.wording import END, PAD, RARE, START, Wording, words_of

PEOPLE = ["A black dog runs on grass .", "The dog runs .", "A puppy playing", "Dog", "A big animal"]


def test_words_are_read_without_marks_and_capitals() -> None:
    assert words_of("A man 's T-shirt , red .") == ["a", "man's", "t-shirt", "red"]


def test_sentences_come_back_as_they_were_but_for_rare_words() -> None:
    wording = Wording.learned(["a dog runs", "a dog sits", "a cat"], least=2)
    numbers = wording.numbers(["a dog sits", "a"])
    assert wording.words[4:] == ("a", "dog")
    assert numbers.tolist()[0][:1] + numbers.tolist()[0][-2:] == [START, RARE, END]
    assert numbers.tolist()[1][2:] == [END, PAD, PAD]
    assert wording.sentence(numbers[1][1:]) == "a"


def test_the_words_people_use_score_highest() -> None:
    people = [PEOPLE, ["a man climbs a rock", "man on rock"]]
    right = scores(["a black dog runs on grass", "a man climbs a rock"], people)
    wrong = scores(["a man climbs a rock", "a black dog runs on grass"], people)
    assert right["bleu_4"] == pytest.approx(1.0, abs=1e-6)
    assert all(right[name] > wrong[name] for name in right)


def test_content_words_are_right_if_one_says_them_and_wanted_if_two_do() -> None:
    measured = content_words(["a puppy on a beach"], [PEOPLE])
    assert measured["content_precision"] == 0.5
    assert measured["content_recall"] == 0.5


def test_clothes_and_their_colours_are_not_claimed() -> None:
    assert claims("a man in a red shirt walks a black dog") == {"man", "walk", "black", "dog"}


@pytest.mark.parametrize(
    ("sentence", "share"),
    [
        ("a dog is running", 1.0),
        ("a dog in a red shirt", 1.0),
        ("a dog runs on a beach", 2 / 3),
        ("a cat", 0.0),
        ("something else", 0.0),
    ],
)
def test_a_sentence_is_confirmed_as_far_as_its_claims_are_said(sentence: str, share: float) -> None:
    assert confirmed(sentence, PEOPLE) == pytest.approx(share)


def test_someone_may_be_anyone() -> None:
    assert confirmed("a man sits", ["a person sitting"]) == 1.0
    assert confirmed("people sit", ["two girls sitting"]) == 1.0
    assert confirmed("a man sits", ["a woman sitting"]) == 0.5


def test_confidence_is_a_probability_for_any_evidence() -> None:
    line = Written((5, 6), (-0.1, -2.0, -0.4))
    features = evidence(line, [line, line], ["dog", "unheard"], Seen({"dog": 0.0}, {"sky": 0.7}))
    assert len(features) == FEATURES
    assert features[4] == pytest.approx(0.5)
    assert features[10] == 0.7
    for weights in (np.full(FEATURES, each) for each in (1e6, -1e6, 0.0)):
        assert 0.0 <= probability(weights.tolist(), features) <= 1.0


def test_what_is_held_of_fewer_photos_is_held_of_more() -> None:
    taught, few = divided(100, 10, seed=0)
    _, many = divided(100, 30, seed=0)
    assert set(few.tolist()) <= set(many.tolist())
    assert sorted([*taught.tolist(), *few.tolist()]) == list(range(100))


class Constant(FakeCaptioner):
    """Says the same of every picture."""

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        sight = await super().look(picture, prompt)
        return Sight(sight.tags, sight.affect, (Caption(Sentence("A dog runs.", "개."), 0.5),))


def test_any_captioner_can_be_measured() -> None:
    pixels = np.zeros((9, 8, 8, 3), dtype=np.uint8)
    photos = Captioned(pixels, (("a dog runs over the wide green grass today",) * 5,) * 9)
    said = captions.sentences_of(Constant(), pixels)
    assert said == ["A dog runs."] * 9
    assert captions.sentences_of(FakeCaptioner(), pixels) == [""] * 9
    rows = {row.name: row for row in captions.rows(said, photos, photos)}
    assert rows["content_precision"].model == 1.0
    assert rows["bleu_1"].constant == pytest.approx(1.0)
