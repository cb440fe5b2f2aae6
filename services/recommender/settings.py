"""The recommender's variables."""

from pathlib import Path

from pydantic import Field

from servicekit.settings import MetricsPort, Port, ServiceSettings, settings_config
from services.recommender.backends import Backend
from vts.moods import AUDIO_DIMENSIONS


class RecommenderSettings(ServiceSettings):
    """Read from `VTS_RECOMMENDER_…`."""

    model_config = settings_config("VTS_RECOMMENDER_")

    port: Port = 50054
    metrics_port: MetricsPort = 9104
    threads: int = Field(default=1, ge=1, le=64, description="Threads for one search.")
    backend: Backend = Field(
        default="edge",
        description="The store: `edge` is Qdrant's engine in this process, on disk.",
    )
    data_dir: Path = Field(
        default=Path(".vts/recommender"),
        description="Directory of songs and feedback; one process at a time may use it.",
    )
    audio_dimensions: int = Field(
        default=AUDIO_DIMENSIONS,
        ge=2,
        le=4096,
        description="Length of a sound's embedding, as audio_features makes it. Where it changes, "
        "those of another length are dropped and their songs wait to be imported again.",
    )
    candidates_limit: int = Field(
        default=2000,
        ge=100,
        le=10_000,
        description="Songs compared exactly for one request; where more pass the filters, the "
        "nearest are.",
    )
    cached_songs: int = Field(
        default=10_000, ge=0, description="Songs kept in memory for ranking, about 7 KB each."
    )
    names_limit: int = Field(
        default=200_000, ge=1, description="Songs that can be found by name; about 1 KB each."
    )
    read_threads: int = Field(default=2, ge=1, le=64, description="Requests ranked at a time.")
    max_queue: int = Field(default=64, ge=1, description="Requests waiting; more are refused.")
    max_upsert_tracks: int = Field(
        default=50_000, ge=1, description="Songs that one UpsertTracks call may bring."
    )
    min_free_bytes: int = Field(
        default=64 * 1024 * 1024,
        ge=0,
        description="Songs are refused when the disk has fewer bytes left.",
    )
    groups_seconds: int = Field(
        default=900, ge=10, description="Time that the building of groups may take."
    )
    groups_memory_bytes: int = Field(
        default=4 * 1024**3,
        ge=256 * 1024**2,
        description="Memory (address space) of the process in which groups are built.",
    )
    groups_threads: int = Field(
        default=1, ge=1, le=64, description="Threads of the process in which groups are built."
    )
    feedback_per_user: int = Field(
        default=1000, ge=1, description="Feedback entries kept of one listener, the newest."
    )
    feedback_in_all: int = Field(
        default=1_000_000, ge=1, description="Feedback entries kept of all listeners, the newest."
    )
