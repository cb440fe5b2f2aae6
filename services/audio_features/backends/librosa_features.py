"""The default analyzer: librosa's features, and the project's own heads on them."""

from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from servicekit import sandbox as sandboxed
from servicekit.sandbox import Sandbox
from services.audio_features.backends.asked_frames import (
    asked_frames,
    check_amount,
    check_names,
)
from services.audio_features.backends.beats import beat_times
from services.audio_features.backends.decoding import MODULE, NAME, Decoder, Limits
from services.audio_features.backends.engine.transform import frame_count
from services.audio_features.backends.feeling import SHIPPED_MODEL, load_model
from services.audio_features.backends.fingerprints import SHIPPED_FINGERPRINTS, FingerprintNetwork
from services.audio_features.backends.heads import Heads
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.loudness import (
    dynamic_range_db,
    integrated_loudness,
    is_silent,
)
from services.audio_features.backends.measurement import Measurement, measure_recording
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.rhythm import estimate_tempo
from services.audio_features.backends.sequences import chroma_sequence, mfcc_sequence
from services.audio_features.backends.tonality import estimate_key
from services.audio_features.domain import (
    MAX_SOURCE_RATE,
    SILENCE_LUFS,
    Abandoned,
    Analysis,
    Floats,
    Media,
    Note,
    content_digest,
)
from services.audio_features.settings import AudioFeaturesSettings

FEATURES_VERSION = "2"
"""Changes whenever a feature, the tempo, the key or a sequence of the same samples would."""

HEARD_PARTS = ("features", "listening", "windows")
"""The parts of an analysis that need its sound."""

_PIECE_BYTES = 1 << 20


class LibrosaAnalyzer:
    """An `AudioAnalyzer` that keeps nothing between calls and may be called by many threads.

    Args:
        decoder: Reads files; closed with the analyzer.
        heads: What is learned.
        network: Tells talk from music.
        threads: How many threads may measure one sound.
        scratch_dir: Where frames of long sound lie; None stands for the system's own folder.
    """

    name = "librosa"

    def __init__(
        self,
        decoder: Decoder,
        heads: Heads,
        network: ListeningNetwork,
        threads: int = 1,
        scratch_dir: Path | None = None,
    ) -> None:
        self._scratch_dir = scratch_dir
        self._decoder = decoder
        self._heads = heads
        self._network = network
        self._threads = threads
        self.part_versions: Mapping[str, str] = {
            "features": FEATURES_VERSION,
            "listening": network.version,
            **heads.versions,
        }
        self.version = "-".join(self.part_versions.values())

    def analyze(
        self,
        media: Media,
        frames: Collection[str] = (),
        is_abandoned: Callable[[], bool] = lambda: False,
    ) -> Analysis:
        """Analyses one file.

        Raises `UnreadableMedia`, `MediaTooLarge`, `NoSound`, `InvalidOption` or `Abandoned`.
        """
        check_names(frames)
        sound = self._decoder.decode(media, is_abandoned)
        with sound.recording:
            analysis = self.analyze_recording(sound.recording, frames, is_abandoned)
        truncated = (Note.TRUNCATED,) if sound.is_cut_short else ()
        return replace(
            analysis,
            id=_content_id(media),
            sound_digest=sound.digest,
            notes=analysis.notes + truncated,
        )

    def analyze_samples(self, samples: Floats) -> Analysis:
        """Analyses mono samples at `SAMPLE_RATE`, at least half a second; the id stays empty."""
        with Recording.of(samples) as recording:
            return self.analyze_recording(recording)

    def analyze_recording(
        self,
        recording: Recording,
        frames: Collection[str] = (),
        is_abandoned: Callable[[], bool] = lambda: False,
    ) -> Analysis:
        """Analyses what is decoded already; neither the id nor the digest is set."""

        def check() -> None:
            if is_abandoned():
                raise Abandoned

        check_amount(frames, frame_count(recording.count))
        measured = measure_recording(recording, self._threads, check, self._scratch_dir)
        with closing(measured) as measurement:
            return self._told(recording, measurement, frames)

    def renewed(self, kept: Analysis) -> Analysis | None:
        """Lets newer heads read a kept analysis; None if something else is new, too."""
        if kept.part_versions == self.part_versions:
            return kept
        given = {name: kept.part_versions.get(name) for name in HEARD_PARTS}
        if given != {name: self.part_versions[name] for name in given}:
            return None
        return self._read(kept)

    def close(self) -> None:
        """Ends the process that decodes."""
        self._decoder.close()

    def _told(
        self, recording: Recording, measurement: Measurement, frames: Collection[str]
    ) -> Analysis:
        rms = measurement.values("rms")
        silent = is_silent(rms)
        loudness = SILENCE_LUFS if silent else integrated_loudness(recording)
        heard, textures = self._network.listen(recording, loudness)
        measured = Analysis(
            id="",
            duration_seconds=recording.seconds,
            dynamic_range_db=dynamic_range_db(rms),
            features=measurement.summaries(),
            mfcc=mfcc_sequence(measurement),
            chroma=chroma_sequence(measurement),
            heard=heard,
            frames=asked_frames(measurement, frames),
            notes=(Note.SILENT,) if silent else (),
            loudness_lufs=loudness,
        )
        if not silent:
            measured = self._heard(measured, recording, measurement, textures)
        return self._read(measured)

    def _heard(
        self,
        analysis: Analysis,
        recording: Recording,
        measurement: Measurement,
        textures: Floats,
    ) -> Analysis:
        """What can be told only if there is something to hear."""
        tempo = estimate_tempo(measurement.onsets)
        return replace(
            analysis,
            harmonic_share=measurement.harmonic_share,
            tempo=tempo,
            beats=beat_times(measurement.onsets, tempo),
            key=estimate_key(measurement.pitch_classes),
            materials=self._heads.materials(recording, measurement, textures),
            windows=self._heads.windows(recording, measurement),
        )

    def _read(self, analysis: Analysis) -> Analysis:
        silent = Note.SILENT in analysis.notes
        told = analysis if silent else self._heads.read(analysis)
        return replace(told, part_versions=self.part_versions)


def _content_id(media: Media) -> str:
    digest = content_digest()
    if isinstance(media, bytes):
        digest.update(media)
        return digest.hexdigest()
    media.seek(0)
    while piece := media.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def open_librosa(settings: AudioFeaturesSettings) -> LibrosaAnalyzer:
    """Reads the models; raises OSError if a file is missing."""
    return LibrosaAnalyzer(*parts(settings))


def parts(
    settings: AudioFeaturesSettings,
) -> tuple[Decoder, Heads, ListeningNetwork, int, Path | None]:
    """What the settings make a `LibrosaAnalyzer` of, in the order that it takes them."""
    longest = int(settings.max_media_seconds * MAX_SOURCE_RATE * 4)
    sandbox = Sandbox(
        MODULE,
        sandboxed.Limits(settings.decode_seconds, settings.decode_memory_bytes, longest),
        name=NAME,
    )
    limits = Limits(settings.max_media_bytes, settings.max_media_seconds)
    return (
        Decoder(sandbox, limits, settings.scratch_dir),
        Heads(
            load_model(settings.model_path or SHIPPED_MODEL),
            FingerprintNetwork(SHIPPED_FINGERPRINTS, settings.threads),
        ),
        ListeningNetwork(settings.listening_path or SHIPPED_NETWORK, settings.threads),
        settings.threads,
        settings.scratch_dir,
    )
