"""What the gateway reads from the environment: its ports, its services and its limits."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from servicekit.settings import MEBIBYTE, MetricsPort, Port, ServiceSettings, settings_config


class GatewaySettings(ServiceSettings):
    """The gateway's variables."""

    model_config = settings_config("VTS_GATEWAY_")

    port: Port = 50050
    metrics_port: MetricsPort = 9100
    http_port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="TCP port of REST and the page, on the same host; 0 takes any free one.",
    )
    captioner_address: str = Field(
        default="127.0.0.1:50051", description="Where the captioner is, as `host:port`."
    )
    mood_address: str = Field(
        default="127.0.0.1:50052", description="Where the mood service is, as `host:port`."
    )
    audio_features_address: str = Field(
        default="127.0.0.1:50053", description="Where audio_features is, as `host:port`."
    )
    recommender_address: str = Field(
        default="127.0.0.1:50054", description="Where the recommender is, as `host:port`."
    )
    services_token_file: Path | None = Field(
        default=None,
        description="File whose first token is sent to the four services, if they ask for one.",
    )
    default_deadline_seconds: float = 3600.0
    request_seconds: float = Field(
        default=600.0,
        gt=0,
        description="Time limit of a recommendation, its upload included; imports may take "
        "DEFAULT_DEADLINE_SECONDS.",
    )
    upload_idle_seconds: float = Field(
        default=30.0,
        gt=0,
        description="Time after which an upload that brings nothing is given up.",
    )
    photo_seconds: float = Field(
        default=20.0, gt=0, description="Time the captioner gets for a photo."
    )
    video_seconds: float = Field(
        default=300.0, gt=0, description="Time the captioner gets for a video."
    )
    sound_seconds: float = Field(
        default=300.0, gt=0, description="Time audio_features gets for a sound or a video."
    )
    mood_seconds: float = Field(default=10.0, gt=0, description="Time the mood service gets.")
    recommender_seconds: float = Field(default=15.0, gt=0, description="Time the recommender gets.")
    matching_seconds: float = Field(
        default=20.0, gt=0, description="Time audio_features gets to look for a clip in songs."
    )
    grouping_seconds: float = Field(
        default=1800.0, gt=0, description="Time the recommender gets to build groups of songs."
    )
    health_seconds: float = Field(
        default=1.0, gt=0, description="Time each service gets for a health check."
    )
    max_upload_bytes: int = Field(
        default=2048 * MEBIBYTE,
        ge=1024,
        description="Bytes of media in one request, all together; they are held on disk.",
    )
    max_recording_bytes: int = Field(
        default=16 * MEBIBYTE,
        ge=1024,
        description="Bytes of one recording that is sent while it is made.",
    )
    recording_seconds: float = Field(
        default=90.0, gt=0, description="Time a recording that is sent while it is made may take."
    )
    max_photo_bytes: int = Field(default=24 * MEBIBYTE, ge=1024, description="Bytes of one photo.")
    max_json_bytes: int = Field(
        default=8 * MEBIBYTE, ge=1024, description="Bytes of a JSON request over REST."
    )
    max_concurrent_requests: int = Field(
        default=16,
        ge=1,
        description="Recommendations and imports worked on at a time; more are refused, with the "
        "time after which to try again.",
    )
    max_http_connections: int = Field(
        default=256, ge=1, description="HTTP connections at a time; more get 503."
    )
    import_sounds: int = Field(
        default=4,
        ge=1,
        le=64,
        description="Sounds of imports analysed, or held against others, at a time; the workers of "
        "audio_features and a few more keep these busy.",
    )
    sound_dir: Path = Field(
        default=Path(".vts/sounds"), description="Folder of the sound files that are kept."
    )
