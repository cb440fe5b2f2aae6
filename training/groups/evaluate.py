"""Measures groups of real songs: how well they hold, and how well the group of a new sound is told.

Example: python -m training.groups.evaluate --data ../shared/data
"""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from services.recommender.backends.groups import clustering
from services.recommender.backends.groups.learning import folds, network, trees, with_between
from services.recommender.backends.groups.naming import chosen_titles
from services.recommender.backends.groups.reducing import Space, fit_space, lay_out
from services.recommender.groups import Integers
from services.recommender.predicting import Network, Trees
from services.recommender.tracks import Array
from training.audio_features.clips import DEFAULT_DATA, emotify
from training.audio_features.sketches import DEFAULT_SKETCHES
from training.groups.plots import plot_map
from training.groups.sounds import Sounds, sounds_of

GROUPS = 10
SEEDS = (0, 1, 2)
"""One cross-validation in five folds by song for each."""

FIGURES = Path("build/figures")

Told = Callable[[Array], Integers]
"""Gives the groups of sound embeddings."""


def evaluate(data: Path, sketches: Path = DEFAULT_SKETCHES) -> dict[str, float]:
    """Divides Emotify's clips and the sketches, if they are rendered, into ten groups."""
    emotify_paths = emotify(data).paths
    paths = [*emotify_paths, *sorted(sketches.glob("*.ogg"))]
    sounds = sounds_of(paths)
    space = fit_space(sounds.whole)
    places = space.places(sounds.whole)
    centres, inertia = clustering.centres_of(places, GROUPS, SEEDS[0])
    labels = clustering.nearest(places, centres)
    tried = clustering.trials(places, SEEDS[0], lambda _: None)
    spread = lay_out(places, SEEDS[0])
    plot_map(spread, labels, _names(sounds, labels), FIGURES)
    held = _accuracies(sounds, space, centres, len(emotify_paths))
    clips = np.concatenate([half[: len(emotify_paths)] for half in sounds.halves])
    found = clustering.nearest(space.places(clips), centres)
    return {
        "songs": float(len(paths)),
        "components": float(places.shape[1]),
        "inertia": inertia,
        "silhouette": clustering.silhouette(places, labels),
        "silhouette_on_the_map": clustering.silhouette(spread, labels),
        "silhouette_shuffled": clustering.silhouette(
            places, np.random.default_rng(0).permutation(labels)
        ),
        "elbow": float(clustering.elbow(tried)),
        "smallest_group": float(np.bincount(labels).min()),
        "largest_group": float(np.bincount(labels).max()),
        **held,
        "centre_clips": float((found == np.tile(labels[: len(emotify_paths)], 2)).mean()),
    } | {f"silhouette_of_{each.groups}": each.silhouette for each in tried}


def _accuracies(sounds: Sounds, space: Space, centres: Array, clipped: int) -> dict[str, float]:
    """Shares of held-out songs whose group each model tells, and of clips of them.

    The first `clipped` songs are Emotify's, which last 20 s; their halves are the clips of 10 s.
    """
    whole = space.places(sounds.whole) / space.extent
    halves = [space.places(half) / space.extent for half in sounds.halves]

    def division(places: Array) -> Integers:
        return clustering.nearest(places * space.extent, centres)

    labels = division(whole)
    right: dict[str, list[bool]] = {}
    for seed in SEEDS:
        for learnt, held in folds(len(whole), seed):
            lesson = with_between(whole[learnt], labels[learnt], division, seed)
            models: Mapping[str, Told] = {
                "network": _told(network(*lesson, GROUPS, seed)),
                "trees": _told(trees(*lesson, GROUPS, seed)),
                "majority": _always(int(np.bincount(labels[learnt]).argmax())),
            }
            short = held[held < clipped]
            for name, told in models.items():
                for kind, rows, own in [
                    ("songs", whole, held),
                    *(("clips", half, short) for half in halves),
                ]:
                    hits = (told(rows[own]) == labels[own]).tolist()
                    right.setdefault(f"{name}_{kind}", []).extend(hits)
    return {name: float(np.mean(hits)) for name, hits in right.items()}


def _told(model: Network | Trees) -> Told:
    return lambda rows: model.scores(rows).argmax(axis=1)


def _always(group: int) -> Told:
    return lambda rows: np.full(len(rows), group)


def _names(sounds: Sounds, labels: Integers) -> list[str]:
    """The English titles of the groups, by what they feel like."""
    feelings = (sounds.feelings - sounds.feelings.mean(axis=0)) / sounds.feelings.std(axis=0)
    means = np.stack([feelings[labels == group].mean(axis=0) for group in range(GROUPS)])
    return [title.english for title in chosen_titles(means, np.full(GROUPS, np.nan, np.float32))]


def main() -> None:
    """Prints the figures and writes them to `build/figures`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--sketches", type=Path, default=DEFAULT_SKETCHES)
    arguments = parser.parse_args()
    FIGURES.mkdir(parents=True, exist_ok=True)
    results = evaluate(arguments.data, arguments.sketches)
    table = Table("figure", "value", title="Groups")
    for name, value in results.items():
        table.add_row(name, f"{value:.3f}")
    Console().print(table)
    (FIGURES / "eval-groups.json").write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
