"""The captioner's variables."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from servicekit.settings import MEBIBYTE, MetricsPort, Port, ServiceSettings, settings_config
from vts.modelstore import DEFAULT_FOLDER


class Settings(ServiceSettings):
    """Everything that can be set from outside."""

    model_config = settings_config("VTS_CAPTIONER_")

    port: Port = 50051
    metrics_port: MetricsPort = 9101
    backend: Literal["lite", "blip", "transformers", "torchserve", "open_inference"] = Field(
        default="lite",
        description=(
            "What writes captions: `lite` is the project's own network; `blip` and `transformers` "
            "(any image-to-text model) run in this process; `torchserve` and `open_inference` "
            "(Triton, KServe) ask a model server. Tags and affect always come from `lite`."
        ),
    )
    lite_path: Path | None = Field(
        default=None,
        description="Folder with the ONNX files of `lite`; unset, the project's own.",
    )
    least_confidence: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Captions less sure than this are replaced by the facts that are sure.",
    )
    model: str = Field(
        default="Salesforce/blip-image-captioning-base",
        description="Of `blip` and `transformers`: name on a hub, or path, of the model.",
    )
    models_dir: Path = Field(
        default=DEFAULT_FOLDER,
        description="Where `vts models` put what it pulled; its `--dir`, or `VTS_MODELS_DIR`.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Of `blip`, `transformers` and `bmt`: where the model runs."
    )
    precision: Literal["auto", "float32", "bfloat16", "int8"] = Field(
        default="auto",
        description="Of `blip` and `transformers`: `auto` takes what the processor gains by.",
    )
    max_new_tokens: int = Field(
        default=30, ge=1, le=256, description="Longest caption, in tokens of the model."
    )
    beams: int = Field(
        default=1,
        ge=1,
        le=8,
        description="Of `blip` and `transformers`: sentences followed at a time; 1 is greedy.",
    )
    server: str = Field(
        default="127.0.0.1:7070",
        description="Of `torchserve` and `open_inference`: host and gRPC port of the model server.",
    )
    server_model: str = Field(
        default="captioner",
        description="Of `torchserve` and `open_inference`: the model's name on the server.",
    )
    server_seconds: float = Field(
        default=10.0, gt=0, le=600, description="Longest wait for the model server's answer."
    )
    server_token_file: Path | None = Field(
        default=None, description="File with the model server's token; unset, none is sent."
    )
    events: Literal["off", "bmt"] = Field(
        default="off",
        description="What finds events in videos: `bmt` is the Bi-modal Transformer.",
    )
    events_path: Path | None = Field(
        default=None,
        description=(
            "Folder with the weights of `bmt`, as "
            "`python -m services.captioner.backends.bmt.convert` makes it from what "
            "`vts models pull` fetched."
        ),
    )
    translator: Literal["glossary", "transformers"] = Field(
        default="glossary",
        description=(
            "What puts English captions into Korean: `glossary` is grammar and a glossary, for "
            "sentences that it understands whole; `transformers` adds a translation model in this "
            "process."
        ),
    )
    translation_model: str = Field(
        default="",
        description=(
            "Of the translator `transformers`: name on a hub, or path, of a model that puts "
            "English into Korean, such as Marian, NLLB or M2M100."
        ),
    )
    translates: Literal["rest", "all"] = Field(
        default="rest",
        description="Of the translator `transformers`: captions that the glossary leaves, or all.",
    )
    translation_seconds: float = Field(
        default=5.0,
        gt=0,
        le=600,
        description="Longest wait for a picture's translations; then Korean tells the facts.",
    )
    cached_translations: int = Field(
        default=2048, ge=1, description="Most translated sentences that are kept in memory."
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
        default=2048 * MEBIBYTE, ge=1024, description="Largest video file, in bytes."
    )
    max_video_seconds: float = Field(default=900.0, gt=0, description="Longest video, in seconds.")
    max_frame_pixels: int = Field(
        default=8_912_896, ge=1, description="Most pixels of a video's frame; 4096 × 2176."
    )
    max_scenes: int = Field(
        default=24, ge=1, le=200, description="Most scenes a video is divided into."
    )
    decode_threads: int = Field(
        default=1, ge=1, le=64, description="Photos decoded, and pictures measured, at a time."
    )
    decode_seconds: float = Field(
        default=120.0, gt=0, description="Longest time that decoding one photo or video may take."
    )
    decode_memory_bytes: int = Field(
        default=1536 * MEBIBYTE,
        ge=64 * MEBIBYTE,
        description="Memory that the process which decodes one photo or video may take.",
    )
    max_decoding: int = Field(
        default=16,
        ge=1,
        description="Photos and videos that are open at a time; more get RESOURCE_EXHAUSTED.",
    )
    scratch_dir: Path | None = Field(
        default=None,
        description="Folder in which a video lies while it is read; unset, the system's own.",
    )
