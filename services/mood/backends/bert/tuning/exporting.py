"""Writes a trained classifier as a folder that needs nothing else to be served."""

import json
from pathlib import Path
from typing import Any

from services.mood.backends.bert.profile import KEY, Profile
from services.mood.backends.bert.tuning.keeping import write_whole

_CONFIG = "config.json"


def export(network: Any, tokenizer: Any, profile: Profile, folder: Path, scratch: Path) -> None:
    """Writes weights, tokenizer and configuration, the last one last.

    A folder without a configuration is served by nobody, so that one which is only half
    written, or half of an older model, is never taken for a whole.
    """
    (folder / _CONFIG).unlink(missing_ok=True)
    scratch.mkdir(exist_ok=True)
    network.save_pretrained(scratch)
    tokenizer.save_pretrained(scratch)
    config = json.loads((scratch / _CONFIG).read_text(encoding="utf-8"))
    config[KEY] = profile.told()
    for path in sorted(scratch.iterdir()):
        if path.name != _CONFIG:
            path.replace(folder / path.name)
    write_whole(folder / _CONFIG, json.dumps(config, indent=1, ensure_ascii=False).encode())
    (scratch / _CONFIG).unlink()
    scratch.rmdir()
