"""The texts that are encoded and read: real sentences where the training data is, else our own."""

from __future__ import annotations

import random
from pathlib import Path

from services.mood.lexicon import meanings
from training.mood import corpora

SEED = 11
DEFAULT_DATA = Path("../shared/data")


def english(data: Path | None, count: int) -> list[str]:
    """Comments, news and stories, `count` of them, each once; without the data, what we wrote."""
    folder = data or DEFAULT_DATA
    if not folder.is_dir():
        return _written("feeling of {} on the way home, number {}", count)
    known = corpora.goemotions(folder, "dev").texts + corpora.emobank(folder, "dev").texts
    return random.Random(SEED).sample(sorted(set(known)), count)


def korean(data: Path | None, count: int) -> list[str]:
    """Comments in Korean, `count` of them, each once; without the data, what we wrote."""
    folder = data or DEFAULT_DATA
    if not folder.is_dir():
        return _written("{} 느낌이 드는 밤, 집에 가는 길 {}", count)
    known = corpora.goemotions(folder, "dev", "ko").texts
    return random.Random(SEED).sample(sorted(set(known)), count)


def _written(sentence: str, count: int) -> list[str]:
    words = [word for meaning in meanings() for word in meaning.korean.values()]
    return [sentence.format(words[place % len(words)], place) for place in range(count)]
