"""Reasons are one sentence in each language, and claim only what scored."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from gateway.reasons import LEAST_SCORE, LEAST_SHARE, reason, reasons
from gateway.wording import Words
from vts.evidence.v1 import evidence_pb2
from vts.moods import MOODS
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import track_pb2

NAMES = {
    "photo": Words("your beach photo", "해변 사진"),
    "audio": Words("your sound", "들려주신 소리"),
    "video sound": Words("the sound of your video", "영상 속 소리"),
}
COMPONENTS = ("text", "mood", "affect", "audio", "tags", "seeds")
SIGNS = {
    "text": ("theme", "spirit"),
    "mood": ("calm and dreamy",),
    "affect": ("warm and gentle",),
    "audio": ("in sound",),
    "tags": ("tagged",),
    "seeds": ("much like",),
}


def scored(*components: tuple[str, str, float, float]) -> pb.ScoredTrack:
    """A song with components as (component, evidence, score, share)."""
    return pb.ScoredTrack(
        track=track_pb2.Track(
            title="Waves",
            tempo_bpm=92,
            key="A minor",
            affect=evidence_pb2.Affect(valence=0.5, arousal=-0.6, confidence=1),
        ),
        components=[
            pb.ComponentScore(component=name, evidence=label, score=score, share=share)
            for name, label, score, share in components
        ],
        matched_tags=[
            evidence_pb2.Keyword(text="sunset", language="en"),
            evidence_pb2.Keyword(text="waves", language="en"),
            evidence_pb2.Keyword(text="노을", language="ko"),
        ],
        shared_moods=[
            evidence_pb2.MoodScore(mood="calm", score=0.8),
            evidence_pb2.MoodScore(mood="dreamy", score=0.6),
        ],
    )


def told(*components: tuple[str, str, float, float], rank: int = 0) -> tuple[str, str]:
    sentence = reason(scored(*components), NAMES, rank)
    return sentence.en, sentence.ko


def test_moods_and_tags_make_a_sentence() -> None:
    english, korean = told(("mood", "photo", 0.9, 0.6), ("tags", "photo", 0.8, 0.4))
    assert english == "Calm and dreamy like your beach photo; tagged “sunset” and “waves”."
    assert korean == "해변 사진처럼 차분하고 몽환적이며, ‘노을’ 태그가 붙어 있습니다."


def test_the_sentence_begins_with_what_weighs_most() -> None:
    english, korean = told(("audio", "audio", 0.9, 0.7), ("mood", "photo", 0.9, 0.3))
    assert english == (
        "Similar in sound to your sound (92 BPM in A minor); calm and dreamy like your beach photo."
    )
    assert korean == (
        "92 BPM, A단조의 곡으로, 들려주신 소리와 음색이 닮았고, "
        "해변 사진처럼 차분하고 몽환적인 곡입니다."
    )


def test_an_input_is_named_once() -> None:
    english, korean = told(("text", "photo", 0.9, 0.7), ("mood", "photo", 0.9, 0.3))
    assert english == "Close in theme to your beach photo, just as calm and dreamy."
    assert korean == "해변 사진과 주제가 통하고, 똑같이 차분하고 몽환적인 곡입니다."


def test_likeness_in_sound_says_sound_once() -> None:
    for rank in range(3):
        english, korean = told(("audio", "video sound", 0.9, 1.0), rank=rank)
        assert english.lower().count("sound") == 1
        assert "your video" in english
        assert "영상 속 소리와 음색이" in korean


def test_a_seed_is_named_by_its_title_and_likes_as_such() -> None:
    assert told(("seeds", "봄날", 0.9, 1.0)) == (
        "Much like “봄날”: calm and dreamy.",
        "‘봄날’과 비슷하게 차분하고 몽환적인 곡입니다.",
    )
    assert told(("seeds", "likes", 0.9, 1.0)) == (
        "Much like what you liked before: calm and dreamy.",
        "전에 좋아하신 곡과 비슷하게 차분하고 몽환적인 곡입니다.",
    )


def test_a_place_on_the_plane_is_not_told_again_after_its_moods() -> None:
    english, _ = told(("mood", "photo", 0.9, 0.5), ("affect", "photo", 0.9, 0.5))
    assert english == "Calm and dreamy like your beach photo."


def test_moods_are_told_once_beside_a_seed() -> None:
    mood, seed = ("mood", "photo", 0.9, 0.5), ("seeds", "Song", 0.9, 0.4)
    assert told(mood, seed)[0] == "Calm and dreamy like your beach photo; much like “Song”."
    assert told(seed, ("mood", "photo", 0.9, 0.3))[0] == "Much like “Song”: calm and dreamy."


def test_wording_varies_from_song_to_song() -> None:
    sentences = {told(("mood", "photo", 0.9, 1.0), rank=rank) for rank in range(4)}
    assert len(sentences) == 4


def test_a_song_without_any_likeness_is_not_praised() -> None:
    english, korean = told(("mood", "photo", 0.5, 1.0))
    assert english == "Among the closest that the catalogue has."
    assert korean == "목록에서 그나마 가까운 곡입니다."


parts = st.tuples(
    st.sampled_from(COMPONENTS),
    st.sampled_from(["photo", "audio", "Song"]),
    st.floats(0, 1),
    st.floats(0, 1),
)


@given(st.lists(parts, max_size=8), st.integers(0, 9))
def test_nothing_is_claimed_that_did_not_score(
    components: list[tuple[str, str, float, float]], rank: int
) -> None:
    english, korean = told(*components, rank=rank)
    earned = {
        name
        for name, _, score, share in components
        if score >= LEAST_SCORE and share >= LEAST_SHARE
    }
    if "seeds" in earned:
        earned.add("mood")  # in what two songs are alike is told by the moods that both have
    for name, signs in SIGNS.items():
        if name not in earned:
            assert not any(sign in english.lower() for sign in signs)
    assert english.endswith(".")
    assert korean.endswith("다.")
    assert english.count(";") <= 2


def test_every_pair_of_moods_can_be_told() -> None:
    for first, second in product(MOODS, MOODS):
        song = scored(("mood", "photo", 0.9, 0.6), ("text", "photo", 0.9, 0.4))
        del song.shared_moods[:]
        song.shared_moods.extend(evidence_pb2.MoodScore(mood=mood) for mood in (first, second))
        sentence = reason(song, NAMES, 0)
        assert sentence.en.lower().startswith(f"{first} and {second}")
        assert "주제도 맞닿아 있습니다" in sentence.ko


def test_a_tag_matched_in_one_language_is_named_in_both() -> None:
    song = scored(("tags", "photo", 0.9, 1.0))
    song.track.tags_en.extend(["ocean", "summer"])
    song.track.tags_ko.extend(["바다", "여름"])
    del song.matched_tags[:]
    song.matched_tags.append(evidence_pb2.Keyword(text="바다", language="ko"))
    sentence = reason(song, NAMES, 0)
    assert sentence.en == "Tagged “ocean”."
    assert sentence.ko == "‘바다’ 태그가 붙어 있습니다."


def test_no_two_songs_of_a_playlist_have_the_same_reason() -> None:
    songs = [scored(("text", "photo", 0.9, 0.7), ("mood", "photo", 0.9, 0.3)) for _ in range(10)]
    told = reasons(songs, NAMES)
    assert len({sentence.en for sentence in told}) == 10
    assert len({sentence.ko for sentence in told}) == 10


def test_a_sentence_begins_with_what_sets_its_song_apart() -> None:
    plain = scored(("text", "photo", 0.9, 0.6), ("mood", "photo", 0.9, 0.4))
    tagged = scored(("text", "photo", 0.9, 0.6), ("tags", "photo", 0.9, 0.4))
    told = reasons([plain, plain, tagged], NAMES)
    assert told[2].en.startswith("Tagged “sunset” and “waves”; ")
    assert not told[0].en.startswith("Tagged")


def test_an_input_is_not_given_moods_that_only_another_has() -> None:
    names = {"photo": Words("your beach photo", "해변 사진", moods=("dreamy",))}
    sentence = reason(scored(("mood", "photo", 0.9, 1.0)), names, 0)
    assert sentence.en == "Dreamy like your beach photo."


def test_a_change_that_was_asked_for_is_answered_as_one() -> None:
    names = NAMES | {"text": Words("calmer and brighter", "더 차분하고 밝은", "change")}
    sentence = reason(scored(("affect", "text", 0.9, 1.0)), names, 0)
    assert sentence.en == "Calmer and brighter as you asked."
    assert sentence.ko == "원하신 대로 더 차분하고 밝은 곡입니다."


def test_a_distant_place_on_the_plane_is_not_called_alike() -> None:
    assert told(("affect", "photo", 0.7, 1.0))[0] == "Among the closest that the catalogue has."


def test_a_tag_that_says_another_again_is_left_out() -> None:
    song = scored(("tags", "photo", 0.9, 1.0))
    del song.matched_tags[:]
    for text in ("morning", "early morning", "coffee"):
        song.matched_tags.append(evidence_pb2.Keyword(text=text, language="en"))
    assert reason(song, NAMES, 0).en == "Tagged “morning” and “coffee”."
