"""Chooses how the heads and the lexicon are mixed, on training rows that nothing else learned."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from services.mood.backends.embedding import EmbeddingReader, Parts
from services.mood.blending import Blend, blended, certainty
from services.mood.domain import Text
from training.mood import confusions, corpora, lessons
from training.mood.fitting import correlation
from training.mood.measuring import Answer, calibration_error, wish_score

LEXICON = (0.6, 0.8, 1.0)
MUSIC = (0.4, 0.8)
"""Not 0, or moods that no emotion is called by (dreamy) were told by the lexicon's words alone."""
STRICTNESS = (1.0, 2.0, 3.0)
NEGATED = (0.3, 0.6)
STILL = (0.5, 0.75)
"""Less than all, or plain statements lie off the middle; that costs 0.002 of r on held-out rows."""
NEUTRAL = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
START = Blend(lexicon=0.8, music=0.4, strictness=2.0, negated=1.0, neutral=0.7, still=0.75)
SAMPLE = 800
"""How many of GoEmotions' held-out sentences are read."""
WISHES_SHARE = 2.0
AROUSAL_SHARE = 0.5
"""How much these count beside the correlation of valence; wishes are what people ask with."""


def chosen(data: Path) -> Blend:
    """The blend that does best on the tuning wishes and on held-out prose.

    The score adds up: the hits on wishes in both languages; the correlations on EmoBank's held-out
    rows; the macro-F1 of the 13 moods on GoEmotions' held-out rows, less their calibration error.
    """
    reader = EmbeddingReader(threads=2, cache_entries=1)
    reader.load()
    trial = Trial(reader, data)
    start = replace(START, neutral=trial.neutral())
    best = max(_grid(start), key=lambda blend: sum(trial.scores(blend).values()))
    for name, blend in (("start", start), ("best", best)):
        told = ", ".join(f"{part} {value:.3f}" for part, value in trial.scores(blend).items())
        print(f"blend: {name} {blend}: {told}", flush=True)
    return best


class Trial:
    """Texts with what the heads and the lexicon say of them, ready to be mixed."""

    def __init__(self, reader: EmbeddingReader, data: Path) -> None:
        names = corpora.goemotions_labels(data)
        affect, emotions = lessons.affect(data), lessons.emotions(data)
        felt = corpora.Labelled(emotions.texts, emotions.targets).rows(emotions.held[:SAMPLE])
        self._wishes = corpora.requests("tune")
        self._wished = _parts(reader, [wish.text for wish in self._wishes])
        self._prose = _parts(reader, [affect.texts[row] for row in affect.held])
        self._ratings = affect.targets[affect.held]
        self._felt = _parts(reader, felt.texts)
        self._moods = confusions.weights(felt, names)
        self._plain = felt.targets[:, corpora.NEUTRAL] == felt.targets.sum(axis=1)

    def neutral(self) -> float:
        """The cut that sets neutral sentences farthest apart from those with feeling."""

        def gap(cut: float) -> float:
            blend = replace(START, neutral=cut)
            sure = np.array([certainty(felt, blend) for felt, *_ in self._felt])
            return float(sure[~self._plain].mean() - sure[self._plain].mean())

        return max(NEUTRAL, key=gap)

    def scores(self, blend: Blend) -> dict[str, float]:
        """What adds up to the score of a blend, by name."""
        prose, felt = answers(self._prose, blend), answers(self._felt, blend)
        moods = np.array([answer.moods for answer in felt])
        cuts = confusions.best_cuts(moods, self._moods)
        valence = correlation([each.valence for each in prose], self._ratings[:, 0])
        arousal = correlation([each.arousal for each in prose], self._ratings[:, 1])
        wished = wish_score(self._wishes, answers(self._wished, blend))
        f1 = confusions.f1_by_mood(moods, self._moods, cuts)
        return {
            "wishes": WISHES_SHARE * wished.mean,
            "valence": valence,
            "arousal": AROUSAL_SHARE * arousal,
            "moods": float(np.mean(list(f1.values()))),
            "calibration": -calibration_error(moods, self._moods),
        }


def answers(parts: Sequence[Parts], blend: Blend) -> list[Answer]:
    """What the service would answer with a blend."""
    found = []
    for felt, sense, understood in parts:
        affect, moods = blended(felt, sense, blend, understood=understood)
        found.append(Answer(moods, affect.valence, affect.arousal, affect.confidence))
    return found


def _parts(reader: EmbeddingReader, texts: Sequence[str]) -> list[Parts]:
    return reader.parts([Text(text) for text in texts])


def _grid(start: Blend) -> Iterator[Blend]:
    """Every blend of the weights above with the cut of `start`."""
    for lexicon, music, strictness, negated, still in product(
        LEXICON, MUSIC, STRICTNESS, NEGATED, STILL
    ):
        yield replace(
            start,
            lexicon=lexicon,
            music=music,
            strictness=strictness,
            negated=negated,
            still=still,
        )
