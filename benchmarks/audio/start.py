"""From starting the service to its first answer, where everything has been compiled before."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import grpc
import soundfile

from benchmarks.audio.music import RATE, half_minute
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc
from vts.media.v1 import media_pb2

PORT, METRICS_PORT = 53_053, 53_103
REPETITIONS = 3
LIMIT_SECONDS = 120.0

_CHUNK_BYTES = 1 << 18
_COMMAND = (sys.executable, "-m", "services.audio_features")


def measure(data: Path | None = None) -> dict[str, float]:
    """Seconds until half a minute of music, sent to a service that has just been started, is told.

    Raises:
        grpc.RpcError: The service did not answer.
        subprocess.CalledProcessError: The cache could not be filled.
    """
    sound = io.BytesIO()
    soundfile.write(sound, half_minute(data), RATE, format="WAV")
    with TemporaryDirectory(prefix="vts-bench-") as folder:
        environment = {
            **os.environ,
            "VTS_AUDIO_FEATURES_PORT": str(PORT),
            "VTS_AUDIO_FEATURES_METRICS_PORT": str(METRICS_PORT),
            "VTS_AUDIO_FEATURES_STORE_URL": f"sqlite:///{folder}/analyses.sqlite3",
        }
        subprocess.run((*_COMMAND, "--warm-up"), env=environment, check=True, capture_output=True)
        seconds = [_seconds(sound.getvalue(), environment) for _ in range(REPETITIONS)]
    return {"seconds": median(seconds)}


def _seconds(sound: bytes, environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    process = subprocess.Popen(
        _COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with grpc.insecure_channel(f"127.0.0.1:{PORT}", _OPTIONS) as channel:
            stub = rpc.AudioFeaturesServiceStub(channel)
            answer = stub.AnalyzeAudio(_requests(sound), timeout=LIMIT_SECONDS, wait_for_ready=True)
        seconds = time.perf_counter() - begun
        if not answer.embedding:
            raise RuntimeError("the sound was not analysed")
        return seconds
    finally:
        process.terminate()
        process.wait(timeout=LIMIT_SECONDS)


_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 100),
    ("grpc.max_receive_message_length", 64 << 20),
)


def _requests(sound: bytes) -> Iterator[pb.AnalyzeAudioRequest]:
    for start in range(0, len(sound), _CHUNK_BYTES):
        piece = sound[start : start + _CHUNK_BYTES]
        yield pb.AnalyzeAudioRequest(chunk=media_pb2.MediaChunk(data=piece))
