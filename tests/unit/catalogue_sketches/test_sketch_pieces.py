from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from catalogue.sketches import Piece, piece, pieces
from catalogue.sketches.collection import entry
from catalogue.sketches.composition import composed
from catalogue.sketches.instruments import INSTRUMENTS, KITS
from catalogue.sketches.mixing import SPACES
from catalogue.sketches.pieces import ensembles
from vts.moods import MOODS

FIELDS = {
    "source", "source_id", "title", "title_alternatives", "artists", "artist_alternatives",
    "album", "year", "genres", "language", "duration_seconds", "tempo_bpm", "key", "moods",
    "valence", "arousal", "energy", "tags_en", "tags_ko", "licence", "sound_path",
}  # fmt: skip

every_piece = pytest.mark.parametrize("sketch", pieces(), ids=lambda sketch: sketch.id)


def test_every_mood_leads_at_least_four_pieces() -> None:
    leading = Counter(sketch.mood for sketch in pieces())
    assert all(leading[mood] >= 4 for mood in MOODS)


def test_all_24_keys_are_used() -> None:
    assert len({sketch.key.name for sketch in pieces()}) == 24


def test_tempi_reach_from_60_to_180() -> None:
    tempi = [sketch.tempo for sketch in pieces()]
    assert min(tempi) == 60
    assert max(tempi) == 180
    assert all(any(low <= tempo < low + 20 for tempo in tempi) for low in range(60, 180, 20))


def test_ids_titles_and_seeds_are_unique() -> None:
    for name in ("id", "title_en", "title_ko", "seed"):
        values = [getattr(sketch, name) for sketch in pieces()]
        assert len(set(values)) == len(values), name


def test_instruments_are_varied_and_all_are_used() -> None:
    used = {plan.instrument for sketch in pieces() for plan in sketch.plans}
    assert used == set(INSTRUMENTS) | set(KITS)


@every_piece
def test_a_piece_states_all_that_the_catalogue_asks_for(sketch: Piece) -> None:
    line = entry(sketch, "x.ogg", 35.0)
    assert set(line) == FIELDS
    assert set(sketch.moods) <= set(MOODS)
    assert all(0 < score <= 1 for score in sketch.moods.values())
    assert -1 <= sketch.valence <= 1
    assert -1 <= sketch.arousal <= 1
    assert 0 <= sketch.energy <= 1
    assert sketch.space in SPACES
    assert sketch.ensemble in ensembles()
    assert len(sketch.tags_en) == len(sketch.tags_ko) >= 5
    assert any("가" <= letter <= "힣" for tag in sketch.tags_ko for letter in tag)
    assert line["key"] == f"{line['key'].split()[0]} {sketch.key.mode}"


@every_piece
def test_a_score_keeps_its_grid_range_and_key(sketch: Piece) -> None:
    score = composed(sketch)
    last_bar = score.beats - score.meter
    for part in score.parts:
        for note in part.notes:
            assert 0 <= note.beat < score.beats
            assert note.beats > 0
            assert 0 <= note.velocity <= 1
            if sketch.swing == 0:
                assert note.beat * 4 == round(note.beat * 4), part
            if part.instrument in INSTRUMENTS and part.role in {"melody", "bass"}:
                assert 24 <= note.pitch <= 104
    bass = next(part for part in score.parts if part.role == "bass")
    ending = [note for note in bass.notes if note.beat >= last_bar]
    assert [note.pitch % 12 for note in ending] == [sketch.key.tonic]
    assert 30 <= score.seconds + 3 <= 45


@every_piece
def test_notes_sound_on_most_beats_even_without_drums(sketch: Piece) -> None:
    score = composed(sketch)
    pitched = [part for part in score.parts if part.role not in {"texture", "drone"}]
    struck = {int(note.beat) for part in pitched for note in part.notes if note.beat % 1 == 0}
    inner = range(score.meter, score.beats - score.meter)
    assert np.mean([beat in struck for beat in inner]) > 0.7


def test_the_same_piece_is_composed_the_same_way() -> None:
    assert composed(pieces()[0]) == composed(pieces()[0])


def test_an_unknown_piece_is_named() -> None:
    with pytest.raises(KeyError, match="no-such-piece"):
        piece("no-such-piece")


def test_the_list_is_written_for_people_too() -> None:
    text = (Path(__file__).parents[3] / "catalogue/sketches/pieces.json").read_text("utf-8")
    assert max(len(line) for line in text.splitlines()) < 400
