"""Every variable of the audio_features service."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from servicekit.settings import MEBIBYTE, MetricsPort, Port, ServiceSettings, settings_config
from vts.modelstore import DEFAULT_FOLDER


class AudioFeaturesSettings(ServiceSettings):
    """Read once, by `__main__`, from `VTS_AUDIO_FEATURES_…`."""

    model_config = settings_config("VTS_AUDIO_FEATURES_")

    port: Port = 50053
    metrics_port: MetricsPort = 9103
    backend: Literal["librosa", "clap"] = Field(
        default="librosa",
        description="What measures the sound; `clap` does what `librosa` does, and takes a song's "
        "embedding from a CLAP model, whose width the recommender must be told.",
    )
    clap_model: str = Field(
        default="laion/clap-htsat-unfused",
        description="Of `clap`: name on a hub, or path, of the model; it must be on this machine.",
    )
    models_dir: Path = Field(
        default=DEFAULT_FOLDER,
        description="Where `vts models` put what it pulled; its `--dir`, or `VTS_MODELS_DIR`.",
    )
    store_url: SecretStr = Field(
        default=SecretStr("sqlite:///.vts/audio_features/analyses.sqlite3"),
        description="Database in which analyses are kept, as SQLAlchemy writes it: SQLite, "
        "PostgreSQL (postgresql+psycopg://…) or MySQL (mysql+pymysql://…). Signs such as ?, @ and "
        "% in a path or a password are written as %3F, %40 and %25.",
    )
    max_media_bytes: int = Field(
        default=2048 * MEBIBYTE,
        ge=65_536,
        description="Largest file that is analysed, in bytes; videos are sent whole.",
    )
    max_media_seconds: float = Field(
        default=7200.0, ge=1, description="Longest sound that is analysed, in seconds."
    )
    decode_seconds: float = Field(
        default=120.0, gt=0, description="Longest time that decoding one file may take."
    )
    decode_memory_bytes: int = Field(
        default=1024 * MEBIBYTE,
        ge=64 * MEBIBYTE,
        description="Memory that the process which decodes one file may take.",
    )
    scratch_dir: Path | None = Field(
        default=None,
        description="Folder in which a file, and long sound, lie while they are read; unset, the "
        "system's own.",
    )
    max_queue: int = Field(
        default=16,
        gt=0,
        description="Analyses that may wait; more are answered RESOURCE_EXHAUSTED.",
    )
    workers: int = Field(default=1, gt=0, le=16, description="Analyses that run at the same time.")
    recent_analyses: int = Field(
        default=256,
        gt=0,
        description="Analyses kept in memory for CompareAudio; those unused longest go first.",
    )
    model_path: Path | None = Field(
        default=None, description="The trained model (.npz); unset means the one that is shipped."
    )
    listening_path: Path | None = Field(
        default=None,
        description="The network that tells talk from music (ONNX); unset means the shipped one.",
    )
    numba_cache_dir: Path = Field(
        default=Path(".vts/numba"), description="Where compiled functions are kept between starts."
    )
