"""Captions in Korean by a translation model: taught a few sentences, slow, broken or missing."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from servicekit import checkpoints
from servicekit.checkpoints import UnusableCheckpointError
from services.captioner.backends import lite, open_retelling
from services.captioner.backends.fake import FakeCaptioner
from services.captioner.backends.translation_model import ModelTranslator, TranslationModel
from services.captioner.domain import (
    Caption,
    Event,
    Events,
    Model,
    Note,
    Pixels,
    Sentence,
    Sight,
)
from services.captioner.retelling import Retelling, RetoldCaptioner, RetoldEvents
from services.captioner.settings import Settings
from tests.unit.captioner.translators_made import TAUGHT, tiny_marian, tiny_translator

PICTURE = np.full((8, 8, 3), 200, dtype=np.uint8)
STRANGE, SEA = "A quux frobs the baz.", "The sea is calm."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_translator(tmp_path_factory.mktemp("translator"))


def model(folder: Path) -> TranslationModel:
    checkpoint = checkpoints.found(str(folder), "VTS_CAPTIONER_TRANSLATION_MODEL")
    return TranslationModel(checkpoint, device=torch.device("cpu"), precision="float32")


class Words:
    """A translator of a few words, which notes what it was asked, or fails as it was told."""

    def __init__(self, failure: Exception | None = None, stuck: bool = False) -> None:
        self.failure = failure
        self.stuck = stuck
        self.asked: list[str] = []
        self.begun = asyncio.Event()
        self.closed = False

    async def translate(self, english: str) -> str:
        self.asked.append(english)
        self.begun.set()
        if self.stuck:
            await asyncio.Event().wait()
        if self.failure:
            raise self.failure
        return {STRANGE: "쿡스입니다.", SEA: "바다입니다."}.get(english, "")

    async def close(self) -> None:
        self.closed = True


class Writes(FakeCaptioner):
    """Sees what the fake sees, and says given sentences."""

    def __init__(self, *captions: Caption) -> None:
        super().__init__()
        self.captions = captions

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        seen = await super().look(picture, prompt)
        return Sight(seen.tags, seen.affect, self.captions)


class Finds:
    """Finds one event, told in English."""

    @property
    def model(self) -> Model:
        return Model("finds", "1")

    async def find(self, path: Path, demuxer: str) -> Events:
        return Events((Event(0.0, 1.0, caption(STRANGE)),), (Note.NO_FLOW,))

    async def close(self) -> None:
        """Has nothing to close."""


def caption(english: str, korean: str = "", sure: float = 0.9) -> Caption:
    return Caption(Sentence(english, korean), sure)


def retelling(
    words: Words, *, everything: bool = False, seconds: float = 30.0, cached: int = 8
) -> Retelling:
    return Retelling(words, everything=everything, seconds=seconds, cached=cached)


@pytest.mark.parametrize("language", ["kor_Hang", ">>kor<<", ""])
def test_what_was_taught_is_said_whatever_names_the_language(language: str, tmp_path: Path) -> None:
    said = model(tiny_translator(tmp_path, language)).translate(list(TAUGHT))
    assert said[:3] == list(TAUGHT.values())[:3]


# Marian's tokenizer would like a package that only straightens quotation marks.
@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_marian_with_sentencepiece_says_what_it_was_taught(tmp_path: Path) -> None:
    said = model(tiny_marian(tmp_path)).translate(list(TAUGHT))
    assert said == [*(text for text in TAUGHT.values() if "hum" not in text), ""]


def test_what_is_no_korean_is_not_told(folder: Path) -> None:
    assert model(folder).translate(["It hums."]) == [""]


def test_a_batch_says_what_each_alone_says(folder: Path) -> None:
    made = model(folder)
    assert made.translate([STRANGE, SEA]) == [made.translate([each])[0] for each in (STRANGE, SEA)]


def test_a_sentence_without_an_end_is_not_told(tmp_path: Path) -> None:
    endless = {"It hums.": "웅 " * 96}
    assert model(tiny_translator(tmp_path, taught=endless)).translate(["It hums."]) == [""]


async def test_captions_that_the_glossary_leaves_are_translated(folder: Path) -> None:
    settings = Settings(translator="transformers", translation_model=str(folder), device="cpu")
    retelling = await asyncio.to_thread(open_retelling, settings)
    assert retelling is not None
    captioner = RetoldCaptioner(
        Writes(caption(STRANGE), caption("A dog.", "개입니다.")), retelling, least_confidence=0.0
    )
    sight = await captioner.look(PICTURE)
    assert [each.sentence.ko for each in sight.captions] == [TAUGHT[STRANGE], "개입니다."]
    assert sight.notes == ()
    await captioner.close()


def test_lite_leaves_to_a_translator_what_the_glossary_cannot_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lite, "in_korean", lambda _: None)
    view = lite.View(np.random.default_rng(0).integers(0, 255, (192, 192, 3), dtype=np.uint8))
    (alone,) = lite.LiteNetwork(lite._SHIPPED, 1).look([view])
    (helped,) = lite.LiteNetwork(lite._SHIPPED, 1, english_only=True).look([view])
    assert alone.captions == ()
    assert helped.captions
    assert {each.sentence.ko for each in helped.captions} == {""}


def test_the_glossary_alone_needs_no_model() -> None:
    assert open_retelling(Settings()) is None


async def test_all_captions_can_be_translated_and_each_only_once() -> None:
    words = Words()
    told = retelling(words, everything=True)
    captions = [caption(SEA, "물입니다."), caption(SEA), caption("Unknown.", "모릅니다.")]
    for _ in range(2):
        found = await told.retold(captions)
        assert [each.sentence.ko for each in found.captions] == [
            "바다입니다.",
            "바다입니다.",
            "모릅니다.",
        ]
    assert words.asked == [SEA, "Unknown."]


async def test_no_more_sentences_are_remembered_than_allowed() -> None:
    words = Words()
    told = retelling(words, cached=1)
    for english in (SEA, STRANGE, STRANGE, SEA):
        await told.retold([caption(english)])
    assert words.asked == [SEA, STRANGE, SEA]


async def test_more_sentences_than_are_remembered_are_all_translated() -> None:
    found = await retelling(Words(), cached=1).retold([caption(SEA), caption(STRANGE)])
    assert [each.sentence.ko for each in found.captions] == ["바다입니다.", "쿡스입니다."]


@pytest.mark.parametrize("words", [Words(failure=RuntimeError("broken")), Words(stuck=True)])
async def test_a_failure_leaves_the_english_with_a_note(words: Words) -> None:
    captioner = RetoldCaptioner(
        Writes(caption(STRANGE)), retelling(words, seconds=0.05), least_confidence=0.0
    )
    sight = await captioner.look(PICTURE)
    assert sight.captions[0].sentence == Sentence(STRANGE, "")
    assert sight.notes == (Note.TRANSLATION_MISSING,)


async def test_captions_that_will_not_be_told_are_not_translated() -> None:
    words = Words()
    captioner = RetoldCaptioner(
        Writes(caption(SEA, sure=0.2)), retelling(words), least_confidence=0.5
    )
    assert (await captioner.look(PICTURE)).captions == ()
    assert words.asked == []
    await captioner.close()
    assert words.closed


async def test_events_are_told_in_korean_too() -> None:
    finder = RetoldEvents(Finds(), retelling(Words()))
    found = await finder.find(Path("video.mp4"), "mp4")
    assert found.events[0].caption.sentence.ko == "쿡스입니다."
    assert found.notes == (Note.NO_FLOW,)
    broken = RetoldEvents(Finds(), retelling(Words(failure=RuntimeError("broken"))))
    found = await broken.find(Path("video.mp4"), "mp4")
    assert found.notes == (Note.NO_FLOW, Note.TRANSLATION_MISSING)


async def test_a_caller_who_leaves_leaves_nothing_running() -> None:
    words = Words(stuck=True)
    task = asyncio.ensure_future(retelling(words).retold([caption(SEA)]))
    await asyncio.wait_for(words.begun.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize("fault", ["nowhere", "pickled", "no translator"])
def test_a_model_that_cannot_be_used_is_told_with_its_setting(
    fault: str, folder: Path, tmp_path: Path
) -> None:
    for path in folder.iterdir() if fault != "nowhere" else ():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if fault == "pickled":
        (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    if fault == "no translator":
        (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    name = str(tmp_path / "none") if fault == "nowhere" else str(tmp_path)
    settings = Settings(translator="transformers", translation_model=name, device="cpu")
    with pytest.raises(UnusableCheckpointError, match="VTS_CAPTIONER_TRANSLATION_MODEL"):
        ModelTranslator.opened(settings)
