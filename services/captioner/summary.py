"""Sums scenes up: the description a whole video would have as one picture."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.captioner.domain import (
    MAX_COLORS,
    MAX_TAGS,
    Affect,
    Caption,
    Color,
    Description,
    Light,
    Note,
    Scene,
    Tag,
)
from services.captioner.moments import alike, detail, likeness

MAX_ALTERNATIVES = 3

_ENOUGH_SHARE = 0.25
"""The share of a video that a scene must last for its tags to count in full."""

Weighted = Sequence[tuple[float, Description]]


def summed_up(scenes: Sequence[Scene]) -> Description:
    """Merges scenes, each weighted by how long it lasts; black ones count only if all are.

    The caption is the one that is sure, says much, and says what most of the video shows; the
    alternatives are those next to it that say something else.
    """
    visible = [s for s in scenes if Note.BLACK_FRAMES not in s.description.notes] or list(scenes)
    # A video of a single frame has no length.
    total = sum(scene.seconds for scene in visible)
    shares = [scene.seconds / total if total else 1 / len(visible) for scene in visible]
    weighted = list(zip(shares, (scene.description for scene in visible), strict=True))
    captions = _captions(list(zip(shares, visible, strict=True)))
    return replace(
        visible[0].description,
        caption=captions[0],
        alternatives=tuple(captions[1 : MAX_ALTERNATIVES + 1]),
        tags=_tags(weighted),
        affect=_affect(weighted),
        colors=_colors(weighted),
        face_count=max(scene.description.face_count for scene in visible),
        light=_light(weighted),
        notes=_notes(weighted),
    )


def _captions(scenes: Sequence[tuple[float, Scene]]) -> list[Caption]:
    """The captions of all scenes, most telling first, none that says the same as one before it."""
    understood = [s for s in scenes if Note.LITTLE_UNDERSTOOD not in s[1].description.notes]
    said = [(share, _said(scene)) for share, scene in understood or scenes]
    ranked = sorted(
        (caption for _, captions in said for caption in captions),
        # A word or two are easily sure, and tell a video from no other.
        key=lambda each: each.confidence * detail(each) * _spoken_for(each, said),
        reverse=True,
    )
    distinct: list[Caption] = []
    for caption in ranked:
        if not any(alike(caption, other) for other in distinct):
            distinct.append(caption)
    return distinct


def _said(scene: Scene) -> list[Caption]:
    """What was said of a scene: its own caption, then those of its other moments."""
    captions = [scene.description.caption, *(moment.caption for moment in scene.moments)]
    return list({caption.sentence.en: caption for caption in captions}.values())


def _spoken_for(caption: Caption, said: Sequence[tuple[float, Sequence[Caption]]]) -> float:
    """The share of the video that a caption fits, by the words it has in common with others."""
    return sum(share * max(likeness(caption, other) for other in others) for share, others in said)


def _tags(weighted: Weighted) -> tuple[Tag, ...]:
    best: dict[str, Tag] = {}
    gathered: dict[str, float] = {}
    for share, description in weighted:
        for tag in description.tags:
            known = best.get(tag.name, tag)
            best[tag.name] = tag if tag.score >= known.score else known
            counted = tag.score * min(1.0, share / _ENOUGH_SHARE)
            gathered[tag.name] = gathered.get(tag.name, 0.0) + counted
    merged = [replace(t, score=min(t.score, gathered[name])) for name, t in best.items()]
    return tuple(sorted(merged, key=lambda tag: -tag.score)[:MAX_TAGS])


def _affect(weighted: Weighted) -> Affect:
    return Affect(
        valence=_mean((share, d.affect.valence) for share, d in weighted),
        arousal=_mean((share, d.affect.arousal) for share, d in weighted),
        confidence=_mean((share, d.affect.confidence) for share, d in weighted),
    )


def _light(weighted: Weighted) -> Light:
    return Light(
        brightness=_mean((share, d.light.brightness) for share, d in weighted),
        contrast=_mean((share, d.light.contrast) for share, d in weighted),
        colorfulness=_mean((share, d.light.colorfulness) for share, d in weighted),
        warmth=_mean((share, d.light.warmth) for share, d in weighted),
    )


def _mean(pairs: Iterable[tuple[float, float]]) -> float:
    return sum(share * value for share, value in pairs)


def _colors(weighted: Weighted) -> tuple[Color, ...]:
    merged: dict[str, Color] = {}
    for share, description in weighted:
        for color in description.colors:
            known = merged.get(color.name)
            covered = share * color.share + (known.share if known else 0.0)
            merged[color.name] = replace(known or color, share=covered)
    return tuple(sorted(merged.values(), key=lambda color: -color.share)[:MAX_COLORS])


def _notes(weighted: Weighted) -> tuple[Note, ...]:
    shared = set.intersection(*(set(description.notes) for _, description in weighted))
    return tuple(sorted(shared))
