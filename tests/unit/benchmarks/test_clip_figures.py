import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.clips import clips, recalls


def test_recall_counts_the_places_up_to_the_limit() -> None:
    figures = recalls("_baseline", [1, 2, 5, 6])
    assert figures == {"clip_recall_at_1_baseline": 0.25, "clip_recall_at_5_baseline": 0.75}


def test_a_clip_is_ten_seconds_from_the_middle(tmp_path: Path) -> None:
    samples = np.linspace(-1, 1, 30 * 8000, dtype=np.float32)
    soundfile.write(tmp_path / "one.wav", samples, 8000, subtype="FLOAT")
    line = {"source_id": "one", "sound_path": "one.wav"}
    (tmp_path / "sketches.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    [(source_id, clip)] = clips(tmp_path)
    (tmp_path / "clip.wav").write_bytes(clip)
    cut, rate = soundfile.read(tmp_path / "clip.wav")
    assert (source_id, len(cut), rate) == ("one", 80_000, 8000)
    assert cut[0] == pytest.approx(-0.2, abs=1e-3)
