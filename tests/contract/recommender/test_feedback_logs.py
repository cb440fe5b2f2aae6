"""What every log of feedback does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.recommender.backends.fake import FakeFeedback
from services.recommender.backends.sqlite import SqliteFeedback
from services.recommender.domain import Feedback, FeedbackKind
from services.recommender.ports import FeedbackLog
from vts.identities import track_id

MAKERS: dict[str, Callable[[Path], FeedbackLog]] = {
    "sqlite": lambda path: SqliteFeedback(path, per_user=3, in_all=5),
    "fake": lambda _: FakeFeedback(per_user=3),
}


@pytest.fixture(params=MAKERS)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FeedbackLog]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


def entry(number: int, kind: FeedbackKind, user: str = "mina") -> Feedback:
    return Feedback(user, track_id("made-up", str(number)), kind, "playlist-1")


def test_a_users_feedback_comes_back_newest_first(log: FeedbackLog) -> None:
    first, second = entry(1, FeedbackKind.LIKE), entry(2, FeedbackKind.SKIP)
    log.record(first)
    log.record(second)
    assert log.of_user("mina") == [second, first]


def test_feedback_of_others_is_not_mixed_in(log: FeedbackLog) -> None:
    log.record(entry(1, FeedbackKind.LIKE, user="jun"))
    assert log.of_user("mina") == []


def test_the_later_of_like_and_dislike_stands(log: FeedbackLog) -> None:
    log.record(entry(1, FeedbackKind.LIKE))
    log.record(entry(1, FeedbackKind.USED))
    log.record(entry(1, FeedbackKind.DISLIKE))
    assert [each.kind for each in log.of_user("mina")] == [FeedbackKind.DISLIKE, FeedbackKind.USED]


def test_saying_it_twice_is_saying_it_once(log: FeedbackLog) -> None:
    log.record(entry(1, FeedbackKind.LIKE))
    log.record(entry(1, FeedbackKind.LIKE))
    assert len(log.of_user("mina")) == 1


def test_only_the_newest_entries_of_a_user_are_kept(log: FeedbackLog) -> None:
    for number in range(5):
        log.record(entry(number, FeedbackKind.LIKE))
    kept = [each.track_id for each in log.of_user("mina")]
    assert kept == [track_id("made-up", str(number)) for number in (4, 3, 2)]
