"""Texts that a tiny BERT can learn in seconds: a word of each feeling, among words of none."""

import random
from pathlib import Path

FEELINGS = {
    "joy": ("happy", "glad", "great", "joyful"),
    "sadness": ("sad", "lonely", "cry", "tears"),
    "anger": ("angry", "mad", "furious", "hate"),
    "neutral": ("song", "drive", "home", "rainy"),
}
_FILLING = ("i", "am", "so", "very", "the", "a", "is", "it", "this", "was", "today")


def sentences(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Different texts with one label, or two where two feelings are named."""
    chance = random.Random(seed)
    made: dict[str, str] = {}
    names = list(FEELINGS)
    while len(made) < count:
        own = chance.sample(names[:3], 2) if chance.random() < 0.2 else [chance.choice(names)]
        words = [chance.choice(FEELINGS[name]) for name in own]
        words += chance.choices(_FILLING, k=chance.randint(2, 7))
        chance.shuffle(words)
        made[" ".join(words)] = ",".join(own)
    return list(made.items())


def lessons_file(folder: Path, count: int = 240, seed: int = 0) -> Path:
    """A TSV of such texts with a header."""
    path = folder / "lessons.tsv"
    rows = "\n".join(f"{text}\t{labels}" for text, labels in sentences(count, seed))
    path.write_text(f"text\tlabels\n{rows}\n", encoding="utf-8")
    return path
