"""The steps by which groups are built: reduced, divided, named, and learnt."""

import re
import uuid
from typing import Any

import numpy as np
import pytest
import xgboost

from services.recommender.backends.groups import clustering, learning, naming, reducing
from services.recommender.backends.groups.building import build
from services.recommender.backends.groups.material import Material
from services.recommender.domain import Keyword
from services.recommender.groups import FEELING_DIMENSIONS, Order, Trial
from tests.unit.recommender.flocks import flocks
from vts.moods import MOODS

SOUNDS = np.stack([s.vectors.audio for s in flocks(90) if s.vectors.audio is not None])
LABELS = np.arange(90) % 6
HANGUL = re.compile("[가-힣]")


def felt(mood: str, arousal: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    row = np.zeros(FEELING_DIMENSIONS, np.float32)
    row[MOODS.index(mood)], row[-1] = 2.0, arousal
    return row


def test_flocks_become_groups_and_the_same_seed_gives_the_same() -> None:
    places = reducing.fit_space(SOUNDS).places(SOUNDS)
    centres, inertia = clustering.centres_of(places, 6, seed=3)
    labels = clustering.nearest(places, centres)
    assert len({(int(a), int(b)) for a, b in zip(labels, LABELS, strict=True)}) == 6
    again, same = clustering.centres_of(places, 6, seed=3)
    assert inertia == same
    assert np.array_equal(centres, again)


def test_trials_find_the_number_of_flocks() -> None:
    places = reducing.fit_space(SOUNDS).places(SOUNDS)
    heard: list[float] = []
    tried = clustering.trials(places, 1, heard.append)
    assert [trial.groups for trial in tried] == list(range(2, 21))
    assert clustering.elbow(tried) == 6
    assert max(tried, key=lambda trial: trial.silhouette).groups == 6
    assert heard[-1] == 1


def test_the_elbow_lies_furthest_below_the_line() -> None:
    bent = [Trial(2, 100, 0), Trial(3, 40, 0), Trial(4, 10, 0), Trial(5, 8, 0), Trial(6, 7, 0)]
    assert clustering.elbow(bent) == 4
    assert clustering.elbow(bent[:2]) == 2
    assert clustering.elbow([Trial(at, 0, 0) for at in (2, 3, 4)]) == 2


@pytest.mark.parametrize("count", [4, 40])
def test_a_map_keeps_flocks_together_within_its_bounds(count: int) -> None:
    places = reducing.fit_space(SOUNDS[:count]).places(SOUNDS[:count])
    points = reducing.lay_out(places, seed=1)
    assert points.shape == (count, 2)
    assert np.abs(points).max() == pytest.approx(1)
    if count == 40:
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        own = LABELS[:count, None] == LABELS[None, :count]
        assert apart[own].mean() < 0.5 * apart[~own].mean()


def test_songs_beyond_the_sample_lie_among_their_nearest() -> None:
    known = np.array([[0, 0], [0, 1], [0, 2], [9, 9]], np.float32)
    points = np.array([[-1, 0], [-1, 0.3], [-1, 0.6], [1, 1]], np.float32)
    (place,) = reducing.among(known, points, np.array([[0, 1.1]], np.float32))
    assert place == pytest.approx([-1, 0.3], abs=1e-6)


def test_numpy_tells_what_the_libraries_tell() -> None:
    trees = learning.trees(SOUNDS, LABELS, 6, seed=1)
    model = xgboost.XGBClassifier(n_estimators=learning.ROUNDS, **_parameters(trees_seed=1))
    model.fit(SOUNDS, LABELS)
    assert trees.scores(SOUNDS) == pytest.approx(model.predict_proba(SOUNDS), abs=1e-5)
    network = learning.network(SOUNDS, LABELS, 6, seed=1)
    assert network.scores(SOUNDS).sum(axis=1) == pytest.approx(np.ones(90), abs=1e-5)
    assert (network.scores(SOUNDS).argmax(axis=1) == LABELS).mean() > 0.95


def _parameters(trees_seed: int) -> dict[str, Any]:
    return {
        "max_depth": 4,
        "learning_rate": 0.15,
        "subsample": 0.8,
        "colsample_bytree": 0.5,
        "random_state": trees_seed,
        "n_jobs": 1,
    }


@pytest.mark.parametrize("labels", [LABELS[:12] % 2, np.where(LABELS[:12] % 3, 5, 2)])
def test_two_groups_and_groups_with_gaps_are_learnt_too(labels: Any) -> None:
    sounds = SOUNDS[:12]
    for fit in (learning.network, learning.trees):
        scores = fit(sounds, labels, 6, seed=1).scores(sounds)
        assert scores.shape == (12, 6)
        assert scores.sum(axis=1) == pytest.approx(np.ones(12), abs=1e-5)
        assert set(scores.argmax(axis=1)) <= set(labels)


@pytest.mark.parametrize("learner", [learning.network, learning.trees])
def test_where_only_one_group_is_left_to_learn_from_it_is_told(learner: Any) -> None:
    model = learner(SOUNDS[:9], np.full(9, 1), 2, 0)
    assert model.scores(SOUNDS[:2]) == pytest.approx(np.array([[0, 1], [0, 1]]))


def test_a_group_of_one_song_can_be_held_out() -> None:
    learnt = learning.learn(SOUNDS[:12], (np.arange(12) == 5).astype(np.int32), 2, seed=0)
    assert learnt.held_out == 12
    assert learnt.majority_accuracy == pytest.approx(11 / 12)


def test_sounds_that_are_all_one_have_one_place_on_the_map() -> None:
    assert not reducing.lay_out(np.ones((9, 6), np.float32), seed=1).any()


def test_there_are_no_more_groups_than_sounds_that_differ() -> None:
    sounds = np.repeat(SOUNDS[:2], 4, axis=0)
    facts = [
        {"id": str(uuid.UUID(int=n)), "title": "", "artists": "", "tempo": 0, "en": [], "ko": []}
        for n in range(len(sounds))
    ]
    feelings = np.random.default_rng(0).random((len(sounds), FEELING_DIMENSIONS), np.float32)
    material = Material(np.ones(len(sounds), bool), sounds, feelings, facts)
    built = build(material, Order(groups=4, seed=0), 1, lambda *_: None)
    assert [group.tracks for group in built.groups] == [4, 4]
    assert all(np.isfinite(group.audio).all() for group in built.groups)
    assert len(built.scores(sounds[0])) == 2


def test_every_song_is_held_out_once_and_never_learnt_then() -> None:
    parts = learning.folds(33, seed=1)
    assert sorted(at for _, held in parts for at in held) == list(range(33))
    assert all(not set(learnt) & set(held) for learnt, held in parts)
    assert learning.folds(learning.LEAST_SONGS - 1, seed=1) == []


def test_titles_are_equals_in_both_languages_and_never_the_same() -> None:
    titles = naming.titles()
    assert len({title.english for title in titles}) == len({t.korean for t in titles}) == 78
    assert all(HANGUL.search(title.korean) for title in titles)
    assert not any(HANGUL.search(title.english) for title in titles)
    assert {title.mood for title in titles} == set(MOODS)
    places = [title.historical for title in titles if title.historical is not None]
    assert sorted(places) == list(range(10))


def test_groups_are_named_by_their_moods_and_liveliness() -> None:
    rows = np.stack([felt("sad", -1.5), felt("energizing", 1.5), felt("calm", -1.5)])
    chosen = naming.chosen_titles(rows, np.array([-1.0, 1.0, np.nan], np.float32))
    kinds = [(title.mood, title.energy) for title in chosen]
    assert kinds == [("sad", "low"), ("energizing", "high"), ("calm", "low")]


def test_fifty_groups_that_are_all_alike_have_fifty_names() -> None:
    chosen = naming.chosen_titles(np.stack([felt("joyful", 0.0)] * 50), np.zeros(50, np.float32))
    assert len({title.korean for title in chosen}) == 50


def test_groups_of_which_no_feeling_is_known_are_named_all_the_same() -> None:
    unknown = np.full((3, FEELING_DIMENSIONS), np.nan, np.float32)
    assert len(set(naming.chosen_titles(unknown, np.full(3, np.nan, np.float32)))) == 3


FACTS = [
    {"en": ["piano", "music"], "ko": ["피아노", "음악"]},
    {"en": ["Piano", "music"], "ko": ["피아노", "음악"]},
    {"en": ["guitar", "music"], "ko": ["음악"]},
    {"en": ["guitar", "music"], "ko": ["음악"]},
    {"en": ["music"], "ko": ["음악"]},
]


def test_tags_are_those_that_others_have_less_often() -> None:
    first, second = naming.tags_of(FACTS, np.array([0, 0, 1, 1, -1]), 2)
    assert [(tag.text, tag.weight, tag.language) for tag in first] == [
        ("piano", 1.0, "en"),
        ("피아노", 1.0, "ko"),
    ]
    assert [tag.text for tag in second] == ["guitar"]


def test_a_telling_tag_joins_the_name_if_it_has_a_korean_equal() -> None:
    titles = naming.titles()[:2]
    tags = [[Keyword("piano", 1.0, "en")], [Keyword("guitar", 1.0, "en")]]
    names = naming.names_of(titles, tags, FACTS)
    assert names[0] == (f"{titles[0].english} · piano", f"{titles[0].korean} · 피아노")
    assert names[1] == (titles[1].english, titles[1].korean)
