"""What is acknowledged is on disk, whatever happens to the process or whoever else comes."""

import json
import re
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from services.recommender.backends import points
from services.recommender.backends.directory import SCHEMA_NAME
from services.recommender.backends.edge import EdgeStore
from services.recommender.backends.sqlite import SqliteFeedback
from services.recommender.domain import (
    Feedback,
    FeedbackKind,
    Filters,
    StoreError,
    StoreFullError,
    VectorQuery,
)
from tests.unit.recommender.songs import song, unit

ROOT = Path(__file__).parents[3]
STORED_BEFORE_KILL = 5

IMPORT = """
import sys
from itertools import count
from pathlib import Path
from services.recommender.backends.edge import EdgeStore
from services.recommender.backends.sqlite import SqliteFeedback
from services.recommender.domain import Feedback, FeedbackKind
from tests.unit.recommender.songs import drawn_stretches, song

store = EdgeStore(Path(sys.argv[1]))
log = SqliteFeedback(Path(sys.argv[1]), per_user=100000, in_all=100000)
for start in count(step=10):
    songs = [song(n, windows=drawn_stretches(n)) for n in range(start, start + 10)]
    store.upsert(songs)
    log.record(Feedback("mina", songs[0].track.id, FeedbackKind.LIKE))
    print(*(each.track.id for each in songs), flush=True)
"""


def killed_import(path: Path) -> set[uuid.UUID]:
    """Imports in another process, kills it with SIGKILL, and gives what it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'sdk'}", "OMP_NUM_THREADS": "1"},
    )
    assert process.stdout is not None
    with process, process.stdout as output:
        lines = [output.readline() for _ in range(STORED_BEFORE_KILL)]
        process.send_signal(signal.SIGKILL)
        lines += [line for line in output if line.endswith("\n")]
    return {uuid.UUID(word) for line in lines for word in line.split()}


def whole_windows(store: EdgeStore, held: set[uuid.UUID]) -> bool:
    """Whether there are four windows for every song, and each song is found by one."""
    hits = store.find_windows(unit(128, 1)[None], Filters(), len(held))
    return {hit.track_id for hit in hits} == held and store.summary().windows == 4 * len(held)


def test_no_acknowledged_song_or_feedback_is_lost_when_the_process_is_killed(
    tmp_path: Path,
) -> None:
    for _ in range(3):
        acknowledged = killed_import(tmp_path)
        assert len(acknowledged) >= 10 * STORED_BEFORE_KILL
        store = EdgeStore(tmp_path)
        log = SqliteFeedback(tmp_path, per_user=100_000, in_all=100_000)
        held = {each.track.id for batch in store.scan(100) for each in batch}
        (found,) = store.search([VectorQuery("text", unit(384, 1))], Filters(), len(held))
        assert acknowledged <= held
        assert set(found) == held
        assert whole_windows(store, held)
        assert len({each.track_id for each in log.of_user("mina")} & acknowledged) >= 5
        log.close()
        store.close()


def test_songs_are_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    first = EdgeStore(tmp_path)
    first.upsert([song(1)])
    first.close()
    second = EdgeStore(tmp_path)
    assert [each.track for each in second.get([song(1).track.id])] == [song(1).track]
    second.close()


def test_a_second_opener_is_told_who_holds_the_directory(tmp_path: Path) -> None:
    first = EdgeStore(tmp_path)
    with pytest.raises(StoreError, match=r"in use by another process \(pid \d+\)"):
        EdgeStore(tmp_path)
    first.close()
    EdgeStore(tmp_path).close()


def test_a_directory_of_a_newer_version_is_refused_with_advice(tmp_path: Path) -> None:
    newer = points.SCHEMA_VERSION + 1
    (tmp_path / SCHEMA_NAME).write_text(json.dumps({"schema": newer}))
    with pytest.raises(StoreError, match=r"newer version of VTS .* upgrade VTS"):
        EdgeStore(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", '{"schema": null}'])
def test_a_damaged_schema_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / SCHEMA_NAME).write_text(text)
    with pytest.raises(StoreError, match=re.escape(str(tmp_path / SCHEMA_NAME))):
        EdgeStore(tmp_path)


def test_a_half_made_store_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "edge.new" / "segments").mkdir(parents=True)
    store = EdgeStore(tmp_path)
    assert store.count(Filters()) == 0
    store.close()


def test_a_write_is_refused_before_it_begins_when_the_disk_is_nearly_full(tmp_path: Path) -> None:
    store = EdgeStore(tmp_path, min_free_bytes=1 << 60)
    with pytest.raises(StoreFullError, match="bytes left"):
        store.upsert([song(1)])
    assert store.count(Filters()) == 0
    store.close()


def test_a_damaged_feedback_file_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="feedback"):
        SqliteFeedback(tmp_path, per_user=1, in_all=1)


def test_the_oldest_feedback_of_all_goes_first(tmp_path: Path) -> None:
    log = SqliteFeedback(tmp_path, per_user=10, in_all=2)
    for user in ("first", "second", "third"):
        log.record(Feedback(user, song(1).track.id, FeedbackKind.LIKE))
    assert [len(log.of_user(user)) for user in ("first", "second", "third")] == [0, 1, 1]
    log.close()


def test_putting_the_store_in_order_is_done_when_due_and_loses_nothing(tmp_path: Path) -> None:
    store = EdgeStore(tmp_path)
    songs = [song(number) for number in range(1200)]
    store.upsert(songs[:900])
    assert not store.optimize()
    store.upsert(songs[900:])
    store.delete([each.track.id for each in songs[:1100]])
    store.optimize()
    assert not store.optimize()
    (found,) = store.search([VectorQuery("text", unit(384, 1))], Filters(), 200)
    assert set(found) == {each.track.id for each in songs[1100:]}
    store.close()
