"""The default analyzer: librosa's features, and the project's own heads on them."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from servicekit import sandbox as sandboxed
from servicekit.sandbox import Sandbox
from services.audio_features.backends.decoding import MODULE, NAME, Decoder, Limits
from services.audio_features.backends.feeling import SHIPPED_MODEL, FeelingModel, load_model
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.loudness import (
    dynamic_range_db,
    integrated_loudness,
    is_silent,
)
from services.audio_features.backends.rhythm import estimate_tempo
from services.audio_features.backends.sections import (
    Measurement,
    Sections,
    measured,
    sections_of,
)
from services.audio_features.backends.spectra import FRAME_SECONDS
from services.audio_features.backends.tonality import estimate_key
from services.audio_features.backends.windows import felt_windows
from services.audio_features.domain import (
    SAMPLE_RATE,
    Analysis,
    Floats,
    Heard,
    Media,
    Note,
    Sequence,
)
from services.audio_features.settings import AudioFeaturesSettings

POOLED_FRAMES = 4
"""Analysis frames averaged into one MFCC frame: a step of 93 ms."""

MAX_MFCC_FRAMES = 512
"""Longer sounds get longer steps, so that a comparison stays small."""


_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class _Listened:
    """What was heard in a whole sound, and the sections of it that are to be measured."""

    seconds: float
    heard: Heard
    loudness_lufs: float
    sections: Sections


class LibrosaAnalyzer:
    """An `AudioAnalyzer` that keeps nothing between calls and may be called by many threads."""

    name = "librosa"

    def __init__(
        self,
        decoder: Decoder,
        analysis_seconds: float,
        model: FeelingModel,
        network: ListeningNetwork,
    ) -> None:
        self._decoder = decoder
        self._analysis_seconds = analysis_seconds
        self._model = model
        self._network = network
        self.version = model.version

    @property
    def part_versions(self) -> Mapping[str, str]:
        """One version for everything."""
        return {"all": self.version}

    def renewed(self, kept: Analysis) -> Analysis | None:
        """An analysis is either as this would make it, or the sound is needed."""
        return kept if kept.part_versions == self.part_versions else None

    def analyze(
        self,
        media: Media,
        frames: Collection[str] = (),  # noqa: ARG002
        is_abandoned: Callable[[], bool] = lambda: False,  # noqa: ARG002
    ) -> Analysis:
        """Analyses one file; raises `UnreadableMedia`, `MediaTooLarge` or `NoSound`."""
        heard, cut_short = self._decoded(media)
        analysis = self._measured(heard)
        truncated = (Note.TRUNCATED,) if cut_short else ()
        return replace(analysis, id=_content_id(media), notes=analysis.notes + truncated)

    def close(self) -> None:
        """Ends the process that decodes."""
        self._decoder.close()

    def analyze_samples(self, samples: Floats) -> Analysis:
        """Analyses mono samples at `SAMPLE_RATE`, at least half a second; the id stays empty."""
        return self._measured(self._listened(samples))

    def _decoded(self, media: Media) -> tuple["_Listened", bool]:
        """What is needed of a file's sound, which is let go of here, and if it was cut short."""
        sound = self._decoder.decode(media)
        return self._listened(sound.samples), sound.is_cut_short

    def _listened(self, samples: Floats) -> "_Listened":
        seconds = len(samples) / SAMPLE_RATE
        return _Listened(
            seconds,
            self._network.listen(samples, seconds),
            integrated_loudness(samples),
            sections_of(samples, self._analysis_seconds),
        )

    def _measured(self, listened: "_Listened") -> Analysis:
        measurement = measured(listened.sections)
        rms = measurement.values("rms")
        heard = Analysis(
            id="",
            duration_seconds=listened.seconds,
            dynamic_range_db=dynamic_range_db(rms),
            features=measurement.summaries(),
            mfcc=mfcc_sequence(measurement),
            heard=listened.heard,
        )
        if is_silent(rms):
            return replace(heard, notes=(Note.SILENT,))
        return replace(
            heard,
            loudness_lufs=listened.loudness_lufs,
            harmonic_share=measurement.harmonic_share,
            tempo=estimate_tempo(measurement.onsets),
            key=estimate_key(measurement.pitch_classes),
            embedding=self._model.embed(heard.features),
            feeling=self._model.feel(heard.features),
            windows=felt_windows(measurement, self._model),
        )


def _content_id(media: Media) -> str:
    digest = hashlib.blake2b(digest_size=16)
    if isinstance(media, bytes):
        digest.update(media)
        return digest.hexdigest()
    media.seek(0)
    while piece := media.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def mfcc_sequence(measurement: Measurement) -> Sequence:
    """Averages neighbouring frames of MFCC until at most `MAX_MFCC_FRAMES` are left."""
    mfcc = measurement.values("mfcc").T
    pooled = max(POOLED_FRAMES, -(-len(mfcc) // MAX_MFCC_FRAMES))
    starts = np.arange(0, len(mfcc), pooled)
    sums = np.add.reduceat(mfcc, starts, axis=0)
    counts = np.diff(np.append(starts, len(mfcc)))
    means = (sums / counts[:, np.newaxis]).astype(np.float32)
    return Sequence(means, pooled * FRAME_SECONDS)


def open_librosa(settings: AudioFeaturesSettings) -> LibrosaAnalyzer:
    """Reads the model; raises OSError if its file is missing."""
    sandbox = Sandbox(
        MODULE,
        sandboxed.Limits(settings.decode_seconds, settings.decode_memory_bytes),
        name=NAME,
    )
    return LibrosaAnalyzer(
        Decoder(sandbox, Limits(settings.max_media_bytes, settings.max_media_seconds)),
        settings.analysis_seconds,
        load_model(settings.model_path or SHIPPED_MODEL),
        ListeningNetwork(settings.listening_path or SHIPPED_NETWORK, settings.threads),
    )
