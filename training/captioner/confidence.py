"""Chooses how to search for sentences, and calibrates how sure to be of them, on held photos."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper
from sklearn.linear_model import LogisticRegression

from services.captioner.backends.beams import Plan, Written
from services.captioner.backends.confidence import Seen, evidence, probability
from services.captioner.backends.decoder import Decoder
from services.captioner.lexicon import lexicon
from training.captioner import corpora
from training.captioner.scoring import claims, confirmed, scores

_BEAMS = (1, 3)
_FORGIVEN = (0.0, 0.5, 0.8, 1.0, 1.3)
_MEASURES = ("cider", "bleu_4")


@dataclass(frozen=True, slots=True)
class Described:
    """What was written about one photo, best first, and what else was seen in it."""

    sentences: list[Written]
    seen: Seen


class Describing:
    """The exported files, for measuring them as they are served."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._encoder = ort.InferenceSession((folder / "encoder.onnx").read_bytes(), options)
        self.decoder = Decoder(folder, options)
        about = self._encoder.get_modelmeta().custom_metadata_map
        self._words: list[list[str]] = [
            json.loads(about[key]) for key in ("tags", "scenes", "objects")
        ]

    def seen(self, pixels: corpora.Pixels) -> list[NDArray[np.float32]]:
        """Cells of photos, and the probabilities of tags, of scenes and of objects."""
        names = ["cells", "tag_logits", "scene_logits", "object_logits"]
        parts = [
            self._encoder.run(names, {"photos": corpora.as_served(chunk)})
            for chunk in np.array_split(pixels, max(1, len(pixels) // 16))
        ]
        cells, *logits = (np.concatenate(side) for side in zip(*parts, strict=True))
        return [cells, *(1 / (1 + np.exp(-group)) for group in logits)]

    def described(self, seen: Sequence[NDArray[np.float32]]) -> list[Described]:
        """What is written about photos that were seen."""
        cells, *groups = seen
        written: list[list[Written]] = []
        for chunk in np.array_split(cells, max(1, len(cells) // 16)):
            written += self.decoder.write(chunk)
        return [
            Described(sentences, self._seen([group[row] for group in groups]))
            for row, sentences in enumerate(written)
        ]

    def _seen(self, groups: Sequence[NDArray[np.float32]]) -> Seen:
        tags, *others = (
            dict(zip(words, group.tolist(), strict=True))
            for words, group in zip(self._words, groups, strict=True)
        )
        names = {name for other in others for name in other}
        return Seen(tags, {name: max(o.get(name, 0.0) for o in others) for name in names})

    def evidence(self, photo: Described, written: Written) -> list[float]:
        """What the confidence of one of a photo's sentences is computed from."""
        return evidence(written, photo.sentences, self.decoder.tags(written), photo.seen)

    def confidence(self, photo: Described, written: Written) -> float:
        """The confidence of one of a photo's sentences."""
        return probability(self.decoder.confidence_weights, self.evidence(photo, written))


def calibrated(
    folder: Path, train: corpora.Captioned, held: NDArray[np.intp], rated: corpora.Rated
) -> None:
    """Writes the best plan of search and the weights of confidence into the decoder's file.

    Args:
        folder: Where the files are.
        train: The captioned photos, with which the plan is chosen.
        held: Which of them nothing was learned from.
        rated: Photos of other kinds, of which it is known who is in them.
    """
    describing = Describing(folder)
    people = [train.captions[row] for row in held]
    seen = describing.seen(train.pixels[held])
    plan = _best_plan(describing, seen, people)
    describing.decoder.plan = plan
    examples = _examples(describing, describing.described(seen), people)
    examples += _elsewhere(describing, rated, examples)
    weights = _weights(examples)
    path = folder / "decoder.onnx"
    model = onnx.load(path)
    about = {entry.key: entry.value for entry in model.metadata_props}
    about["search"], about["confidence"] = json.dumps(asdict(plan)), json.dumps(weights)
    helper.set_model_props(model, about)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _best_plan(
    describing: Describing, seen: Sequence[NDArray[np.float32]], people: Sequence[Sequence[str]]
) -> Plan:
    worth: dict[Plan, float] = {}
    for beams in _BEAMS:
        describing.decoder.plan = replace(describing.decoder.plan, beams=beams)
        photos = describing.described(seen)
        for forgiven in _FORGIVEN:
            plan = replace(describing.decoder.plan, forgiven=forgiven)
            best = [max(p.sentences, key=lambda w: w.worth(plan.forgiven)) for p in photos]
            measured = scores([describing.decoder.sentence(w) for w in best], people)
            worth[plan] = sum(measured[name] for name in _MEASURES)
            print(f"{plan}: {[round(measured[name], 4) for name in _MEASURES]}", flush=True)
    return max(worth, key=lambda plan: worth[plan])


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence's evidence, the share of it confirmed, and whether who it says is there, is."""

    evidence: list[float]
    share: float
    right_subject: bool


def _examples(
    describing: Describing, photos: Sequence[Described], people: Sequence[Sequence[str]]
) -> list[Example]:
    """All sentences about the held photos."""
    examples: list[Example] = []
    for photo, five in zip(photos, people, strict=True):
        for written in photo.sentences:
            sentence = describing.decoder.sentence(written)
            who = " ".join(claims(sentence) & set(lexicon().subjects))
            examples.append(
                Example(
                    describing.evidence(photo, written),
                    confirmed(sentence, five),
                    confirmed(who, five) == 1.0,
                )
            )
    return examples


def _elsewhere(
    describing: Describing, rated: corpora.Rated, known: Sequence[Example]
) -> list[Example]:
    """Sentences about photos that OASIS files under person, animal, object or scenery.

    All that is known is whether people or animals are there. A sentence that is right about that is
    taken to be as right as the known ones with the right subject; one that is not, to be all wrong.
    """
    usual = float(np.mean([each.share for each in known if each.right_subject]))
    kinds = {tag: subject.kind for tag, subject in lexicon().subjects.items()}
    examples: list[Example] = []
    photos = describing.described(describing.seen(rated.pixels))
    for photo, category in zip(photos, rated.categories, strict=True):
        for written in photo.sentences:
            said = {kinds[tag] for tag in describing.decoder.tags(written) if tag in kinds}
            there = {"Person": {"person", "people"}, "Animal": {"animal"}}.get(category, set())
            right = bool(said) and said <= there
            examples.append(Example(describing.evidence(photo, written), usual * right, right))
    return examples


def _weights(examples: Sequence[Example]) -> list[float]:
    """Of a logistic regression; the first is the constant."""
    features = np.array([example.evidence[1:] for example in examples])
    shares = np.array([example.share for example in examples])
    centre, spread = features.mean(0), features.std(0) + 1e-6
    apart = (features - centre) / spread
    # Each sentence counts once: as right as far as it is confirmed, as wrong for the rest.
    fit = LogisticRegression(C=0.3).fit(
        np.concatenate([apart, apart]),
        np.repeat([True, False], len(apart)),
        sample_weight=np.concatenate([shares, 1 - shares]),
    )
    weights = fit.coef_[0] / spread
    shift = float(fit.intercept_[0] - centre @ weights)
    return [round(float(weight), 6) for weight in (shift, *weights)]
