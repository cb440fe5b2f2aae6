"""Groups told apart in memory: by sound, by feeling, and as songs come and go."""

import uuid

import numpy as np
import pytest

from services.recommender.groups import NOWHERE, Order, Rules, feeling_of, groups_of
from services.recommender.membership import Membership
from services.recommender.tracks import Affect
from tests.unit.recommender.desk import Desk
from tests.unit.recommender.flocks import MOODS_OF_FLOCKS, flock_song, flocks, middle, stand_in
from tests.unit.recommender.songs import song
from vts.moods import AUDIO_DIMENSIONS, MOODS

COUNT = len(MOODS_OF_FLOCKS)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return stand_in().rules


def test_a_sound_belongs_to_the_nearest_centre(rules: Rules) -> None:
    sounds = np.stack([middle(flock) for flock in range(COUNT)])
    assert rules.by_sound(sounds).tolist() == list(range(COUNT))


def test_a_song_without_sound_goes_where_songs_feel_like_it(rules: Rules) -> None:
    quiet = [flock_song(500 + flock, flock, sound=False) for flock in range(COUNT)]
    assert groups_of(quiet, rules) == [(flock, False) for flock in range(COUNT)]


def test_moods_alone_or_a_place_on_the_plane_alone_are_enough(rules: Rules) -> None:
    moods = np.full(len(MOODS), 0.1, np.float32)
    moods[MOODS.index("sad")] = 0.9
    (by_moods,) = groups_of([song(1, mood=moods, affect=None)], rules)
    placed = song(2, moods=(), mood=np.zeros(0, np.float32), affect=Affect(0.0, 0.9, 1.0))
    (by_place,) = groups_of([placed], rules)
    assert MOODS_OF_FLOCKS[by_moods[0]] == "sad"
    assert MOODS_OF_FLOCKS[by_place[0]] == "energizing"


def test_a_song_of_which_nothing_is_known_is_in_no_group(rules: Rules) -> None:
    unknown = song(1, moods=(), mood=np.zeros(0, np.float32), affect=None)
    assert np.isnan(feeling_of(unknown)).all()
    assert groups_of([unknown, flock_song(7, 3)], rules) == [(NOWHERE, False), (3, True)]


def test_songs_are_counted_once_wherever_they_move() -> None:
    membership = Membership(stand_in())
    songs = flocks(24, quiet=6)
    membership.learn(songs)
    membership.learn(songs)
    assert membership.counts() == [(4, 3)] * COUNT
    moved = flock_song(0, 5)
    membership.learn([moved])
    assert membership.counts()[0] == (3, 2)
    assert membership.counts()[5] == (5, 4)
    membership.forget([each.track.id for each in songs])
    assert membership.counts() == [(0, 0)] * COUNT


def test_members_of_several_groups_are_told_and_of_unknown_ones_none() -> None:
    membership = Membership(stand_in())
    membership.learn(flocks(12))
    one, two = membership.members(["1"]), membership.members(["2"])
    assert len(one) == len(two) == 2
    assert membership.members(["1", "2", "99", "x"]) == one | two
    assert membership.members(["99"]) == frozenset()


def test_without_groups_no_song_has_one() -> None:
    membership = Membership(None)
    membership.learn(flocks(6))
    assert membership.members(["1"]) == frozenset()
    assert membership.group_of(uuid.uuid4()) == NOWHERE


def test_the_catalogue_keeps_groups_up_to_date() -> None:
    catalogue = Desk(flocks(18)).catalogue
    catalogue.regroup(stand_in())
    assert [tracks for tracks, _ in catalogue.membership.counts()] == [3] * COUNT
    catalogue.upsert([flock_song(100, 2)])
    catalogue.delete([flock_song(0, 0).track.id])
    assert [tracks for tracks, _ in catalogue.membership.counts()] == [2, 3, 4, 3, 3, 3]


def test_scores_of_groups_sum_to_one_likeliest_first() -> None:
    scores = stand_in().scores(middle(4))
    assert scores[0][0] == "5"
    assert sum(share for _, share in scores) == pytest.approx(1, abs=1e-5)
    assert [share for _, share in scores] == sorted((s for _, s in scores), reverse=True)


def test_sounds_and_rules_have_the_same_length(rules: Rules) -> None:
    assert rules.places(middle(0)[None]).shape == (1, AUDIO_DIMENSIONS)
    assert Order(10, 1) == Order(groups=10, seed=1)
