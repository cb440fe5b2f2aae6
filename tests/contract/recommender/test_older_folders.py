"""Folders of older versions are opened: no song is lost, and what must be measured anew is said."""

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import qdrant_edge as qdrant

from services.recommender.backends.directory import SCHEMA_NAME
from services.recommender.backends.edge import EdgeStore
from services.recommender.domain import Filters, StoreError, StoreFullError
from services.recommender.tracks import StoredTrack, dimensions
from tests.unit.recommender.songs import drawn_stretches, song, unit

ROOT = Path(__file__).parents[3]
OLD_SIZES = {"text": 384, "mood": 13, "affect": 2, "audio": 64}
VERSIONS = {"text": "1", "audio": "vts-2 2", "content": "abc"}


def old_payload(stored: StoredTrack) -> dict[str, Any]:
    """The payload as the first schema had it, as far as it is read."""
    track = stored.track
    values = {name: getattr(track, name) for name in track.__slots__ if name != "sound_id"}
    del values["sound_digest"]
    affect = track.affect
    values["affect"] = affect and {
        "valence": affect.valence,
        "arousal": affect.arousal,
        "confidence": affect.confidence,
    }
    return {"track": values, "by": {"has": ["audio_vector"], "source": track.source}}


def write_old(path: Path, songs: Sequence[StoredTrack]) -> None:
    """Writes a folder as the first schema was."""
    distances = {"affect": qdrant.Distance.Euclid}
    config = qdrant.EdgeConfig(
        vectors={
            name: qdrant.EdgeVectorParams(
                size=size, distance=distances.get(name, qdrant.Distance.Cosine)
            )
            for name, size in OLD_SIZES.items()
        }
    )
    (path / SCHEMA_NAME).write_text('{"schema": 1}')
    shard = qdrant.EdgeShard.create(str(path / "edge"), config)
    shard.update(qdrant.UpdateOperation.upsert_points([old_point(each) for each in songs]))
    shard.flush()
    shard.close()


def old_point(stored: StoredTrack) -> Any:
    vectors = {name: stored.vector(name) for name in OLD_SIZES}  # type: ignore[arg-type]
    known = {name: vector.tolist() for name, vector in vectors.items() if vector is not None}
    return qdrant.Point(stored.track.id, known, old_payload(stored))


def old_songs(count: int) -> list[StoredTrack]:
    """Songs of which every second has sound."""
    return [
        song(n, audio=unit(64, n) if n % 2 else None, has_sound=True, model_versions=VERSIONS)
        for n in range(count)
    ]


def test_no_song_of_an_older_folder_is_lost(tmp_path: Path) -> None:
    given = old_songs(600)
    write_old(tmp_path, given)
    store = EdgeStore(tmp_path, dimensions=dimensions(128))
    held = store.get([each.track.id for each in given])
    assert [each.track.title for each in held] == [each.track.title for each in given]
    assert held[3].vectors.text == pytest.approx(given[3].vectors.text, abs=1e-6)
    assert held[3].track.affect == given[3].track.affect
    assert store.count(Filters(languages=("ko",), tags=("rainy night",))) == 300
    store.close()
    assert not (tmp_path / "edge").exists()


def test_sounds_measured_by_another_analysis_are_dropped_and_wait_to_be_measured(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = old_songs(10)
    write_old(tmp_path, given)
    with caplog.at_level(logging.WARNING):
        store = EdgeStore(tmp_path, dimensions=dimensions(128))
    silent, heard = store.get([given[0].track.id, given[1].track.id])
    assert (silent.track.model_versions, silent.vectors.audio) == (VERSIONS, None)
    assert (heard.track.model_versions, heard.vectors.audio) == ({"text": "1"}, None)
    assert "10 songs, none lost; import the 5 again" in caplog.text
    assert (store.summary().with_audio_vector, store.summary().windows) == (0, 0)
    assert json.loads((tmp_path / SCHEMA_NAME).read_text())["audio_dimensions"] == 128
    store.close()


def test_sounds_of_the_right_length_are_kept_but_measured_again_for_their_windows(
    tmp_path: Path,
) -> None:
    given = old_songs(2)
    write_old(tmp_path, given)
    store = EdgeStore(tmp_path, dimensions=dimensions(64))
    (heard,) = store.get([given[1].track.id])
    assert heard.vectors.audio == pytest.approx(given[1].vectors.audio, abs=1e-6)
    assert heard.track.model_versions == {"text": "1"}
    store.close()


def test_another_length_of_audio_vectors_keeps_songs_and_windows(tmp_path: Path) -> None:
    first = EdgeStore(tmp_path, dimensions=dimensions(64))
    first.upsert([song(1, audio=unit(64, 1), windows=drawn_stretches(1), model_versions=VERSIONS)])
    first.close()
    for size in (128, 96):
        store = EdgeStore(tmp_path, dimensions=dimensions(size))
        (hit,) = store.find_windows(drawn_stretches(1).values[:1], Filters(), 5)
        (held,) = store.get([hit.track_id])
        assert hit.start_seconds[0] == 0
        assert hit.score == pytest.approx(1, abs=1e-3)
        assert (held.track.model_versions, held.vectors.audio) == ({"text": "1"}, None)
        store.upsert([song(2, audio=unit(size, 2))])
        store.close()
    assert [each.name for each in tmp_path.glob("songs-*")] == ["songs-3"]


OPEN = """
import sys
from pathlib import Path
from services.recommender.backends.edge import EdgeStore
from services.recommender.tracks import dimensions
print("opening", flush=True)
EdgeStore(Path(sys.argv[1]), dimensions=dimensions(128)).close()
print("opened", flush=True)
"""


def killed_opening(path: Path, at: str) -> bool:
    """Opens a folder in another process, kills it once a path is there; whether it was too late."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'sdk'}", "OMP_NUM_THREADS": "1"},
    )
    assert process.stdout is not None
    with process, process.stdout as output:
        while process.poll() is None and not (path / at).exists():
            pass
        process.send_signal(signal.SIGKILL)
        return "opened" in output.read()


@pytest.mark.parametrize("at", ["songs-1.new/segments", "songs-1"])
def test_a_copy_that_is_killed_is_made_again_or_finished(tmp_path: Path, at: str) -> None:
    given = old_songs(1000)
    write_old(tmp_path, given)
    assert not killed_opening(tmp_path, at)
    store = EdgeStore(tmp_path, dimensions=dimensions(128))
    assert store.count(Filters()) == len(given)
    store.close()
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_dir()) == ["songs-1"]


def test_a_copy_needs_its_space_before_it_begins(tmp_path: Path) -> None:
    write_old(tmp_path, old_songs(2))
    with pytest.raises(StoreFullError, match="needed or kept free"):
        EdgeStore(tmp_path, min_free_bytes=1 << 60)
    store = EdgeStore(tmp_path)
    assert store.count(Filters()) == 2
    store.close()


def test_songs_without_their_schema_file_are_not_swept_away(tmp_path: Path) -> None:
    EdgeStore(tmp_path).close()
    (tmp_path / SCHEMA_NAME).unlink()
    with pytest.raises(StoreError, match=r"schema\.json is missing beside"):
        EdgeStore(tmp_path)
    assert (tmp_path / "songs-1").exists()
