"""Measures a captioner beside the best constant answer and a random one.

Example:
    python -m training.captioner.evaluate --data ../shared/data
    python -m training.captioner.evaluate --backend blip --model ../blip-image-captioning-base

Captions are those of the backend that is named; tags and affect are always `lite`'s. Captions and
tags are measured on Flickr8k dev, which nothing was trained, chosen or calibrated on. Scenes (by
photo) and affect (by theme) are cross-validated: their heads are fitted anew in every fold on the
shipped embeddings, whose tuned blocks saw Flickr8k train only, never OASIS or the scene photos.
"""

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from services.captioner.backends import open_captioner
from services.captioner.settings import Settings
from training.captioner import captions, corpora, heads, scoring, vocabulary
from training.captioner.calibration import expected_error, fitted
from training.captioner.captions import Row
from training.captioner.confidence import Describing
from training.captioner.corpora import as_served
from training.captioner.embedding import scale_of
from training.captioner.plotting import plot_reliability

MODEL = Path("models/captioner")
FIGURES = Path("build/figures/eval-captioner.json")

_COMMONEST = 150
_COLUMNS = ("model", "best constant", "random")

Floats = NDArray[np.float32]


class Network:
    """The shipped encoder, for measuring."""

    def __init__(self, folder: Path = MODEL) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
        self._session = ort.InferenceSession((folder / "encoder.onnx").read_bytes(), options)
        about = self._session.get_modelmeta().custom_metadata_map
        self.tags: list[str] = json.loads(about["tags"])

    def output(self, name: str, pixels: corpora.Pixels) -> Floats:
        """One output for a whole collection."""
        chunks = np.array_split(pixels, max(1, len(pixels) // 32))
        return np.concatenate(
            [self._session.run([name], {"photos": as_served(c)})[0] for c in chunks]
        )


def evaluate(data: Path, settings: Settings) -> dict[str, float]:
    """Measures everything; the figures by name, the model's own under the plain name."""
    figures: dict[str, float] = {}
    for row in rows(data, settings):
        figures[row.name] = row.model
        figures[f"{row.name}_constant"] = row.constant
        figures[f"{row.name}_random"] = row.random
    return {name: round(value, 4) for name, value in figures.items()}


def rows(data: Path, settings: Settings) -> list[Row]:
    """Measures everything; captions of another backend than `lite` bear its name."""
    network = Network()
    dev, train = corpora.captioned(data, "dev"), corpora.captioned(data, "train")
    if settings.backend == "lite":
        said, measured = lite_sentences(MODEL, dev, FIGURES.with_name("reliability.png"))
    else:
        said, measured = captions.sentences_of(open_captioner(settings), dev.pixels), []
    mark = "" if settings.backend == "lite" else f"{settings.backend}_"
    written = [replace(row, name=mark + row.name) for row in captions.rows(said, dev, train)]
    return [
        *written,
        *measured,
        *_tags(network, dev),
        *_scenes(network, data),
        *_affect(network, data),
    ]


def lite_sentences(folder: Path, dev: corpora.Captioned, plot: Path) -> tuple[list[str], list[Row]]:
    """What `lite` writes, whether or not it can be said in Korean, and how sure it should be."""
    describing = Describing(folder)
    photos = describing.described(describing.seen(dev.pixels))
    best = [photo.sentences[0] for photo in photos]
    said = [describing.decoder.sentence(written) for written in best]
    sure = np.array([describing.confidence(p, w) for p, w in zip(photos, best, strict=True)])
    true = np.array([scoring.confirmed(s, f) for s, f in zip(said, dev.captions, strict=True)])
    plot_reliability(sure, true, plot)
    constant = np.full_like(sure, true.mean())
    answers = (sure, constant, np.random.default_rng(0).random(len(sure)))
    least = Settings().least_confidence
    errors = [expected_error(a.astype(np.float32), true) for a in answers]
    return said, [
        Row("caption_calibration_error", *errors),
        Row("caption_confidence_r", _correlation(sure, true), 0.0, _correlation(answers[2], true)),
        Row("captions_told", *(float((answer >= least).mean()) for answer in answers)),
        Row("told_claims_confirmed", *(_mean(true[answer >= least]) for answer in answers)),
        Row("untold_claims_confirmed", *(_mean(true[answer < least]) for answer in answers)),
    ]


def _mean(shares: NDArray[np.float64]) -> float:
    return float(shares.mean()) if shares.size else 0.0


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    return float(np.corrcoef(first, second)[0, 1])


def _tags(network: Network, dev: corpora.Captioned) -> list[Row]:
    tag_of = vocabulary.lexicon_tags()
    said = [vocabulary.spoken(five, tag_of) for five in dev.captions]
    mentioned = vocabulary.mentions(said, network.tags)
    truth = mentioned >= 2
    logits = network.output("tag_logits", dev.pixels)
    chance = np.random.default_rng(0).random(logits.shape).astype(np.float32)
    shown = truth.any(0)
    common = shown & (np.argsort(np.argsort(-truth.sum(0))) < _COMMONEST)
    constant = np.broadcast_to(truth.mean(0), truth.shape)
    probabilities = (1 / (1 + np.exp(-logits))).astype(np.float32)
    measured = [
        Row(name, *(mean_precision(s[:, of], truth[:, of]) for s in (logits, constant, chance)))
        for name, of in (("tag_map", shown), ("tag_map_150_commonest", common))
    ]
    answers = (probabilities, constant.astype(np.float32), chance)
    errors = (expected_error(answer, truth) for answer in answers)
    measured.append(Row("tag_calibration_error", *errors))
    measured.append(_sure_words(probabilities, mentioned))
    return measured


def mean_precision(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """Mean over columns of the average precision."""
    return float(
        np.mean([average_precision_score(t, s) for s, t in zip(scores.T, truth.T, strict=True)])
    )


def _sure_words(probabilities: Floats, mentioned: Floats) -> Row:
    """Of the words given at least an even chance, the share that some caption says too."""
    rate = mentioned >= 1
    often = rate.mean(0).argmax()
    right = float(rate[probabilities >= 0.5].mean())
    return Row("sure_words_confirmed", right, float(rate[:, often].mean()), float(rate.mean()))


def _scenes(network: Network, data: Path) -> list[Row]:
    scenes, dev = corpora.placed(data), corpora.captioned(data, "dev")
    said = [vocabulary.spoken(five, vocabulary.lexicon_tags()) for five in dev.captions]
    mentioned = vocabulary.mentions(said, network.tags)
    given = heads.places(scenes.labels, mentioned, network.tags)
    parts = (scenes.pixels, dev.pixels)
    content = np.concatenate([network.output("content", part) for part in parts])
    logits = heads.scenes_out_of_fold(content, given, seed=1)
    platt = fitted(logits, given.shown, weights=given.known)
    photos = len(scenes.labels)
    truth = np.array([given.names.index(label) for label in scenes.labels])
    guesses = np.random.default_rng(0).integers(0, len(given.names), photos)
    right = float((platt.applied(logits)[:photos].argmax(1) == truth).mean())
    most = float(np.bincount(truth).max() / photos)
    return [Row("scene_accuracy", right, most, float((guesses == truth).mean()))]


def _affect(network: Network, data: Path) -> list[Row]:
    oasis = corpora.rated(data)
    raw = [network.output("style", p) for p in (oasis.pixels, oasis.pixels[:, :, ::-1])]
    centre, spread = scale_of(raw[0])
    rated = heads.Affect.of([(v - centre) / spread for v in raw], oasis.affect, oasis.themes)
    runs = [rated.out_of_fold(seed) for seed in range(3)]
    found = np.mean([heads.correlations(run, oasis.affect) for run in runs], axis=0)
    chance = np.random.default_rng(0).standard_normal(oasis.affect.shape).astype(np.float32)
    floor = heads.correlations(chance, oasis.affect)
    names = ("oasis_valence_r", "oasis_arousal_r")
    # A constant answer has no correlation; 0 stands for it.
    return [Row(n, float(r), 0.0, f) for n, r, f in zip(names, found, floor, strict=True)]


def main() -> None:
    """Prints the table and writes the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="folder of the training data")
    parser.add_argument("--backend", default="lite", help="whose captions, as in the settings")
    parser.add_argument("--model", default=None, help="name or path of the backend's model")
    given = parser.parse_args()
    named = {"model": given.model} if given.model else {}
    figures = evaluate(given.data, Settings(backend=given.backend, **named))
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    # Figures of other backends stay.
    known = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    FIGURES.write_text(json.dumps(known | figures, indent=2) + "\n", encoding="utf-8")
    print(f"{'measure':<26}" + "".join(f"{column:>16}" for column in _COLUMNS))
    for name in (n for n in figures if f"{n}_random" in figures):
        values = (figures[name], figures[f"{name}_constant"], figures[f"{name}_random"])
        print(f"{name:<26}" + "".join(f"{value:>16.3f}" for value in values))


if __name__ == "__main__":
    main()
