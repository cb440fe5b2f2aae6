"""A whole video is what its scenes are, each for as long as it lasts."""

from dataclasses import replace

import pytest

from services.captioner.domain import (
    Affect,
    Caption,
    Color,
    Description,
    Kind,
    Light,
    Model,
    Moment,
    Note,
    Scene,
    Sentence,
    Tag,
)
from services.captioner.summary import summed_up


def described(text: str, valence: float, *tags: tuple[str, float]) -> Description:
    return Description(
        caption=Caption(Sentence(text, text), 0.8),
        alternatives=(),
        tags=tuple(Tag(name, "", score, Kind.OBJECT) for name, score in tags),
        affect=Affect(valence, 0.5, 0.5),
        colors=(Color("#ff0000", "red", 1.0),),
        face_count=1,
        light=Light(0.5, 0.2, 0.3, 0.1),
        model=Model("fake", "1"),
    )


SHORT = Scene(0.0, 2.0, described("Short.", -1.0, ("dog", 0.9)))
LONG = Scene(2.0, 10.0, described("Long.", 1.0, ("cat", 0.6), ("dog", 0.3)))


def test_affect_is_weighted_by_how_long_scenes_last() -> None:
    assert summed_up([SHORT, LONG]).affect.valence == pytest.approx(0.6)


def test_the_longest_sure_scene_gives_the_caption() -> None:
    whole = summed_up([SHORT, LONG])
    assert whole.caption.sentence.en == "Long."
    assert [caption.sentence.en for caption in whole.alternatives] == ["Short."]


def test_a_scene_nobody_understood_gives_no_caption_if_another_was() -> None:
    vague = replace(LONG.description, notes=(Note.LITTLE_UNDERSTOOD,))
    whole = summed_up([SHORT, Scene(2.0, 10.0, vague)])
    assert whole.caption.sentence.en == "Short."
    assert whole.notes == ()


def test_tags_gather_over_scenes_but_never_pass_their_best() -> None:
    scores = {tag.name: tag.score for tag in summed_up([SHORT, LONG]).tags}
    assert scores["cat"] == pytest.approx(0.6)
    assert 0.3 < scores["dog"] <= 0.9


def test_black_scenes_count_only_if_there_is_nothing_else() -> None:
    black = replace(SHORT.description, notes=(Note.BLACK_FRAMES,))
    assert summed_up([Scene(0.0, 8.0, black), LONG]).affect.valence == pytest.approx(1.0)
    assert summed_up([Scene(0.0, 8.0, black)]).notes == (Note.BLACK_FRAMES,)


def test_colours_of_one_name_are_added() -> None:
    assert [(c.name, c.share) for c in summed_up([SHORT, LONG]).colors] == [("red", 1.0)]


def test_a_video_without_length_has_a_description() -> None:
    still = Scene(0.0, 0.0, SHORT.description)
    assert summed_up([still]).caption.sentence.en == "Short."


def test_what_many_short_scenes_show_counts_more_than_one_longer_scene() -> None:
    texts = ("A dog runs on the beach.", "A dog jumps on the beach.", "The dog runs by the beach.")
    dogs = [Scene(2.0 * at, 2.0 * at + 2, described(text, 0.0)) for at, text in enumerate(texts)]
    tower = Scene(6.0, 9.0, described("A tower.", 0.0))
    whole = summed_up([tower, *dogs])
    assert whole.caption.sentence.en == "A dog runs on the beach."
    assert "A tower." in [caption.sentence.en for caption in whole.alternatives]


def test_a_sure_caption_is_preferred_to_one_that_is_not() -> None:
    unsure = replace(LONG.description, caption=Caption(Sentence("Maybe.", "Maybe."), 0.1))
    assert summed_up([SHORT, Scene(2.0, 8.0, unsure)]).caption.sentence.en == "Short."


def test_a_sentence_that_says_something_is_preferred_to_a_surer_word() -> None:
    skier = Caption(Sentence("A skier jumps over a snowy hill.", "스키어"), 0.6)
    told = Scene(10.0, 18.0, replace(LONG.description, caption=skier))
    assert summed_up([LONG, told]).caption == skier


def test_captions_of_other_moments_are_alternatives_that_say_something_else() -> None:
    moments = (
        Moment(3.0, Caption(Sentence("Long.", "Long."), 0.8)),
        Moment(5.0, Caption(Sentence("Two boats.", "Two boats."), 0.7)),
        Moment(7.0, Caption(Sentence("The boats.", "The boats."), 0.6)),
    )
    whole = summed_up([replace(LONG, moments=moments)])
    said = [caption.sentence.en for caption in (whole.caption, *whole.alternatives)]
    assert said == ["Long.", "Two boats."]
