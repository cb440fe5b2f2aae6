"""Readers that ask a scripted endpoint, quick to lose patience."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from prometheus_client import REGISTRY

from services.mood.backends.fake import FakeReader
from services.mood.backends.llm.endpoint import Terms
from services.mood.backends.llm.failures import Cause
from services.mood.backends.llm.reader import LlmReader, Measures
from services.mood.domain import MoodReader, NoteCode, Reading, Text
from tests.unit.mood.scripted_endpoint import Script, ScriptedEndpoint, endpoint, honest

TERMS = Terms(
    url="",
    model="scripted",
    temperature=0.0,
    form="auto",
    call_seconds=20.0,
    most_calls=8,
    most_answer_bytes=65_536,
)
MEASURES = Measures(
    agents=5,
    texts_at_once=8,
    seconds=30.0,
    tokens_per_reading=40_000,
    tokens_per_minute=10_000_000,
    tokens_per_hour=10_000_000,
    kept_readings=8,
    judge=True,
)
"""Patient, so that a busy machine changes nothing; who waits for a time to run out is hasty."""
HASTY: dict[str, Any] = {"call_seconds": 0.4, "seconds": 0.8}


def made(url: str, clock: Callable[[], float] = time.monotonic, **changes: Any) -> LlmReader:
    """A reader on the fake one; changes go to the terms or to the measures by name."""
    own = {name: value for name, value in changes.items() if hasattr(MEASURES, name)}
    others = {name: value for name, value in changes.items() if name not in own}
    terms = replace(TERMS, url=url, **others)
    return LlmReader(FakeReader(), terms, replace(MEASURES, **own), clock)


@contextmanager
def reading_by(script: Script, **changes: Any) -> Iterator[tuple[LlmReader, ScriptedEndpoint]]:
    """A reader and its endpoint, both closed after the block."""
    with endpoint(script) as house:
        reader = made(house.url, **changes)
        try:
            yield reader, house
        finally:
            reader.close()


def fallbacks(cause: Cause) -> float:
    """How often the language model failed for that reason, in this process."""
    return REGISTRY.get_sample_value("vts_mood_llm_fallbacks_total", {"cause": cause.value}) or 0.0


def fell_back(reading: Reading, text: str) -> bool:
    """Whether a reading is the fake reader's with the note, and nothing else."""
    (plain,) = FakeReader().read([Text(text)])
    assert reading.notes in ((), (NoteCode.MOOD_FALLBACK,))
    return (
        reading.notes == (NoteCode.MOOD_FALLBACK,)
        and reading.moods == plain.moods
        and reading.affect == plain.affect
        and reading.reason is None
    )


class ReaderWithEndpoint(LlmReader):
    """A reader on `base` that ends its honest endpoint when it is closed."""

    def __init__(self, base: MoodReader) -> None:
        self._house = ScriptedEndpoint(honest)
        super().__init__(base, replace(TERMS, url=self._house.url), MEASURES)

    def close(self) -> None:
        super().close()
        self._house.close()
