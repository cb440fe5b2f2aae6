"""Writes what Kiwi makes of the lexicon's Korean forms: `python -m training.mood.lexicon_keys`.

To be run whenever the lexicon or Kiwi changes; a test tells if it was forgotten.
"""

import json
from pathlib import Path

from services.mood.backends.korean import Korean
from services.mood.lexicon import korean_forms

FILE = Path("services/mood/data/korean_keys.json")


def built() -> dict[str, str]:
    """The keys of every form that has its own, joined by spaces."""
    keys = Korean({}).keys(list(korean_forms()))
    return {form: " ".join(key) for form, key in sorted(keys.items())}


if __name__ == "__main__":
    FILE.write_text(json.dumps(built(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
