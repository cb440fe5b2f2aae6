"""Sounds of imports: on disk whole before their songs, gone with them."""

import asyncio
from pathlib import Path

from tests.unit.gateway.house import SOUND, House, house
from tests.unit.gateway.imports import (
    ADDED,
    REFUSED,
    UNCHANGED,
    UPDATED,
    draft,
    imported,
    song,
    stored,
    sung,
)
from vts.gateway.v1 import gateway_service_pb2 as pb


async def test_a_kept_sound_is_on_disk_whole_under_the_songs_id(home: House) -> None:
    pieces = sung(song(), SOUND, bytes(300_000), b"end", keep_sound=True)
    [verdict] = await imported(home, pieces)
    path = home.sound_dir / f"{verdict.track_id}.wav"
    assert path.read_bytes() == SOUND + bytes(300_000) + b"end"
    assert [each.name for each in home.sound_dir.iterdir()] == [path.name]
    assert stored(home, verdict).has_sound
    assert not stored(home, verdict).links
    response = await home.web.get(f"/v1/tracks/{verdict.track_id}/sound")
    assert response.headers["content-type"] == "audio/wav"
    status = await home.stub.GetStatus(pb.GetStatusRequest())
    assert status.sound_bytes == path.stat().st_size


async def test_a_lost_sound_is_brought_back_by_importing_again(home: House) -> None:
    [verdict] = await imported(home, sung(song(), keep_sound=True))
    (home.sound_dir / f"{verdict.track_id}.wav").unlink()
    [again] = await imported(home, sung(song(), keep_sound=True))
    assert again.outcome == UPDATED
    assert (home.sound_dir / f"{verdict.track_id}.wav").exists()


async def test_a_new_sound_of_another_format_replaces_the_old_one(home: House) -> None:
    await imported(home, sung(song(), keep_sound=True))
    [verdict] = await imported(home, sung(song(), b"fLaC sound", keep_sound=True))
    assert [each.name for each in home.sound_dir.iterdir()] == [f"{verdict.track_id}.flac"]


async def test_a_refused_song_leaves_no_sound_behind(home: House) -> None:
    await imported(home, sung(song(year=1), keep_sound=True))
    assert list(home.sound_dir.iterdir()) == []


async def test_a_sound_that_is_too_long_is_refused_and_the_next_song_stored(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, max_upload_bytes=1024) as home:
        pieces = [*sung(song("a"), SOUND, bytes(2000), bytes(2000)), draft(song("b"))]
        verdicts = await imported(home, pieces)
        assert [each.outcome for each in verdicts] == [REFUSED, ADDED]
        assert "1024 bytes" in verdicts[0].problem
        assert home.audio_features.calls == 0


async def test_the_same_song_imported_twice_at_once_is_stored_once(home: House) -> None:
    pieces = sung(song(), keep_sound=True)
    both = await asyncio.gather(imported(home, pieces), imported(home, pieces))
    assert sorted(verdicts[0].outcome for verdicts in both) == [ADDED, UNCHANGED]
    assert len(list(home.sound_dir.iterdir())) == 1
