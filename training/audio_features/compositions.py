"""New pieces by the composer of the sketches, to learn from: other seeds, keys, tempi and bands.

None of them is a sketch, so that what is measured on the sketches was never learned.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import soxr
from numpy.random import Generator

from catalogue.sketches.instruments import RATE
from catalogue.sketches.mixing import SPACES
from catalogue.sketches.pieces import Piece, Plan, pieces
from catalogue.sketches.rendering import rendered
from services.audio_features.domain import SAMPLE_RATE, Floats

FIRST_SEED = 900_000
"""Far from the seeds of the sketches, which lie near 1,000."""

_SLOWEST, _FASTEST = 0.75, 1.35
_USUAL_METER = 4


def compositions(count: int) -> Iterator[Piece]:
    """The first `count` of an endless list of pieces; the same every time."""
    for index in range(count):
        yield _composition(FIRST_SEED + index)


def samples_of(piece: Piece) -> Floats:
    """The sound of a piece: mono samples at `SAMPLE_RATE`."""
    return np.asarray(soxr.resample(rendered(piece).mean(axis=1), RATE, SAMPLE_RATE), np.float32)


def _composition(seed: int) -> Piece:
    """A sketch's form and moods with another tune, chords, key, tempo, room and players."""
    random = np.random.default_rng(seed)
    known = pieces()
    model = known[int(random.integers(len(known)))]
    key = replace(model.key, tonic=int(random.integers(12)))
    return replace(
        model,
        id=f"composition-{seed}",
        seed=seed,
        key=key,
        tempo=round(model.tempo * random.uniform(_SLOWEST, _FASTEST)),
        register=model.register + int(random.integers(-5, 6)),
        density=float(random.uniform(0.3, 0.8)),
        space=str(random.choice(sorted(SPACES))),
        plans=tuple(_played_by_others(plan, model.meter, random) for plan in model.plans),
    )


def _played_by_others(plan: Plan, meter: int, random: Generator) -> Plan:
    """The same role as some sketch fills it; not every pattern is written in three."""
    lines = [
        line
        for piece in pieces()
        if meter in (_USUAL_METER, piece.meter)
        for line in piece.plans
        if line.role == plan.role
    ]
    chosen = lines[int(random.integers(len(lines)))]
    return replace(chosen, level_db=float(random.uniform(-4, 2)), sections=plan.sections)
