"""Finds English words that tell English from others: `python -m training.mood.languages`.

They are the words that come in at least `RAREST` texts of GoEmotions' and EmoBank's training
halves, without those that another language's list claims. Written to
`services/mood/data/languages.json` beside the hand-written lists.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from services.mood import language
from training.mood import corpora
from training.mood.options import data_option

RAREST = 4
FILE = Path(language.__file__).parent / "data" / "languages.json"

_WORD = re.compile(r"[^\W\d_]+")


def english_words(data: Path, claimed: frozenset[str]) -> list[str]:
    """The words in order of the alphabet."""
    texts = corpora.goemotions(data, "train").texts + corpora.emobank(data, "train").texts
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    return sorted(word for word, count in counts.items() if count >= RAREST and word not in claimed)


def write(data: Path) -> None:
    """Renews the English list and keeps the others."""
    lists = json.loads(FILE.read_text(encoding="utf-8"))
    lists["en"] = english_words(data, frozenset(lists["other"]))
    lines = [f' "{name}": {json.dumps(words, ensure_ascii=False)}' for name, words in lists.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{len(lists['en'])} English words written", flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    write(arguments.parse_args().data)
