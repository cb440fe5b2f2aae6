"""The captioner's variables."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from servicekit.settings import MEBIBYTE, MetricsPort, Port, ServiceSettings, settings_config


class Settings(ServiceSettings):
    """Everything that can be set from outside."""

    model_config = settings_config("VTS_CAPTIONER_")

    port: Port = 50051
    metrics_port: MetricsPort = 9101
    backend: Literal["lite"] = Field(
        default="lite", description="What looks at pictures: `lite` is the project's own network."
    )
    model_path: Path | None = Field(
        default=None, description="ONNX file of `lite`; unset, the one that comes with the project."
    )
    max_batch: int = Field(
        default=8, ge=1, le=64, description="Most pictures the network looks at together."
    )
    max_wait_seconds: float = Field(
        default=0.005, ge=0, le=1, description="Longest time a picture waits for company."
    )
    max_queue: int = Field(
        default=64, ge=1, description="Most pictures waiting; more get RESOURCE_EXHAUSTED."
    )
    max_image_bytes: int = Field(
        default=24 * MEBIBYTE, ge=1024, description="Largest photo file, in bytes."
    )
    max_image_pixels: int = Field(
        default=40_000_000, ge=1, description="Most pixels of a photo, told before decoding it."
    )
    max_video_bytes: int = Field(
        default=256 * MEBIBYTE, ge=1024, description="Largest video file, in bytes."
    )
    max_video_seconds: float = Field(default=900.0, gt=0, description="Longest video, in seconds.")
    max_frame_pixels: int = Field(
        default=8_912_896, ge=1, description="Most pixels of a video's frame; 4096 × 2176."
    )
    max_scenes: int = Field(
        default=24, ge=1, le=200, description="Most scenes a video is divided into."
    )
    decode_threads: int = Field(
        default=1, ge=1, le=64, description="Photos and videos decoded at a time."
    )
    scratch_dir: Path | None = Field(
        default=None,
        description="Folder in which a video lies while it is read; unset, the system's own.",
    )
