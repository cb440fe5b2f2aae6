"""What every analyzer promises, asked of each of them."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from servicekit.checkpoints import Checkpoint
from servicekit.sandbox import Sandbox
from services.audio_features.backends.clap import ClapAnalyzer, ClapNetwork
from services.audio_features.backends.decoding import MODULE, Decoder, Limits
from services.audio_features.backends.fake import READABLE, SILENT, SOUNDLESS_VIDEO, FakeAnalyzer
from services.audio_features.backends.feeling import SHIPPED_MODEL, load_model
from services.audio_features.backends.fingerprints import SHIPPED_FINGERPRINTS, FingerprintNetwork
from services.audio_features.backends.heads import Heads
from services.audio_features.backends.librosa_features import LibrosaAnalyzer
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.domain import (
    EMOTIONS,
    SILENCE_LUFS,
    TONICS,
    Abandoned,
    InvalidOption,
    MediaTooLarge,
    NoSound,
    Note,
    UnreadableMedia,
    content_digest,
)
from services.audio_features.ports import AudioAnalyzer
from tests.unit.audio_features.clap_made import DIMENSIONS as CLAP_DIMENSIONS
from tests.unit.audio_features.clap_made import tiny_clap
from tests.unit.audio_features.sounds import RATE, file_of, music, muxed
from vts.moods import AUDIO_DIMENSIONS, MOODS

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Case:
    """An analyzer with files that it should take for what their names say."""

    analyzer: AudioAnalyzer
    sound: bytes
    other_sound: bytes
    silence: bytes
    soundless_video: bytes
    dimensions: int = AUDIO_DIMENSIONS


def fake() -> Case:
    return Case(
        FakeAnalyzer(MAX_BYTES),
        READABLE + b" one",
        READABLE + b" two",
        SILENT,
        SOUNDLESS_VIDEO + b"isom",
    )


def librosa_parts() -> tuple[Decoder, Heads, ListeningNetwork]:
    return (
        Decoder(Sandbox(MODULE, name="test"), Limits(MAX_BYTES, max_seconds=60)),
        Heads(load_model(SHIPPED_MODEL), FingerprintNetwork(SHIPPED_FINGERPRINTS, 1)),
        ListeningNetwork(SHIPPED_NETWORK, 1),
    )


def of_files(analyzer: LibrosaAnalyzer, dimensions: int) -> Case:
    return Case(
        analyzer,
        file_of("flac", music(4), RATE),
        file_of("ogg", music(3, bpm=90, seed=1), RATE),
        file_of("wav", np.zeros(2 * RATE, np.float32), RATE),
        muxed("mp4", None, RATE, video="mpeg4"),
        dimensions,
    )


def librosa() -> Case:
    return of_files(LibrosaAnalyzer(*librosa_parts()), AUDIO_DIMENSIONS)


def clap() -> Case:
    with tempfile.TemporaryDirectory() as folder:
        network = ClapNetwork(Checkpoint(tiny_clap(Path(folder), fused=False), "tiny"))
    return of_files(ClapAnalyzer(network, *librosa_parts()), CLAP_DIMENSIONS)


@pytest.fixture(scope="module", params=[fake, librosa, clap], ids=["fake", "librosa", "clap"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    make: Callable[[], Case] = request.param
    made = make()
    yield made
    made.analyzer.close()


def test_it_names_itself_and_its_version(case: Case) -> None:
    assert case.analyzer.name
    assert case.analyzer.version


def test_an_analysis_is_whole_and_finite(case: Case) -> None:
    analysis = case.analyzer.analyze(case.sound)
    assert analysis.duration_seconds > 0
    assert analysis.notes == ()
    assert 0 <= analysis.harmonic_share <= 1
    assert analysis.dynamic_range_db >= 0
    assert SILENCE_LUFS <= analysis.loudness_lufs < 10
    for summary in analysis.features.values():
        assert len({row.shape for row in summary.statistics()}) == 1
        assert all(np.isfinite(row).all() for row in summary.statistics())
    assert analysis.mfcc is not None
    assert np.isfinite(analysis.mfcc.frames).all()
    assert analysis.mfcc.step_seconds > 0


def test_what_is_heard_fills_the_whole_length(case: Case) -> None:
    for sound in (case.sound, case.silence):
        analysis = case.analyzer.analyze(sound)
        heard = analysis.heard
        assert heard.segments[0].start == 0
        assert heard.segments[-1].end == pytest.approx(analysis.duration_seconds)
        for share in (heard.speech_share, heard.music_share, heard.silence_share):
            assert 0 <= share <= 1
        assert all(0 <= segment.confidence <= 1 for segment in heard.segments)
    assert case.analyzer.analyze(case.silence).heard.silence_share == 1
    assert case.analyzer.analyze(case.sound).windows[0].feeling is not None


def test_what_is_felt_and_heard_is_in_range(case: Case) -> None:
    analysis = case.analyzer.analyze(case.sound)
    assert analysis.tempo is not None
    assert 30 <= analysis.tempo.bpm <= 300
    assert 0 <= analysis.tempo.confidence <= 1
    assert analysis.key is not None
    assert analysis.key.tonic in TONICS
    assert analysis.key.mode in {"major", "minor"}
    assert 0 <= analysis.key.confidence <= 1
    feeling = analysis.feeling
    assert feeling is not None
    assert feeling.emotions.shape == (len(EMOTIONS),)
    assert feeling.moods.shape == (len(MOODS),)
    assert max(abs(feeling.valence), abs(feeling.arousal)) <= 1
    assert 0 <= feeling.confidence <= 1


def test_an_embedding_has_length_one(case: Case) -> None:
    embedding = case.analyzer.analyze(case.sound).embedding
    assert embedding is not None
    assert embedding.shape == (case.dimensions,)
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-5)


def test_the_same_bytes_give_the_same_analysis(case: Case) -> None:
    one, again = case.analyzer.analyze(case.sound), case.analyzer.analyze(case.sound)
    other = case.analyzer.analyze(case.other_sound)
    assert one.id == again.id != other.id
    assert one.embedding is not None
    assert again.embedding is not None
    assert other.embedding is not None
    assert np.array_equal(one.embedding, again.embedding)
    assert not np.allclose(one.embedding, other.embedding)


def test_an_analysis_is_named_by_its_bytes_and_tells_its_versions(case: Case) -> None:
    digest = content_digest()
    digest.update(case.sound)
    analysis = case.analyzer.analyze(case.sound)
    assert analysis.id == digest.hexdigest()
    assert analysis.sound_digest
    assert analysis.part_versions == case.analyzer.part_versions
    renewed = case.analyzer.renewed(analysis)
    assert renewed is not None
    assert renewed.part_versions == analysis.part_versions


def test_older_features_need_the_sound(case: Case) -> None:
    analysis = case.analyzer.analyze(case.sound)
    older = {**analysis.part_versions, "features": "0"}
    assert case.analyzer.renewed(replace(analysis, part_versions=older)) is None
    assert case.analyzer.renewed(replace(analysis, part_versions={})) is None


def test_a_feature_is_told_frame_by_frame_if_there_is_such_a_one(case: Case) -> None:
    analysis = case.analyzer.analyze(case.sound, ["rms"])
    assert list(analysis.frames) == ["rms"]
    assert analysis.frames["rms"].frames.shape[1] == 1
    assert analysis.frames["rms"].step_seconds > 0
    with pytest.raises(InvalidOption) as caught:
        case.analyzer.analyze(case.sound, ["rms", "taste"])
    assert caught.value.field_name == "options.frames"


def test_nothing_is_analysed_for_nobody(case: Case) -> None:
    with pytest.raises(Abandoned):
        case.analyzer.analyze(case.sound, (), lambda: True)


def test_a_file_gives_the_analysis_of_its_bytes(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "media"
    path.write_bytes(case.sound)
    with path.open("rb") as file:
        from_file = case.analyzer.analyze(file)
    from_bytes = case.analyzer.analyze(case.sound)
    assert from_file.id == from_bytes.id
    assert from_file.embedding is not None
    assert from_bytes.embedding is not None
    assert np.array_equal(from_file.embedding, from_bytes.embedding)


def test_silence_is_a_result_with_a_note(case: Case) -> None:
    analysis = case.analyzer.analyze(case.silence)
    assert analysis.notes == (Note.SILENT,)
    assert analysis.id
    assert analysis.loudness_lufs == SILENCE_LUFS
    assert (analysis.tempo, analysis.key, analysis.embedding, analysis.feeling) == (None,) * 4
    for summary in analysis.features.values():
        assert all(np.isfinite(row).all() for row in summary.statistics())


def test_a_video_without_sound_is_no_sound(case: Case) -> None:
    with pytest.raises(NoSound):
        case.analyzer.analyze(case.soundless_video)


@pytest.mark.parametrize("media", [b"", b"a text", b"\xff\xd8\xff\xe0" + bytes(100)])
def test_what_is_not_sound_is_unreadable(case: Case, media: bytes) -> None:
    with pytest.raises(UnreadableMedia):
        case.analyzer.analyze(media)


def test_more_bytes_than_allowed_are_too_large(case: Case) -> None:
    with pytest.raises(MediaTooLarge) as caught:
        case.analyzer.analyze(case.sound + bytes(MAX_BYTES))
    assert caught.value.limit == f"{MAX_BYTES} bytes"
