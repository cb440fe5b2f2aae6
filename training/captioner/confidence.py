"""Chooses how to search for sentences, and calibrates how sure to be of them, on held photos."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper
from sklearn.linear_model import LogisticRegression

from services.captioner.backends.beams import Plan, Written
from services.captioner.backends.confidence import evidence, probability
from services.captioner.backends.decoder import Decoder
from training.captioner import corpora
from training.captioner.scoring import confirmed, scores

_BEAMS = (1, 3)
_FORGIVEN = (0.0, 0.5, 0.8, 1.0, 1.3)
_MEASURES = ("cider", "bleu_4")


@dataclass(frozen=True, slots=True)
class Described:
    """What was written about one photo, best first, and the probabilities of its tags."""

    sentences: list[Written]
    tags: Mapping[str, float]


class Describing:
    """The exported files, for measuring them as they are served."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._encoder = ort.InferenceSession((folder / "encoder.onnx").read_bytes(), options)
        self.decoder = Decoder(folder, options)
        self.tags: list[str] = json.loads(self._encoder.get_modelmeta().custom_metadata_map["tags"])

    def seen(self, pixels: corpora.Pixels) -> list[NDArray[np.float32]]:
        """Cells and tag probabilities of photos."""
        parts = [
            self._encoder.run(["cells", "tag_logits"], {"photos": corpora.as_served(chunk)})
            for chunk in np.array_split(pixels, max(1, len(pixels) // 16))
        ]
        cells, logits = (np.concatenate(side) for side in zip(*parts, strict=True))
        return [cells, 1 / (1 + np.exp(-logits))]

    def described(self, seen: Sequence[NDArray[np.float32]]) -> list[Described]:
        """What is written about photos that were seen."""
        cells, tags = seen
        written: list[list[Written]] = []
        for chunk in np.array_split(cells, max(1, len(cells) // 16)):
            written += self.decoder.write(chunk)
        return [
            Described(sentences, dict(zip(self.tags, row.tolist(), strict=True)))
            for sentences, row in zip(written, tags, strict=True)
        ]

    def evidence(self, photo: Described, written: Written) -> list[float]:
        """What the confidence of one of a photo's sentences is computed from."""
        return evidence(written, photo.sentences, self.decoder.tags(written), photo.tags)

    def confidence(self, photo: Described, written: Written) -> float:
        """The confidence of one of a photo's sentences."""
        return probability(self.decoder.confidence_weights, self.evidence(photo, written))


def calibrated(folder: Path, train: corpora.Captioned, held: NDArray[np.intp]) -> None:
    """Writes the best plan of search and the weights of confidence into the decoder's file."""
    describing = Describing(folder)
    people = [train.captions[row] for row in held]
    seen = describing.seen(train.pixels[held])
    plan = _best_plan(describing, seen, people)
    describing.decoder.plan = plan
    weights = _weights(describing, describing.described(seen), people)
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


def _weights(
    describing: Describing, photos: Sequence[Described], people: Sequence[Sequence[str]]
) -> list[float]:
    """Of a logistic regression on all sentences about the held photos."""
    pairs = [
        (describing.evidence(photo, written), confirmed(describing.decoder.sentence(written), five))
        for photo, five in zip(photos, people, strict=True)
        for written in photo.sentences
    ]
    features, shares = (np.array(side) for side in zip(*pairs, strict=True))
    centre, spread = features[:, 1:].mean(0), features[:, 1:].std(0) + 1e-6
    apart = (features[:, 1:] - centre) / spread
    # Each sentence counts once: as right as far as it is confirmed, as wrong for the rest.
    fit = LogisticRegression(C=0.3).fit(
        np.concatenate([apart, apart]),
        np.repeat([True, False], len(apart)),
        sample_weight=np.concatenate([shares, 1 - shares]),
    )
    weights = fit.coef_[0] / spread
    shift = float(fit.intercept_[0] - centre @ weights)
    return [round(float(weight), 6) for weight in itertools.chain([shift], weights)]
