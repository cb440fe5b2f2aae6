import itertools

from catalogue.sketches.rhythm import Stroke, strokes, swung
from catalogue.sketches.score import NAMES, Note, planned_sections


def test_a_step_pattern_reads_as_strokes_with_lengths() -> None:
    assert list(strokes("0--.2-x.")) == [
        Stroke(0.0, 0.75, "0"),
        Stroke(1.0, 0.5, "2"),
        Stroke(1.5, 0.25, "x"),
    ]


def test_swing_moves_only_what_lies_between_the_beats() -> None:
    beats = [swung(Note(beat, 0.5, 60, 1.0), 0.15).beat for beat in (0.0, 0.5, 1.0, 1.5, 3.0)]
    assert beats == [0.0, 0.65, 1.0, 1.65, 3.0]


def test_a_swung_note_still_ends_where_the_next_begins() -> None:
    first = swung(Note(0.0, 0.5, 60, 1.0), 0.1)
    second = swung(Note(0.5, 0.5, 60, 1.0), 0.1)
    assert first.beat + first.beats == second.beat
    assert second.beat + second.beats == 1.0


def test_every_tempo_has_a_form_of_about_half_a_minute() -> None:
    for tempo in range(60, 181):
        for meter in (3, 4):
            sections = planned_sections(tempo, meter, (0.5,) * 5)
            assert tuple(section.name for section in sections) == NAMES
            assert 26 <= sections[-1].end * meter * 60 / tempo <= 42
            for before, after in itertools.pairwise(sections):
                assert before.end == after.bar
