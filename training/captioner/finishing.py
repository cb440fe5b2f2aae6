"""What is fitted once the network has learned: its calibrated heads, and the parts of the file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.captioner import corpora, heads, objects
from training.captioner.backbone import Bottleneck, Published
from training.captioner.calibration import Platt, fitted
from training.captioner.embedding import content, scale_of, style
from training.captioner.export import Parts
from training.captioner.features import Store
from training.captioner.graphs import Linear
from training.captioner.lessons import Words
from training.captioner.tuning import Lesson, Tagger, held_logits

VERSION = "2026.12"

_EVERYDAY = 2400


@dataclass(frozen=True, slots=True)
class Finisher:
    """Fits the heads of a taught tagger; everything it needs, in one place."""

    data: Path
    published: Published
    store: Store
    train: corpora.Captioned
    lesson: Lesson
    words: Words
    tagger: Tagger
    seed: int

    def parts(self) -> Parts:
        """Everything that goes into the encoder's file."""
        scene_names, scene_head = self._scenes()
        affect, errors = self._affect()
        known = self._objects()
        about = {
            "version": VERSION,
            "tags": self.words.tags,
            "scenes": list(scene_names),
            "objects": list(known.names),
            "affect_error": errors,
        }
        return Parts(
            published=self.published,
            tail=[block for block in self.tagger.tail if isinstance(block, Bottleneck)],
            mean=self.tagger.mean.numpy(),
            spread=self.tagger.spread.numpy(),
            heads={"tag_logits": self._tags(), "scene_logits": scene_head},
            affect=affect,
            objects=known,
            about=about,
        )

    def _tags(self) -> Linear:
        truth = self.words.mentioned[self.lesson.held] >= 2
        platt = fitted(held_logits(self.tagger, self.lesson), truth)
        head, count = self.tagger.head, len(self.words.tags)
        weight, bias = (p.detach().numpy()[:count] for p in (head.weight, head.bias))
        return _calibrated(Linear(weight.T, bias), platt)

    def _objects(self) -> objects.Objects:
        everyday = self.lesson.frozen[0]
        embeddings = [everyday]
        for name, pixels in self._others():
            embeddings.append(self.store.embeddings(name, pixels))
        labels = self.data / "models" / "imagenet_labels.txt"
        shown = self.words.mentioned >= 2
        return objects.learned(
            self.published, labels, np.concatenate(embeddings), self.words.tags, shown
        )

    def _others(self) -> list[tuple[str, corpora.Pixels]]:
        scenes, oasis = corpora.placed(self.data), corpora.rated(self.data)
        return [("scenes", scenes.pixels), ("oasis", oasis.pixels)]

    def _scenes(self) -> tuple[tuple[str, ...], Linear]:
        scenes = corpora.placed(self.data)
        # Photos the tail was not taught with, and as many again that it was.
        others = np.concatenate([self.lesson.held, self.lesson.taught[:_EVERYDAY]])
        everyday = content(self.store, self.tagger, "train", self.train.pixels)[others]
        seen = content(self.store, self.tagger, "scenes", scenes.pixels)
        embeddings = np.concatenate([seen, everyday])
        given = heads.places(scenes.labels, self.words.mentioned[others], self.words.tags)
        logits = heads.scenes_out_of_fold(embeddings, given, self.seed)
        platt = fitted(logits, given.shown, weights=given.known)
        head = heads.scene_head(embeddings, given.shown, given.known)
        return given.tags, _calibrated(head, platt)

    def _affect(self) -> tuple[Linear, list[float]]:
        oasis = corpora.rated(self.data)
        # Every photo is learned from together with its mirror image.
        maps = [self.store.maps("oasis", oasis.pixels, view) for view in (0, 1)]
        raw = [style(self.published, view) for view in maps]
        centre, spread = scale_of(raw[0])
        views = [(view - centre) / spread for view in raw]
        rated = heads.Affect.of(views, oasis.affect, oasis.themes)
        predicted = rated.out_of_fold(self.seed)
        print("OASIS by theme, valence and arousal r:", heads.correlations(predicted, oasis.affect))
        strength = rated.best_strength(np.arange(len(oasis.affect)), self.seed)
        errors = np.sqrt(np.square(predicted - oasis.affect).mean(0))
        head = heads.affect_head(views, oasis.affect, strength)
        return _unscaled(head, centre, spread), [round(float(error), 4) for error in errors]


def _calibrated(head: Linear, platt: Platt) -> Linear:
    weight = (head.weight * platt.scale).astype(np.float32)
    return Linear(weight, (head.bias * platt.scale + platt.shift).astype(np.float32))


def _unscaled(head: Linear, centre: NDArray[np.float32], spread: NDArray[np.float32]) -> Linear:
    """The same head on what was not standardised."""
    weight = (head.weight / spread[:, None]).astype(np.float32)
    return Linear(weight, (head.bias - centre @ weight).astype(np.float32))
