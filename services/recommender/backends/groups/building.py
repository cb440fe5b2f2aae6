"""Groups built from material: reduced, mapped, divided, named, and learnt."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.recommender.backends.groups import clustering, naming
from services.recommender.backends.groups.learning import learn
from services.recommender.backends.groups.material import Material
from services.recommender.backends.groups.reducing import Space, among, fit_space, lay_out
from services.recommender.groups import (
    NOWHERE,
    Group,
    Integers,
    MapPoint,
    Order,
    Quality,
    Rules,
    Stage,
)
from services.recommender.predicting import Built
from services.recommender.tracks import Affect, Array
from vts.moods import MOOD_DIMENSIONS

MOST_FITTED = 50_000
"""Songs from which the space and the centres are made."""

MOST_POINTS = 20_000
EXAMPLES = 5
LEAST_SPREAD = 1e-3

Tell = Callable[[Stage, float], None]
"""Hears the stage and how far the whole work is."""


@dataclass(frozen=True, slots=True, eq=False)
class _Divided:
    """Places of the songs with sound (m x p), and the group of every song (n)."""

    places: Array
    labels: Integers
    rules: Rules


def build(material: Material, order: Order, first_id: int, tell: Tell) -> Built:
    """Builds groups; their ids count from `first_id`."""
    tell("reducing", 0.05)
    fitted = np.asarray(material.sounds[:MOST_FITTED])
    space = fit_space(fitted)
    places = space.places(np.asarray(material.sounds))
    tell("mapping", 0.1)
    spread = lay_out(places[:MOST_POINTS], order.seed)
    tell("grouping", 0.4)
    centres, _ = clustering.centres_of(places[:MOST_FITTED], order.groups, order.seed)
    tried = clustering.trials(
        places[:MOST_FITTED], order.seed, lambda done: tell("grouping", 0.4 + 0.2 * done)
    )
    divided = _divided(material, space, places, _largest_first(places, centres))
    tell("naming", 0.6)
    groups, points = _described(material, divided, spread, first_id)
    tell("learning", 0.65)
    by_sound = divided.labels[material.heard][:MOST_FITTED]
    learnt = learn(
        places[:MOST_FITTED] / space.extent,
        by_sound,
        len(groups),
        order.seed,
        lambda spreads: clustering.nearest(spreads * space.extent, divided.rules.centres),
    )
    quality = Quality(
        silhouette=clustering.silhouette(places, divided.labels[material.heard]),
        trials=tried,
        elbow=clustering.elbow(tried),
        network_accuracy=learnt.network_accuracy,
        trees_accuracy=learnt.trees_accuracy,
        majority_accuracy=learnt.majority_accuracy,
        held_out=learnt.held_out,
    )
    return Built(
        groups=tuple(groups),
        points=tuple(points),
        quality=quality,
        rules=divided.rules,
        predictor=learnt.predictor,
        built_unix_seconds=int(time.time()),
    )


def _largest_first(places: Array, centres: Array) -> Array:
    """The centres in the order of their groups' sizes, without those that no sound is nearest to.

    Such are left where fewer sounds than groups differ.
    """
    sizes = np.bincount(clustering.nearest(places, centres), minlength=len(centres))
    order = np.argsort(-sizes, kind="stable")
    ordered: Array = centres[order[sizes[order] > 0]]
    return ordered


def _divided(material: Material, space: Space, places: Array, centres: Array) -> _Divided:
    """Puts every song into a group: by sound, or by what it feels like."""
    labels = np.full(len(material.heard), NOWHERE, np.int32)
    labels[material.heard] = clustering.nearest(places, centres)
    sound_mean, sound_scale = _moments(material.feelings[material.heard])
    quiet_mean, quiet_scale = _moments(material.feelings[~material.heard])
    spread = (material.feelings - sound_mean) / sound_scale
    heard_labels = np.where(material.heard, labels, NOWHERE)
    rules = Rules(
        mean=space.mean,
        scale=space.scale,
        components=space.components,
        extent=space.extent,
        centres=centres,
        feelings=np.stack([_mean(spread[heard_labels == g]) for g in range(len(centres))]),
        quiet_mean=quiet_mean,
        quiet_scale=quiet_scale,
    )
    quiet = ~material.heard & np.isfinite(material.feelings).any(axis=1)
    if quiet.any():
        labels[quiet] = rules.by_feeling(material.feelings[quiet])
    return _Divided(places, labels, rules)


def _moments(feelings: Array) -> tuple[Array, Array]:
    """Mean and spread of each number over the songs of which it is known; 0 and 1 if of none."""
    mean = np.nan_to_num(_mean(feelings))
    spread = np.sqrt(np.nan_to_num(_mean((feelings - mean) ** 2), nan=1.0))
    return mean, np.maximum(spread, LEAST_SPREAD).astype(np.float32)


def _mean(rows: Array) -> Array:
    """The mean of each column over what is known; NaN where nothing is."""
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    sums = np.where(known, rows, 0).sum(axis=0)
    mean: Array = np.where(count > 0, sums / np.maximum(count, 1), np.nan).astype(np.float32)
    return mean


def _described(
    material: Material, divided: _Divided, spread: Array, first_id: int
) -> tuple[list[Group], list[MapPoint]]:
    count = len(divided.rules.centres)
    tempi = np.array([each["tempo"] for each in material.facts], np.float32)
    speeds = np.log(np.where(tempi > 0, tempi, np.nan))
    middle, scale = _moments(speeds[:, None])
    pace = np.array(
        [((_mean(speeds[divided.labels == g, None]) - middle) / scale)[0] for g in range(count)]
    )
    tags = naming.tags_of(material.facts, divided.labels, count)
    titles = naming.chosen_titles(divided.rules.feelings, pace)
    names = naming.names_of(titles, tags, material.facts)
    points = _points(material, divided, spread)
    groups = []
    for at, (english, korean) in enumerate(names):
        members = divided.labels == at
        own = [point for point in points if point.group == at]
        felt = _mean(material.feelings[members])
        known = tempi[members & (tempi > 0)]
        groups.append(
            Group(
                id=str(first_id + at),
                english=english,
                korean=korean,
                tracks=int(members.sum()),
                tracks_by_sound=int((members & material.heard).sum()),
                moods=tuple(np.nan_to_num(felt[:MOOD_DIMENSIONS]).tolist()),
                affect=_affect(felt, material.feelings[members]),
                tempo_bpm=float(np.median(known)) if len(known) else 0.0,
                tags=tuple(tags[at]),
                examples=_examples(material, divided, at),
                audio=_middle(material, divided, at),
                x=float(np.mean([point.x for point in own])) if own else 0.0,
                y=float(np.mean([point.y for point in own])) if own else 0.0,
            )
        )
    return groups, points


def _affect(felt: Array, feelings: Array) -> Affect | None:
    """The mean place, as sure as the share of songs of which it is known."""
    valence, arousal = felt[MOOD_DIMENSIONS:].tolist()
    if not np.isfinite([valence, arousal]).all():
        return None
    known = float(np.isfinite(feelings[:, -1]).mean())
    return Affect(valence, arousal, known)


def _examples(material: Material, divided: _Divided, group: int) -> tuple[uuid.UUID, ...]:
    heard = np.flatnonzero(material.heard)
    members = np.flatnonzero(divided.labels[heard] == group)
    away = np.linalg.norm(divided.places[members] - divided.rules.centres[group], axis=1)
    nearest = heard[members[np.argsort(away, kind="stable")[:EXAMPLES]]]
    return tuple(uuid.UUID(material.facts[at]["id"]) for at in nearest)


def _middle(material: Material, divided: _Divided, group: int) -> Array:
    members = np.flatnonzero(divided.labels[material.heard] == group)
    middle = np.asarray(material.sounds[members[:MOST_FITTED]]).mean(axis=0)
    unit: Array = middle / max(float(np.linalg.norm(middle)), 1e-9)
    return unit.astype(np.float32)


def _points(material: Material, divided: _Divided, spread: Array) -> list[MapPoint]:
    """The map: songs with sound where they lie, others among songs of their group that feel so."""
    heard = np.flatnonzero(material.heard)[: len(spread)]
    quiet = np.flatnonzero(~material.heard & (divided.labels >= 0))[: MOST_POINTS - len(heard)]
    places = {int(at): place for at, place in zip(heard, spread, strict=True)}
    for group in np.unique(divided.labels[quiet]):
        near = heard[divided.labels[heard] == group]
        own = quiet[divided.labels[quiet] == group]
        known = spread[divided.labels[heard] == group]
        if len(near):
            feelings = np.nan_to_num(material.feelings)
            for at, place in zip(own, among(feelings[near], known, feelings[own]), strict=True):
                places[int(at)] = place
    return [
        _point(material.facts[at], int(divided.labels[at]), place)
        for at, place in sorted(places.items())
    ]


def _point(facts: dict[str, Any], group: int, place: Array) -> MapPoint:
    song = uuid.UUID(facts["id"])
    x, y = (float(np.clip(each, -1, 1)) for each in place)
    return MapPoint(song, facts["title"], facts["artists"], group, x, y)
