"""The variables of the `llm` backend."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from servicekit.settings import is_loopback


class LlmSettings(BaseSettings):
    """Which language model reads moods, and how much it may take; read from `VTS_MOOD_LLM_…`."""

    llm_url: str = Field(
        default="",
        description="Of `llm`: base address of an OpenAI-compatible endpoint (vLLM, Ollama, a "
        "hosted one), such as `http://127.0.0.1:8000/v1`. WHAT LISTENERS WRITE IS SENT THERE: "
        "https beyond this machine, unless LLM_PLAIN_HTTP_HOST names the host.",
    )
    llm_plain_http_host: str = Field(
        default="",
        description="Of `llm`: a host that may be asked without encryption, such as `vllm` in the "
        "same cluster. Texts and the key can be read on the way.",
    )
    llm_model: str = Field(
        default="", max_length=200, description="Of `llm`: the model's name on the endpoint."
    )
    llm_api_key: SecretStr | None = Field(
        default=None, description="Of `llm`: key that is sent as a bearer token."
    )
    llm_api_key_file: Path | None = Field(
        default=None, description="Of `llm`: file whose first line is the key; read at each start."
    )
    llm_ca_file: Path | None = Field(
        default=None,
        description="Of `llm`: certificates (PEM) to trust instead of the system's.",
    )
    llm_form: Literal["auto", "json_schema", "plain"] = Field(
        default="auto",
        description="Of `llm`: how JSON is asked for. `auto` tries `response_format` with a "
        "schema and goes on in words if the server rejects it.",
    )
    llm_agents: int = Field(
        default=5, ge=3, le=5, description="Of `llm`: agents that read each text."
    )
    llm_judge: bool = Field(
        default=True,
        description="Of `llm`: one more call decides where no majority of agents agrees.",
    )
    llm_temperature: float = Field(
        default=0.2, ge=0, le=2, description="Of `llm`: how freely the model answers."
    )
    llm_timeout_seconds: float = Field(
        default=8.0,
        gt=0,
        le=300,
        description="Of `llm`: longest time for the texts of one batch; then the embedding "
        "backend's reading is given. Keep it below VTS_GATEWAY_MOOD_SECONDS.",
    )
    llm_call_timeout_seconds: float = Field(
        default=6.0, gt=0, le=300, description="Of `llm`: longest time for one call, retries too."
    )
    llm_max_calls_at_once: int = Field(
        default=10, ge=1, le=256, description="Of `llm`: calls under way at a time."
    )
    llm_max_texts_at_once: int = Field(
        default=8,
        ge=1,
        le=1024,
        description="Of `llm`: more texts than this together (the scenes of a long video, say) "
        "are left to the embedding backend.",
    )
    llm_max_tokens_per_reading: int = Field(
        default=40_000, ge=1000, description="Of `llm`: tokens for one text, all agents together."
    )
    llm_tokens_per_minute: int = Field(
        default=200_000, ge=1000, description="Of `llm`: tokens of this process in a minute."
    )
    llm_tokens_per_hour: int = Field(
        default=2_000_000, ge=1000, description="Of `llm`: tokens of this process in an hour."
    )
    llm_max_answer_bytes: int = Field(
        default=262_144, ge=4096, description="Of `llm`: most bytes read of one answer."
    )
    llm_cached_readings: int = Field(
        default=1024, ge=1, description="Of `llm`: decisions kept in memory, about 2 KB each."
    )

    @model_validator(mode="after")
    def _asks_in_private(self) -> Self:
        if self.llm_url:
            _check_url(self.llm_url, self.llm_plain_http_host)
        if self.llm_call_timeout_seconds >= self.llm_timeout_seconds:
            raise ValueError(
                "VTS_MOOD_LLM_CALL_TIMEOUT_SECONDS must be below VTS_MOOD_LLM_TIMEOUT_SECONDS"
            )
        if self.llm_api_key is not None and self.llm_api_key_file is not None:
            raise ValueError("set VTS_MOOD_LLM_API_KEY or VTS_MOOD_LLM_API_KEY_FILE, not both")
        return self


def _check_url(url: str, plain_http_host: str) -> None:
    """Raises `ValueError` for an address that is none, or that others could listen to."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("VTS_MOOD_LLM_URL is not an address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("VTS_MOOD_LLM_URL must begin with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("VTS_MOOD_LLM_URL may hold no user, password, query or fragment")
    if parts.scheme == "http" and not is_loopback(host) and host != plain_http_host.lower():
        raise ValueError(
            "VTS_MOOD_LLM_URL must be https beyond this machine; to send texts in the clear, name "
            "its host in VTS_MOOD_LLM_PLAIN_HTTP_HOST"
        )
