"""The mood service's variables."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from servicekit.settings import MetricsPort, Port, ServiceSettings, settings_config
from services.mood.backends import MINILM, Backend
from services.mood.llm_settings import LlmSettings
from vts.modelstore import DEFAULT_FOLDER


class MoodSettings(ServiceSettings, LlmSettings):
    """Read from `VTS_MOOD_…`."""

    model_config = settings_config("VTS_MOOD_")

    port: Port = 50052
    metrics_port: MetricsPort = 9102
    backend: Backend = Field(
        default="embedding",
        description="What reads moods: `embedding` is MiniLM in this process with small trained "
        "heads and a bilingual lexicon; `bert` takes moods from a fine-tuned classifier; `llm` "
        "asks a language model over the network, and `embedding` where it fails.",
    )
    model: str = Field(
        default="",
        description="Of `bert`: the classifier's folder, as `vts train-mood` makes it, or its name "
        "among what `vts models` pulled or on a hub.",
    )
    models_dir: Path = Field(
        default=DEFAULT_FOLDER,
        description="Where `vts models` put what it pulled; its `--dir`, or `VTS_MODELS_DIR`.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Of `bert`: where the classifier runs."
    )
    encoder: str = Field(
        default=MINILM,
        description="What makes search vectors: `minilm`, for which Korean is put into English "
        "words, or the folder or name of a multilingual encoder in the format of "
        "sentence-transformers with 384 dimensions. Catalogues must be imported again after a "
        "change.",
    )
    encoder_prefix: str = Field(
        default="",
        max_length=100,
        description="Of another encoder: what it wants before every text, such as `query: ` of E5.",
    )
    max_texts: int = Field(default=64, ge=1, le=1024, description="Texts that one call may bring.")
    max_text_characters: int = Field(
        default=2000, ge=1, le=100_000, description="Characters that one text may have."
    )
    max_batch_calls: int = Field(
        default=8, ge=1, le=64, description="Calls whose texts are read together."
    )
    max_wait_seconds: float = Field(
        default=0.002, ge=0, le=1, description="Longest wait for other calls to join a batch."
    )
    max_queue: int = Field(default=64, ge=1, description="Calls waiting; more are refused.")
    cached_texts: int = Field(
        default=4096, ge=1, description="Texts whose vectors are kept in memory, about 3 KB each."
    )

    @model_validator(mode="after")
    def _names_the_language_model(self) -> Self:
        if self.backend == "llm" and not (self.llm_url and self.llm_model):
            raise ValueError(
                "the backend llm needs VTS_MOOD_LLM_URL and VTS_MOOD_LLM_MODEL to be set"
            )
        return self
