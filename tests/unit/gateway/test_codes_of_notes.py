"""Every code that a note may have is told in the contract."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.audio_features.domain import Note as SoundNote
from services.captioner.domain import Note as CaptionerNote
from services.mood.domain import NoteCode as MoodNote

ROOT = Path(__file__).parents[3]
WRITTEN = re.compile(r'(?:\bnote\(|\bNotice\(|\bcode=)\s*"([A-Z_]+)"')
NAMED = re.compile(r'^_?[A-Z]+ = "([A-Z_]{4,})"$', re.MULTILINE)
CONTRACT = ROOT / "protos" / "vts" / "evidence" / "v1" / "evidence.proto"


def codes() -> Iterator[str]:
    for folder, written in (("gateway", WRITTEN), ("services", WRITTEN), ("gateway", NAMED)):
        for module in (ROOT / folder).rglob("*.py"):
            yield from written.findall(module.read_text(encoding="utf-8"))
    yield from (*CaptionerNote, *MoodNote, *SoundNote)


def test_the_contract_tells_every_code_of_a_note() -> None:
    comment = CONTRACT.read_text(encoding="utf-8").partition("message Note {")[2]
    told = set(re.findall(r"`([A-Z_]+)`", comment.partition("string code")[0]))
    assert {str(code) for code in codes()} <= told
    assert len(told) > 20
