"""From a piece's description to its score: form, chords, tune, arrangement."""

import numpy as np

from catalogue.sketches.arrangement import Arranger
from catalogue.sketches.pieces import Piece
from catalogue.sketches.progression import planned_chords
from catalogue.sketches.score import Score, planned_sections
from catalogue.sketches.tune import composed_tune


def _intensities(arousal: float) -> tuple[float, ...]:
    """Loudness of the five sections: quiet music stays level, lively music builds."""
    build = 0.25 + 0.15 * arousal
    return (0.75 - build, 0.75, 0.85, 0.9 + 0.1 * max(arousal, 0.0), 0.7 - build / 2)


def composed(piece: Piece) -> Score:
    """The score of a piece; the same piece always gives the same score."""
    rng = np.random.default_rng([piece.seed, 1])
    sections = planned_sections(piece.tempo, piece.meter, _intensities(piece.arousal))
    spans = planned_chords(piece, sections, rng)
    tune = composed_tune(piece, sections, spans, rng)
    arranger = Arranger(piece, sections, spans, tune, rng)
    return Score(float(piece.tempo), piece.meter, sections, tuple(map(arranger.part, piece.plans)))
