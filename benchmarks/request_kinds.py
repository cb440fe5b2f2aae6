"""The kinds of request that are measured: each as a form for REST and as inputs in process."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.perceived import Given
from gateway.requests import given_input
from gateway.uploads import Upload
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb

_SAMPLES = Path("samples")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request; `name` begins its figures, `title` its line of the table."""

    name: str
    title: str
    media: Path | None = None
    text: str = ""
    situation: Mapping[str, Any] = field(default_factory=dict)

    def form(self) -> list[tuple[str, tuple[str | None, bytes]]]:
        """The parts of the multipart form, each with a filename if it is a file."""
        parts: list[tuple[str, tuple[str | None, bytes]]] = []
        if self.media:
            parts.append(("media", (self.media.name, self.media.read_bytes())))
        if self.text:
            parts.append(("text", (None, self.text.encode())))
        if self.situation:
            parts.append(("situation", (None, json.dumps(self.situation).encode())))
        return parts

    def inputs(self) -> list[Given]:
        """The same, as the gateway has it after reading the form; who calls closes the media."""
        messages: list[tuple[pb.Input, Upload | None]] = []
        if self.media:
            data = self.media.read_bytes()
            messages.append((pb.Input(), Upload(io.BytesIO(data), len(data))))
        if self.text:
            messages.append((pb.Input(text=self.text), None))
        if self.situation:
            situation = mood_pb.Situation(**self.situation)
            messages.append((pb.Input(situation=situation), None))
        return [
            given_input(index, message, upload) for index, (message, upload) in enumerate(messages)
        ]


KINDS = (
    Kind("photo", "photo", media=_SAMPLES / "coffee.jpg"),
    Kind("video", "video, 12 s", media=_SAMPLES / "vlog.mp4"),
    Kind("sound", "sound, 10 s", media=_SAMPLES / "clip.ogg"),
    Kind("text_en", "text, English", text="a rainy drive home, a bit sad"),
    Kind("text_ko", "text, Korean", text="신나는 여름 바다 여행"),
    Kind(
        "situation",
        "situation",
        situation={"local_time": "23:10", "weather": "rain", "activity": "driving"},
    ),
    Kind("mix", "photo and text", media=_SAMPLES / "rocket.jpg", text="but calmer"),
)
"""All kinds, in the order they are asked.

No two neighbours, the first and the last included, read the same words, so that a mood service
that remembers one text remembers none of these.
"""
