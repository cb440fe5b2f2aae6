"""The starter catalogue keeps the promises its README makes."""

import re
import unicodedata
from collections import Counter

import pytest

from catalogue.starter import SONGS_PATH, Song, genres, songs
from vts.moods import MOODS

LANGUAGES = {"ko", "en", "ja", "es", "fr", "pt", "it", "de", "la", "zxx"}
HANGUL = re.compile(r"[\uac00-\ud7a3]")
OLDEST_CLASSICAL_YEAR = 1600
OLDEST_RECORDING_YEAR = 1900
NEWEST_YEAR = 2026
SCENES = [
    "rain",
    "beach",
    "snow",
    "city night",
    "cafe",
    "study",
    "gym",
    "party",
    "wedding",
    "road trip",
    "forest",
    "mountain",
    "sunrise",
    "dog walk",
    "cooking",
    "children",
    "airport",
    "sports victory",
    "horror film",
    "space",
    "night drive",
    "sleep",
]


@pytest.fixture(scope="module")
def catalogue() -> list[Song]:
    return list(songs())


def normalised(name: str) -> str:
    """The letters and digits of a name, folded, so that spelling variants meet."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def test_there_are_at_least_520_songs_and_190_of_them_are_korean(catalogue: list[Song]) -> None:
    korean = [song for song in catalogue if song["language"] == "ko"]
    assert len(catalogue) >= 520
    assert len(korean) >= 190
    assert 3 * len(korean) >= len(catalogue)


def test_every_song_has_exactly_the_documented_fields(catalogue: list[Song]) -> None:
    fields = set(Song.__annotations__)
    assert [song["title"] for song in catalogue if set(song) != fields] == []


def test_every_song_says_who_made_what_and_where_it_comes_from(catalogue: list[Song]) -> None:
    for song in catalogue:
        assert song["source"] == "vts-starter"
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", song["source_id"]), song["source_id"]
        names = [song["title"], *song["artists"]]
        names += [*song["title_alternatives"], *song["artist_alternatives"]]
        assert song["artists"], song["source_id"]
        assert all(name and name == name.strip() for name in names), song["source_id"]


def test_no_source_id_is_used_twice(catalogue: list[Song]) -> None:
    counts = Counter(song["source_id"] for song in catalogue)
    assert [source_id for source_id, count in counts.items() if count > 1] == []


def test_no_song_is_listed_twice_under_any_spelling_of_its_names(catalogue: list[Song]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for song in catalogue:
        titles = {normalised(song["title"]), *map(normalised, song["title_alternatives"])} - {""}
        artist = normalised(song["artists"][0])
        for key in {(artist, title) for title in titles}:
            other = seen.setdefault(key, song["source_id"])
            assert other == song["source_id"], f"{other} and {song['source_id']} share {key}"


def test_years_are_plausible(catalogue: list[Song]) -> None:
    for song in catalogue:
        classical = "classical" in song["genres"]
        oldest = OLDEST_CLASSICAL_YEAR if classical else OLDEST_RECORDING_YEAR
        assert oldest <= song["year"] <= NEWEST_YEAR, song["source_id"]


def test_languages_are_those_the_readme_names(catalogue: list[Song]) -> None:
    assert {song["language"] for song in catalogue} == LANGUAGES


def test_genres_come_from_the_fixed_set_and_each_is_used(catalogue: list[Song]) -> None:
    known = [genre["id"] for genre in genres()]
    assert known == sorted(set(known))
    assert {genre for song in catalogue for genre in song["genres"]} == set(known)
    assert all(song["genres"] for song in catalogue)


def test_genres_have_a_name_in_both_languages() -> None:
    assert all(genre["english"] and genre["korean"] for genre in genres())


def test_moods_are_one_to_four_known_ids_with_weights(catalogue: list[Song]) -> None:
    for song in catalogue:
        moods = song["moods"]
        assert 1 <= len(moods) <= 4, song["source_id"]
        assert set(moods) <= set(MOODS), song["source_id"]
        assert all(0 < weight <= 1 for weight in moods.values()), song["source_id"]


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_leads_at_least_25_songs(mood: str, catalogue: list[Song]) -> None:
    assert sum(song["moods"].get(mood, 0) >= 0.5 for song in catalogue) >= 25


def test_numbers_stay_in_their_ranges(catalogue: list[Song]) -> None:
    for song in catalogue:
        assert -1 <= song["valence"] <= 1, song["source_id"]
        assert -1 <= song["arousal"] <= 1, song["source_id"]
        assert 0 <= song["energy"] <= 1, song["source_id"]
        assert song["duration_seconds"] is None or song["duration_seconds"] > 0
        assert song["tempo_bpm"] is None or 30 <= song["tempo_bpm"] <= 300


@pytest.mark.parametrize(
    ("mood", "weight", "axis", "low", "high"),
    [
        ("joyful", 0.7, "valence", 0.3, 1),
        ("sad", 0.8, "valence", -1, 0.1),
        ("scary", 0.7, "valence", -1, -0.2),
        ("calm", 0.7, "arousal", -1, 0.2),
        ("energizing", 0.8, "arousal", 0.4, 1),
        ("triumphant", 0.9, "arousal", 0.1, 1),
        ("tense", 0.9, "valence", -1, 0.2),
    ],
)
def test_a_strong_mood_agrees_with_its_place_on_the_plane(
    mood: str, weight: float, axis: str, low: float, high: float, catalogue: list[Song]
) -> None:
    strong = [song for song in catalogue if song["moods"].get(mood, 0) >= weight]
    values = {
        song["source_id"]: song["valence" if axis == "valence" else "arousal"] for song in strong
    }
    assert {name: value for name, value in values.items() if not low <= value <= high} == {}


def test_energy_goes_with_arousal(catalogue: list[Song]) -> None:
    apart = [
        song["source_id"]
        for song in catalogue
        if abs(song["arousal"] - (2 * song["energy"] - 1)) > 0.8
    ]
    assert apart == []


def test_tags_are_four_to_eight_pairs_without_repeats(catalogue: list[Song]) -> None:
    for song in catalogue:
        english, korean = song["tags_en"], song["tags_ko"]
        assert 4 <= len(english) <= 8, song["source_id"]
        assert len(english) == len(korean), song["source_id"]
        assert len(set(english)) == len(english), song["source_id"]
        assert len(set(korean)) == len(korean), song["source_id"]


def test_korean_tags_are_korean_and_english_tags_are_not(catalogue: list[Song]) -> None:
    for song in catalogue:
        assert all(HANGUL.search(tag) for tag in song["tags_ko"]), song["source_id"]
        assert not any(HANGUL.search(tag) for tag in song["tags_en"]), song["source_id"]


def test_an_english_tag_has_one_korean_wording_everywhere(catalogue: list[Song]) -> None:
    wordings: dict[str, set[str]] = {}
    for song in catalogue:
        for english, korean in zip(song["tags_en"], song["tags_ko"], strict=True):
            wordings.setdefault(english, set()).add(korean)
    assert {tag: words for tag, words in wordings.items() if len(words) > 1} == {}


@pytest.mark.parametrize("scene", SCENES)
def test_everyday_scenes_find_several_songs(scene: str, catalogue: list[Song]) -> None:
    assert sum(scene in song["tags_en"] for song in catalogue) >= 5


def test_the_file_is_utf8_with_one_object_per_line() -> None:
    text = SONGS_PATH.read_bytes().decode("utf-8")
    assert text.endswith("}\n")
    assert all(line.startswith("{") and line.endswith("}") for line in text.splitlines())
    assert unicodedata.is_normalized("NFC", text)
