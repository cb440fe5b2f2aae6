"""Why a language model did not read a text, and the counters that tell operators."""

from enum import StrEnum

from prometheus_client import Counter

FALLBACKS = Counter(
    "vts_mood_llm_fallbacks",
    "Texts that the embedding backend read in the language model's stead, by why.",
    ("cause",),
)
CALLS = Counter("vts_mood_llm_calls", "Calls of the language model, by how they ended.", ("end",))
TOKENS = Counter("vts_mood_llm_tokens", "Tokens that the language model was sent or answered.")


class Cause(StrEnum):
    """Why there is no reading, or no answer of one agent."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    DENIED = "denied"
    BUSY = "busy"
    BROKEN = "broken"
    REJECTED = "rejected"
    RESTING = "resting"
    BUDGET = "budget"
    CROWD = "crowd"
    NONSENSE = "nonsense"
    LEAK = "leak"
    UNSOUND = "unsound"
    DISAGREEMENT = "disagreement"
    INTERNAL = "internal"


ENDPOINTS_FAULT = frozenset(
    {Cause.UNREACHABLE, Cause.TIMEOUT, Cause.DENIED, Cause.BUSY, Cause.BROKEN}
)
"""What the next call will most likely meet too; a text that is rejected says nothing of others."""


class LlmError(Exception):
    """There is no answer to go by; the cause never holds anything that was sent or received."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else str(cause))
        self.cause = cause
