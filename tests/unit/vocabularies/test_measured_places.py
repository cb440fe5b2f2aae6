"""The measured numbers of the vocabularies, and what people tagged together."""

import os
from pathlib import Path

import pytest

from training.vocabularies.company import held_out, jamendo
from training.vocabularies.evaluate import emotify, found_again
from training.vocabularies.ratings import differences, measured, mended
from vts.moods.taxonomies import labels

ROOT = Path(__file__).parents[3]
FILE = ROOT / "sdk/vts/moods/taxonomies.json"
HERE = os.environ.get("VTS_TRAINING_DATA", "")


@pytest.fixture
def data() -> Path:
    folder = Path(HERE) if HERE else ROOT.parent / "shared" / "data"
    if not (folder / "catalogue").is_dir():
        pytest.skip("the training data is not here")
    return folder


@pytest.mark.training_data
def test_measured_places_are_those_of_the_data(data: Path) -> None:
    assert len(measured(data)) == 81
    assert differences(data) == {}


@pytest.mark.training_data
def test_tags_taken_from_tracks_that_chose_nothing_are_found_again(data: Path) -> None:
    rows = [row for row in jamendo(data, "validation") if len(row) > 1]
    assert found_again("jamendo", held_out(rows, 600)) > 0.62


@pytest.mark.training_data
def test_what_listeners_felt_comes_back_from_its_moods(data: Path) -> None:
    assert emotify(data) > 0.7


def test_a_label_taken_away_at_random_is_no_likelier_than_any() -> None:
    names = list(labels("jamendo"))
    cases = [([names[-1 - i]], name) for i, name in enumerate(names) if name != names[-1 - i]]
    assert 0.35 < found_again("jamendo", cases * 5) < 0.6


def test_only_the_places_that_are_given_are_mended() -> None:
    text = FILE.read_text(encoding="utf-8")
    new = mended(text, {("lastfm", "Sad"): (0.25, -0.125)})
    changed = [
        (before, after)
        for before, after in zip(text.splitlines(), new.splitlines(), strict=True)
        if before != after
    ]
    assert len(changed) == 1
    assert '"Sad"' in changed[0][0]
    assert '"valence": 0.25, "arousal": -0.125' in changed[0][1]
