"""Seeds, feedback, filters and variety, over the store in memory."""

import uuid

import pytest

from services.recommender.domain import (
    Evidence,
    Feedback,
    FeedbackKind,
    Filters,
    Keyword,
)
from services.recommender.tracks import Affect
from tests.unit.recommender.desk import Desk, many, mood_of
from tests.unit.recommender.songs import along, song, unit
from vts.identities import track_id


def test_seeds_give_songs_like_them_but_not_themselves() -> None:
    twin = song(98, title="Twin", text=along(384, 3), mood=mood_of("dreamy"))
    seed = song(99, title="Seed", text=along(384, 3), mood=mood_of("dreamy"))
    desk = Desk([*many(30), twin, seed])
    answer = desk.answer(seeds=(seed.track.id,))
    assert answer.tracks[0].track.title == "Twin"
    assert "Seed" not in [each.track.title for each in answer.tracks]
    assert answer.tracks[0].components[0].component == "seeds"
    assert answer.tracks[0].components[0].evidence == "Seed"


def test_an_unknown_seed_is_named_and_the_rest_served() -> None:
    desk = Desk(many(10))
    unknown = uuid.uuid4()
    answer = desk.answer(seeds=(unknown, track_id("made-up", "1")))
    assert [(note.code, note.subject) for note in answer.notices] == [
        ("UNKNOWN_TRACK", str(unknown))
    ]
    assert answer.tracks


def test_unknown_seeds_alone_give_no_match() -> None:
    answer = Desk(many(10)).answer(seeds=(uuid.uuid4(),))
    assert [note.code for note in answer.notices] == ["UNKNOWN_TRACK", "NO_MATCH"]
    assert answer.tracks == ()
    large = Desk(many(120), candidates_limit=100).answer(seeds=(uuid.uuid4(),))
    assert [note.code for note in large.notices] == ["UNKNOWN_TRACK", "NO_MATCH"]


def test_songs_like_a_disliked_one_fall_and_it_is_left_out() -> None:
    twins = [song(n, title=f"Twin {n}", text=along(384, 3), mood=mood_of("sad")) for n in (97, 98)]
    desk = Desk([*many(30), *twins])
    wish = Evidence(label="text", text=along(384, 3))
    assert desk.titles(wish)[0].startswith("Twin")
    after = desk.answer(wish, disliked=(twins[0].track.id,))
    scores = {each.track.title: each.score for each in after.tracks}
    assert "Twin 97" not in scores
    assert scores.get("Twin 98", 0) < 0.8 * desk.answer(wish).tracks[0].score


def test_what_a_listener_said_changes_their_next_answer_only() -> None:
    desk = Desk(many())
    evidence = Evidence(label="text", text=unit(384, 3))
    before = desk.titles(evidence, user_id="mina")
    first = desk.answer(evidence).tracks[0].track
    desk.feedback.record(Feedback("mina", first.id, FeedbackKind.DISLIKE))
    liked = track_id("made-up", "7")
    desk.feedback.record(Feedback("mina", liked, FeedbackKind.LIKE))
    after = desk.answer(evidence, user_id="mina")
    assert first.title not in [each.track.title for each in after.tracks]
    assert any(part.evidence == "likes" for part in after.tracks[0].components)
    assert desk.titles(evidence, user_id="jun") == before


def test_a_skipped_song_falls() -> None:
    desk = Desk(many())
    evidence = Evidence(label="text", text=unit(384, 3))
    first = desk.answer(evidence).tracks[0]
    desk.feedback.record(Feedback("mina", first.track.id, FeedbackKind.SKIP))
    scores = {e.track.id: e.score for e in desk.answer(evidence, user_id="mina", limit=60).tracks}
    assert scores[first.track.id] == pytest.approx(0.9 * first.score)


def test_each_filter_tells_what_it_left() -> None:
    desk = Desk(many(60))
    filters = Filters(languages=("ko",), year_from=2000, year_to=2009)
    answer = desk.answer(Evidence(label="text", text=unit(384, 3)), filters=filters)
    effects = [(each.filter, each.alone, each.remaining) for each in answer.filter_effects]
    assert effects == [("language=ko", 30, 30), ("year=2000..2009", 20, 10)]
    assert answer.catalogue_size == 60
    assert all(each.track.language == "ko" for each in answer.tracks)


@pytest.mark.parametrize(
    ("filters", "subject", "words"),
    [
        (Filters(languages=("fr",), genres=("rock",)), "language=fr", "without it there are 30"),
        (Filters(year_from=2050), "year=2050..", "without it there are 60"),
        (Filters(tags=("tag 1", "tag 2")), "tag=tag 1", "without it there are 1"),
        (Filters(languages=("fr",), sources=("b",)), "language=fr, source=b", "is not enough"),
    ],
)
def test_an_empty_answer_names_the_filter_responsible(
    filters: Filters, subject: str, words: str
) -> None:
    answer = Desk(many(60)).answer(Evidence(label="t", text=unit(384, 3)), filters=filters)
    (note,) = answer.notices
    assert answer.tracks == ()
    assert (note.code, note.subject) == ("FILTERED_OUT", subject)
    assert words in note.english
    assert note.korean


def test_an_empty_catalogue_says_so() -> None:
    answer = Desk([]).answer(Evidence(label="text", text=unit(384, 3)))
    assert [note.code for note in answer.notices] == ["CATALOGUE_EMPTY"]


def test_excluded_songs_do_not_appear() -> None:
    desk = Desk(many(10))
    evidence = Evidence(label="text", text=unit(384, 3))
    first = desk.answer(evidence).tracks[0].track
    answer = desk.answer(evidence, filters=Filters(excluded=frozenset({first.id})))
    assert first.id not in [each.track.id for each in answer.tracks]
    assert answer.filter_effects[0].filter == "excluded=1"


def test_the_same_wish_gives_the_same_answer() -> None:
    desk = Desk(many())
    evidence = Evidence(label="text", text=unit(384, 3))
    assert desk.titles(evidence) == desk.titles(evidence)
    assert desk.titles(evidence, random_seed=5) == desk.titles(evidence, random_seed=5)


def test_a_random_seed_varies_the_answer_but_not_the_scores() -> None:
    desk = Desk(many())
    evidence = Evidence(label="text", text=unit(384, 3))
    plain = {each.track.id: each.score for each in desk.answer(evidence, limit=60).tracks}
    varied = desk.answer(evidence, limit=60, random_seed=5).tracks
    assert [each.track.id for each in varied] != list(plain)
    assert {each.track.id: each.score for each in varied} == plain


def test_diversity_brings_in_other_music() -> None:
    copies = [
        song(n, text=along(384, 3, lean=n / 1000), mood=mood_of("sad")) for n in range(200, 210)
    ]
    others = [song(n, text=along(384, 3, lean=0.5)) for n in range(210, 214)]
    desk = Desk([*many(40), *copies, *others])
    evidence = Evidence(label="text", text=along(384, 3))
    same = {f"Song {n}" for n in range(200, 210)}
    plain = desk.titles(evidence, limit=8)
    varied = desk.titles(evidence, limit=8, diversity=0.7)
    assert len(same & set(varied)) < len(same & set(plain))


def test_a_large_catalogue_gives_the_same_best_songs_as_an_exact_ranking() -> None:
    songs = many(400)
    evidence = Evidence(
        label="text",
        text=songs[17].vectors.text,
        affect=Affect(0.2, 0.2),
        keywords=(Keyword("17"),),
    )
    exact = Desk(songs).titles(evidence, limit=5)
    bounded = Desk(songs, candidates_limit=120).titles(evidence, limit=5)
    assert len(set(exact) & set(bounded)) >= 4
    assert exact[0] == bounded[0] == "Song 17"


def test_songs_stored_again_are_ranked_as_they_now_are() -> None:
    desk = Desk([*many(20), song(99, text=along(384, 3))])
    evidence = Evidence(label="text", text=along(384, 3))
    assert desk.titles(evidence)[0] == "Song 99"
    desk.catalogue.upsert([song(99, text=along(384, 200))])
    assert desk.titles(evidence)[0] != "Song 99"
    desk.catalogue.delete([track_id("made-up", "99")])
    assert "Song 99" not in desk.titles(evidence, limit=100)
