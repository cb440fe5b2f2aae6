"""Readings by a fine-tuned classifier: what is the classifier's, what stays, what is refused."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from servicekit import checkpoints
from servicekit.checkpoints import UnusableCheckpointError
from services.mood.backends import opened
from services.mood.backends.bert.classifier import Classifier, device_for
from services.mood.backends.bert.meanings import given, told, vocabularies, vocabulary_of
from services.mood.backends.bert.profile import Profile, ProfileError, profile_of
from services.mood.backends.bert.reader import BertReader
from services.mood.backends.bert.reasons import reason
from services.mood.backends.fake import FakeReader
from services.mood.domain import Affect, Bilingual, Model, Reading, Text
from services.mood.settings import MoodSettings
from tests.unit.mood.classifiers_made import LABELS, tiny_classifier
from vts.moods import MOODS
from vts.moods.taxonomies import labels

MEANINGS: dict[str, Any] = {
    "joy": {"moods": {"joyful": 1.0}, "valence": 0.8, "arousal": 0.5},
    "sadness": {"moods": {"sad": 1.0}, "valence": -0.7, "arousal": -0.5},
    "anger": {"moods": {"defiant": 0.8}, "valence": -0.7, "arousal": 0.7},
    "neutral": {"moods": {}, "valence": 0.0, "arousal": 0.0},
}


class Base(FakeReader):
    """The fake, with a language and a comparison told by the text."""

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        return [
            Reading(
                "ko" if "기뻐" in text.content else "en",
                reading.moods,
                Affect(0.1, 0.1, 0.1, dominance=0.3),
                reading.keywords,
                reading.embedding,
                comparative=text.content.startswith("but"),
            )
            for text, reading in zip(texts, super().read(texts), strict=True)
        ]


def reader(folder: Path, section: dict[str, Any] | None = None) -> BertReader:
    checkpoint = checkpoints.found(str(tiny_classifier(folder, section=section)), "VTS_MOOD_MODEL")
    made = BertReader(Base(), checkpoint, device="cpu", threads=1)
    made.load()
    return made


def test_moods_affect_and_labels_are_the_classifiers(tmp_path: Path) -> None:
    made = reader(tmp_path, {"vocabulary": "ours", "meanings": MEANINGS, "languages": ["en"]})
    (reading,) = made.read([Text("so very happy")])
    (base,) = Base().read([Text("so very happy")])
    assert set(reading.labels) == {"ours"}
    assert tuple(reading.labels["ours"]) == LABELS
    assert reading.moods != base.moods
    assert reading.affect.dominance == base.affect.dominance
    assert reading.keywords == base.keywords
    assert (reading.embedding == base.embedding).all()
    felt = max(score for label, score in reading.labels["ours"].items() if label != "neutral")
    assert reading.affect.confidence == pytest.approx(felt)


def test_the_moods_of_a_sure_label_stand_out(tmp_path: Path) -> None:
    made = reader(tmp_path, {"meanings": MEANINGS})
    reading = made._reading(
        Base().read([Text("x")])[0], np.array([0.95, 0.02, 0.02, 0.02], np.float32)
    )
    assert max(MOODS, key=reading.mood) == "joyful"
    assert reading.mood("joyful") > 0.8
    assert reading.mood("sad") < 0.1
    assert reading.affect.valence > 0.7


def test_the_reason_names_the_labels_that_were_said(tmp_path: Path) -> None:
    made = reader(tmp_path)
    base = Base().read([Text("x")])[0]
    reading = made._reading(base, np.array([0.7, 0.9, 0.1, 0.6], np.float32))
    assert reading.reason is not None
    assert reading.reason.en == "The classifier reads sadness, joy and neutral in it."
    assert reading.reason.ko.endswith("읽었습니다.")
    nothing = made._reading(base, np.full(4, 0.1, np.float32))
    assert nothing.reason is not None
    assert "no feeling" in nothing.reason.en


def test_labels_of_nobody_are_called_what_they_are() -> None:
    assert reason("own", ["cosy"]) == Bilingual(
        "The classifier reads cosy in it.", "분류 모델이 이 글에서 cosy를 읽었습니다."
    )
    assert reason("moods13", ["calm", "sad"]).en == "The classifier reads calm and sadness in it."
    assert "느낌을 읽었습니다" in reason("moods13", ["calm"]).ko


def test_many_faint_labels_do_not_add_up_to_a_mood(tmp_path: Path) -> None:
    made = reader(tmp_path, {"meanings": MEANINGS})
    base = Base().read([Text("x")])[0]
    reading = made._reading(base, np.full(4, 0.05, np.float32))
    assert max(reading.moods) < 0.2
    assert reading.affect.confidence < 0.1


def test_texts_of_other_languages_and_comparisons_keep_their_reading(tmp_path: Path) -> None:
    made = reader(tmp_path, {"meanings": MEANINGS, "languages": ["en"]})
    texts = [Text("정말 기뻐"), Text("so happy"), Text("but happy")]
    korean, english, comparison = made.read(texts)
    bases = Base().read(texts)
    assert korean == bases[0] or korean.moods == bases[0].moods
    assert comparison.affect == bases[2].affect
    assert not korean.labels
    assert not comparison.labels
    assert english.labels


def test_a_batch_says_what_each_text_alone_says(tmp_path: Path) -> None:
    checkpoint = checkpoints.found(str(tiny_classifier(tmp_path)), "VTS_MOOD_MODEL")
    classifier = Classifier(checkpoint, device_for("cpu", "VTS_MOOD_DEVICE"))
    texts = ["happy", "so very sad this evening " * 100, "", "a calm song", "!?"]
    together = classifier.logits(texts)
    alone = np.concatenate([classifier.logits([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-4)


def test_a_temperature_makes_probabilities_milder_and_a_shift_moves_them() -> None:
    plain = Profile("own", ("a", "b"), given({}))
    logits = np.array([[3.0, -3.0]], np.float32)
    mild = Profile("own", ("a", "b"), {}, temperature=3.0)
    assert mild.probabilities(logits)[0, 0] < plain.probabilities(logits)[0, 0]
    moved = Profile("own", ("a", "b"), {}, shifts=(3.0, -3.0))
    assert moved.probabilities(logits) == pytest.approx(np.array([[0.5, 0.5]]))


def test_a_model_of_one_label_a_text_gives_shares_of_one(tmp_path: Path) -> None:
    folder = tiny_classifier(tmp_path, ("joy", "sadness"), problem=None)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    profile = profile_of(config)
    assert profile.exclusive
    assert profile.probabilities(np.array([[2.0, 1.0]], np.float32)).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("vocabulary", ["goemotions", "kote", "moods13", "mirex", "gems"])
def test_labels_of_a_known_vocabulary_need_no_meanings(vocabulary: str, tmp_path: Path) -> None:
    names = list(vocabularies()[vocabulary])
    folder = tiny_classifier(tmp_path, names)
    profile = profile_of(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    assert profile.vocabulary == vocabulary
    assert profile.labels == tuple(names)
    assert profile.languages == (("ko",) if vocabulary == "kote" else ("en",))
    assert set(profile.meanings) == set(names)


def test_the_ids_of_goemotions_are_in_their_published_order() -> None:
    assert list(vocabularies()["goemotions"]) == list(labels("goemotions"))
    assert list(vocabularies()["goemotions"])[:2] == ["admiration", "amusement"]
    assert vocabulary_of(("joy", "sadness")) == "goemotions"
    assert vocabulary_of(("joy", "quux")) is None


def test_meanings_survive_a_file() -> None:
    assert told(given(MEANINGS)) == MEANINGS


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"moods": {"bored": 1}, "valence": 0, "arousal": 0}, "no mood 'bored'"),
        ({"moods": {"sad": 2}, "valence": 0, "arousal": 0}, "weight of sad is 2.0"),
        ({"moods": {}, "valence": -3, "arousal": 0}, "valence is -3.0"),
        ({"moods": {}, "arousal": 0}, "lacks 'valence'"),
        ({"moods": {}, "valence": "nan", "arousal": 0}, "valence is nan"),
        (7, "not subscriptable"),
    ],
)
def test_a_meaning_that_is_none_is_named(entry: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        given({"joy": entry})
    assert "'joy'" in str(caught.value)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({}, "meanings"),
        ({"meanings": {"joy": MEANINGS["joy"]}}, "no meaning of 'sadness'"),
        ({"meanings": MEANINGS, "temperature": 0}, "temperature is 0.0"),
        ({"meanings": MEANINGS, "thresholds": {"joy": 0}}, "thresholds"),
        ({"meanings": MEANINGS, "shifts": {"joy": "inf"}}, "shifts"),
        ({"meanings": MEANINGS, "languages": ["fr"]}, "languages"),
        ([], "cannot be read"),
    ],
)
def test_an_odd_section_is_refused_with_its_place(section: Any, said: str) -> None:
    config = {"id2label": dict(enumerate(LABELS)), "vts_mood": section}
    with pytest.raises(ProfileError, match=said):
        profile_of(config)


def test_labels_that_nobody_knows_are_refused_with_their_names(tmp_path: Path) -> None:
    folder = tiny_classifier(tmp_path, ("LABEL_0", "LABEL_1", "LABEL_2"))
    settings = MoodSettings(backend="bert", model=str(folder), device="cpu")
    with pytest.raises(UnusableCheckpointError, match="LABEL_0, LABEL_1") as caught:
        opened(settings)
    assert "vts_mood" in str(caught.value)


def test_a_model_that_is_nowhere_is_told_with_its_setting(tmp_path: Path) -> None:
    settings = MoodSettings(backend="bert", model=str(tmp_path / "none"))
    with pytest.raises(UnusableCheckpointError, match="VTS_MOOD_MODEL"):
        opened(settings)


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    folder = tiny_classifier(tmp_path)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(UnusableCheckpointError, match="pickled"):
        opened(MoodSettings(backend="bert", model=str(folder)))


def test_the_version_names_the_classifier_and_what_makes_the_vectors(tmp_path: Path) -> None:
    settings = MoodSettings(backend="bert", model=str(tiny_classifier(tmp_path)), device="cpu")
    name, version = (made := opened(settings).model).name, made.version
    assert isinstance(made, Model)
    assert name == "bert"
    assert version.startswith(tmp_path.name)
    assert "+" in version
