"""What the network learns from: tags and sentences of Flickr8k's photos, some of them held out."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from services.captioner.backends.beams import Plan
from services.captioner.backends.confidence import FEATURES
from training.captioner import vocabulary
from training.captioner.corpora import Captioned
from training.captioner.features import Store
from training.captioner.tuning import Lesson
from training.captioner.wording import END, START, Wording
from training.captioner.writing import Course

LEAST_PHOTOS = 12
"""A tag is learned if at least so many train photos show it."""

LEAST_TIMES = 5
"""A word is written if the captions taught say it at least so often."""

TUNED_VIEWS, WRITTEN_VIEWS = 3, 6
"""Views of every photo that tags, and that sentences, are learned from."""

HELD_FROM_TAGS, HELD = 1000, 600
"""Photos held out: from learning tags first, then, fewer of the same, from everything."""


@dataclass(frozen=True, slots=True)
class Words:
    """The tags learned, and how many captions of each train photo say each of them."""

    tags: list[str]
    mentioned: NDArray[np.float32]
    targets: NDArray[np.float32]


def learned_words(captions: tuple[tuple[str, ...], ...]) -> Words:
    """Chooses the tags from the train captions, and further words that help the tail to learn.

    Two captions that say a word make it true; one makes it possible, with weight 0.3.
    """
    tag_of = vocabulary.lexicon_tags()
    photos = [vocabulary.spoken(five, tag_of) for five in captions]
    tags = vocabulary.chosen_tags(photos, tag_of.values(), LEAST_PHOTOS)
    others = [w for w in vocabulary.frequent_words(photos, LEAST_PHOTOS) if w not in set(tags)]
    mentioned = vocabulary.mentions(photos, tags + others)
    targets = np.where(mentioned >= 2, 1.0, 0.3 * mentioned).astype(np.float32)
    return Words(tags=tags, mentioned=mentioned[:, : len(tags)], targets=targets)


def divided(photos: int, held: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Splits photo indices into taught and held; what is held of fewer is held of more, too."""
    order = np.random.default_rng(seed).permutation(photos)
    return np.sort(order[held:]), np.sort(order[:held])


def lesson(
    store: Store, train: Captioned, words: Words, views: int, held: int, seed: int
) -> Lesson:
    """The tags of train photos, in some views."""
    taught, tested = divided(len(train.pixels), held, seed)
    return Lesson(
        maps=[store.maps("train", train.pixels, view) for view in range(views)],
        frozen=[store.embeddings("train", train.pixels, view) for view in range(views)],
        targets=words.targets,
        tags=len(words.tags),
        taught=taught,
        held=tested,
    )


def course(tagging: Lesson, train: Captioned) -> tuple[Course, Wording]:
    """The sentences of train photos, in words that the taught ones of them say."""
    wording = Wording.learned(
        (caption for row in tagging.taught for caption in train.captions[row]), LEAST_TIMES
    )
    numbers = wording.numbers([caption for five in train.captions for caption in five])
    return Course(tagging, numbers.reshape(len(train.captions), -1, numbers.shape[1])), wording


def about(wording: Wording) -> dict[str, object]:
    """What the decoder's file says of itself; how to search and how sure to be is written later."""
    tag_of = vocabulary.lexicon_tags()
    known = frozenset(tag_of)
    bases = {word: vocabulary.lemma(word, known) for word in wording.words}
    return {
        "words": wording.words,
        "marks": [START, END],
        "tag_of": {word: tag_of[base] for word, base in bases.items() if base in tag_of},
        "search": asdict(Plan()),
        "confidence": [0.0] * FEATURES,
    }
