import json
from pathlib import Path

import pytest

from vts.importing import UnreadableListError, drafts_from


def test_a_json_line_becomes_a_track_with_its_sound(tmp_path: Path) -> None:
    line = {
        "source": "vts-sketches",
        "source_id": "one",
        "title": "One",
        "artists": ["A"],
        "year": 2026,
        "duration_seconds": None,
        "moods": {"sad": 0.4, "calm": 1},
        "valence": -0.5,
        "arousal": -0.25,
        "energy": 0.1,
        "tags_ko": ["비"],
        "sound_path": "one.ogg",
    }
    songs = tmp_path / "songs.jsonl"
    songs.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    (tmp_path / "one.ogg").touch()
    [(origin, draft)] = drafts_from([songs], keep_sound=True)
    track = draft.track.track
    assert str(origin) == "songs.jsonl line 1"
    assert draft.sound == tmp_path / "one.ogg"
    assert draft.track.sound_follows
    assert draft.track.keep_sound
    assert [each.mood for each in track.moods] == ["calm", "sad"]
    assert (track.affect.valence, track.affect.arousal) == (-0.5, -0.25)
    assert track.duration_seconds == 0


def test_a_csv_with_a_byte_order_mark_and_lists_is_read(tmp_path: Path) -> None:
    songs = tmp_path / "My List.csv"
    songs.write_text(
        "\ufeffmusic_name,artist,moods\n밤편지,아이유,calm;beautiful\n", encoding="utf-8"
    )
    [(_, draft)] = drafts_from([songs])
    track = draft.track.track
    assert (track.title, list(track.artists)) == ("밤편지", ["아이유"])
    assert {each.mood for each in track.moods} == {"calm", "beautiful"}
    assert track.source == "my-list"
    assert track.source_id == "아이유 - 밤편지"


def test_mood_words_of_other_vocabularies_become_moods(tmp_path: Path) -> None:
    songs = tmp_path / "songs.csv"
    songs.write_text(
        "artist,music_name,mood_EN,mood_KOR\nKorn,What We Do,Aggresive,공격적인\n", encoding="utf-8"
    )
    [(_, draft)] = drafts_from([songs])
    track = draft.track.track
    strongest = max(track.moods, key=lambda each: each.score)
    assert (strongest.mood, round(strongest.score, 2)) == ("defiant", 0.9)
    assert list(track.tags_ko) == ["공격적인"]
    lines = tmp_path / "songs.jsonl"
    told = {"title": "x", "artists": ["y"], "moods": {"Melancholy": 0.5}}
    lines.write_text(json.dumps(told), encoding="utf-8")
    [(_, draft)] = drafts_from([lines])
    assert {each.mood: round(each.score, 2) for each in draft.track.track.moods} == {
        "beautiful": 0.15,
        "dreamy": 0.1,
        "sad": 0.45,
    }


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "title,year\nx,1\n", "no column artists"),
        ("a.jsonl", "{", "a.jsonl line 1: not JSON"),
        ("a.jsonl", "[]", "a.jsonl line 1: not one JSON object"),
        ("a.jsonl", '{"title": "x", "moods": {"rainy": 1}}', "unknown rainy; known are amusing"),
        ("a.jsonl", '{"title": "x", "moods": {"sad": 2}}', "sad must be from 0 to 1"),
        ("a.jsonl", '{"title": "x", "moods": {"sad": "very"}}', "a.jsonl line 1"),
        ("a.jsonl", '{"title": "x", "year": "soon"}', "a.jsonl line 1"),
        ("a.xyz", "", "not a folder"),
    ],
)
def test_a_malformed_list_is_told_with_its_line(
    tmp_path: Path, name: str, content: str, told: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableListError, match=told):
        list(drafts_from([path]))


def test_a_folder_is_read_in_order_and_by_content(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "Nina - Blue.mp3").write_bytes(b"1")
    (tmp_path / "a.flac").write_bytes(b"1")
    (tmp_path / "cover.jpg").write_bytes(b"2")
    drafts = [draft for _, draft in drafts_from([tmp_path])]
    assert [draft.track.track.title for draft in drafts] == ["a", "Blue"]
    assert drafts[1].track.track.artists == ["Nina"]
    assert drafts[0].track.track.source_id == drafts[1].track.track.source_id
    assert not drafts[0].track.keep_sound


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.jsonl", b'{"title": "\xe9", "artists": ["a"]}', "UTF-8"),
        ("a.csv", b"\xff\xfetitle,artists", "UTF-8"),
        ("a.csv", b"title,artists\n" + b"a" * 200_000 + b",b", "not CSV"),
        ("a.jsonl", b'{"title": "a", "artists": ["a"], "year": 1e400}', "line 1: year"),
        ("a.jsonl", b'{"title": "a", "artists": ["a"], "year": "soon"}', "line 1: year"),
        ("a.jsonl", b'{"title": "a", "artists": 5}', "line 1: not a text or a list"),
        ("a.jsonl", b'{"title": "a", "artists": ["a"], "sound_path": "b.wav"}', "no such file"),
        ("a.jsonl", b'{"title": "a", "artists": ["a"], "sound_path": "."}', "no such file"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_in_a_line(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    songs = tmp_path / name
    songs.write_bytes(content)
    with pytest.raises(UnreadableListError, match=told) as caught:
        list(drafts_from([songs]))
    assert name in str(caught.value)
