"""The `llm` backend: the panel's moods, affect and reasons on the embedding backend's readings.

Vectors, keywords, language and words are always the embedding backend's. It also reads alone what
asks for a change ("calmer"), which the lexicon knows best, and whatever the language model fails
to read; that carries the note `MOOD_FALLBACK`.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.mood.backends.llm.agents import agents, version
from services.mood.backends.llm.budget import Budget
from services.mood.backends.llm.deciding import Decision
from services.mood.backends.llm.endpoint import Endpoint, Terms
from services.mood.backends.llm.failures import FALLBACKS, Cause, LlmError
from services.mood.backends.llm.loops import LoopThread
from services.mood.backends.llm.panel import Panel, Rules
from services.mood.backends.llm.reasons import reason
from services.mood.blending import FLAT
from services.mood.cleaning import cleaned, readable_share
from services.mood.domain import Affect, Model, MoodReader, NoteCode, Reading, Text, Vectors, Word

FOREIGN_CONFIDENCE = 0.6
"""How sure a reading is, at most, of a text in neither language."""
READABLE = 0.5
"""Below this share of letters of our scripts it is in neither, whatever its caller says."""
SPARE_SECONDS = 2.0
"""How long a call is waited for that does not end at its time."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measures:
    """How much the panel may take: agents, texts at once, seconds, tokens, readings kept."""

    agents: int
    texts_at_once: int
    seconds: float
    tokens_per_reading: int
    tokens_per_minute: int
    tokens_per_hour: int
    kept_readings: int
    judge: bool


class LlmReader:
    """Reads moods with a language model: a `RemoteReader`.

    Owns `base` and a thread with an event loop for its calls. Keeps the last decisions by text.
    """

    def __init__(
        self,
        base: MoodReader,
        terms: Terms,
        measures: Measures,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base
        self._measures = measures
        self._name = terms.model
        self._endpoint = Endpoint(terms, clock)
        self._panel = Panel(
            agents()[: measures.agents],
            self._endpoint,
            Budget(measures.tokens_per_minute, measures.tokens_per_hour, clock),
            Rules(measures.tokens_per_reading, measures.judge),
        )
        self._loop = LoopThread("mood-llm")
        self._kept: OrderedDict[str, Decision] = OrderedDict()

    @property
    def model(self) -> Model:
        """The backend's name, and the language model with the version of the agents."""
        return Model("llm", f"{self._name}/{version()}")

    def load(self) -> None:
        """Loads the embedding backend; the endpoint is not asked, it may come later."""
        for chatty in ("httpx", "httpcore"):  # they log every call, as does this service
            logging.getLogger(chatty).setLevel(logging.WARNING)
        self._base.load()

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts in the order given; takes at most the time that was set for it."""
        return self.consult(texts, self.read_here(texts))

    def read_here(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts as the embedding backend does."""
        return self._base.read(texts)

    def consult(self, texts: Sequence[Text], readings: Sequence[Reading]) -> list[Reading]:
        """The embedding backend's readings with what the language model says of the texts.

        Touches nothing of that backend; takes at most the time that was set for it.
        """
        contents = [
            "" if reading.comparative else cleaned(text.content)
            for text, reading in zip(texts, readings, strict=True)
        ]
        found = self._found([each for each in dict.fromkeys(contents) if each])
        return [
            self._told(reading, content, found.get(content))
            for reading, content in zip(readings, contents, strict=True)
        ]

    def embed(self, texts: Sequence[Text]) -> Vectors:
        """Embeds texts as the embedding backend does."""
        return self._base.embed(texts)

    def words(self, texts: Sequence[Text]) -> list[tuple[Word, ...]]:
        """The words of texts as the embedding backend tells them."""
        return self._base.words(texts)

    def close(self) -> None:
        """Gives up what is under way and lets go of the connections."""
        self._loop.close(self._endpoint.close)
        self._kept.clear()
        self._base.close()

    def _found(self, contents: Sequence[str]) -> dict[str, Decision | Cause]:
        """The decision on each text, or why there is none."""
        found: dict[str, Decision | Cause] = {
            each: self._kept[each] for each in contents if each in self._kept
        }
        missing = [each for each in contents if each not in found]
        if len(missing) > self._measures.texts_at_once:
            found |= dict.fromkeys(missing, Cause.CROWD)
        elif missing:
            found |= self._asked(missing)
        for content in contents:
            self._keep(content, found[content])
        return found

    def _asked(self, contents: Sequence[str]) -> dict[str, Decision | Cause]:
        try:
            return self._loop.run(self._decided(contents), self._measures.seconds + SPARE_SECONDS)
        except TimeoutError:
            return dict.fromkeys(contents, Cause.TIMEOUT)
        except Exception as error:  # noqa: BLE001  # whatever it is, there is a reading without it
            _log.error("the language model could not be asked: %s", type(error).__name__)
            return dict.fromkeys(contents, Cause.INTERNAL)

    async def _decided(self, contents: Sequence[str]) -> dict[str, Decision | Cause]:
        deadline = asyncio.get_running_loop().time() + self._measures.seconds
        ends = await asyncio.gather(*(self._decision(each, deadline) for each in contents))
        return dict(zip(contents, ends, strict=True))

    async def _decision(self, content: str, deadline: float) -> Decision | Cause:
        try:
            return await self._panel.read(content, deadline)
        except LlmError as error:
            return error.cause

    def _keep(self, content: str, found: Decision | Cause) -> None:
        if isinstance(found, Cause):
            return
        self._kept[content] = found
        self._kept.move_to_end(content)
        while len(self._kept) > self._measures.kept_readings:
            self._kept.popitem(last=False)

    def _told(self, base: Reading, content: str, found: Decision | Cause | None) -> Reading:
        """A decision as a reading; without one, what the embedding backend says."""
        if found is None:
            return base
        if isinstance(found, Cause):
            FALLBACKS.labels(found.value).inc()
            return replace(base, notes=(*base.notes, NoteCode.MOOD_FALLBACK))
        return decided_reading(base, found, content)


def decided_reading(base: Reading, decision: Decision, text: str) -> Reading:
    """The reading of a text that was decided on, its moods the flatter the less sure it is.

    A text in neither language keeps its note, as its keywords and vector are hardly understood.
    """
    foreign = base.language == "und" or readable_share(text) < READABLE
    sure = min(decision.confidence, FOREIGN_CONFIDENCE) if foreign else decision.confidence
    return replace(
        base,
        moods=tuple(FLAT * (1.0 - sure) + sure * score for score in decision.moods),
        affect=Affect(decision.valence, decision.arousal, sure, decision.dominance),
        labels={},
        notes=base.notes if foreign else (),
        reason=reason(decision.spokesman, text),
    )
