"""Makes the `llm` backend from its settings."""

from pydantic import SecretStr

from servicekit.auth import read_tokens
from services.mood.backends.llm.endpoint import Terms
from services.mood.backends.llm.reader import LlmReader, Measures
from services.mood.domain import MoodReader
from services.mood.llm_settings import LlmSettings


def opened_llm(base: MoodReader, settings: LlmSettings) -> LlmReader:
    """The reader, which owns `base`; nothing is asked yet.

    Raises:
        OSError: The key's or the certificates' file cannot be read.
        TokenFileError: The key's file holds no key.
    """
    terms = Terms(
        url=settings.llm_url,
        model=settings.llm_model,
        temperature=settings.llm_temperature,
        form=settings.llm_form,
        call_seconds=settings.llm_call_timeout_seconds,
        most_calls=settings.llm_max_calls_at_once,
        most_answer_bytes=settings.llm_max_answer_bytes,
        key=_key(settings),
        ca_file=settings.llm_ca_file,
    )
    measures = Measures(
        agents=settings.llm_agents,
        texts_at_once=settings.llm_max_texts_at_once,
        seconds=settings.llm_timeout_seconds,
        tokens_per_reading=settings.llm_max_tokens_per_reading,
        tokens_per_minute=settings.llm_tokens_per_minute,
        tokens_per_hour=settings.llm_tokens_per_hour,
        kept_readings=settings.llm_cached_readings,
        judge=settings.llm_judge,
    )
    return LlmReader(base, terms, measures)


def _key(settings: LlmSettings) -> SecretStr | None:
    if settings.llm_api_key_file is not None:
        return read_tokens(settings.llm_api_key_file)[0]
    return settings.llm_api_key
