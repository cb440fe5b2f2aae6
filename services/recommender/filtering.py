"""What each filter does, and which one to blame when nothing is left."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from services.recommender.domain import FilterEffect, Filters, Notice

_BOUNDS = "bounds="
Step = tuple[str, dict[str, Any]]


def steps(filters: Filters) -> list[Step]:
    """Each filter that is set, as a label such as `language=ko` and the fields it sets."""
    return list(_steps(filters))


def _steps(filters: Filters) -> Iterator[Step]:
    if filters.excluded:
        yield f"excluded={len(filters.excluded)}", {"excluded": filters.excluded}
    if filters.with_sound:
        yield "only_with_sound", {"with_sound": True}
    for field, name in (
        ("languages", "language"),
        ("genres", "genre"),
        ("licences", "licence"),
        ("sources", "source"),
    ):
        if values := getattr(filters, field):
            yield f"{name}={','.join(values)}", {field: values}
    if filters.year_from is not None or filters.year_to is not None:
        low, high = filters.year_from, filters.year_to
        label = f"year={'' if low is None else low}..{'' if high is None else high}"
        yield label, {"year_from": low, "year_to": high}
    if filters.groups:
        label = f"group={','.join(filters.groups)}"
        yield label, {"groups": filters.groups, "among": filters.among}
    if filters.has_bounds:
        yield _BOUNDS + _bounds(filters), {"within": filters.within, "beyond": filters.beyond}
    for tag in filters.tags:
        yield f"tag={tag}", {"tags": (tag,)}


def _bounds(filters: Filters) -> str:
    caps = [f"{mood}<={most:.2g}" for mood, most in filters.most_moods]
    if filters.most_arousal is not None:
        caps.insert(0, f"arousal<={filters.most_arousal:.2g}")
    if filters.least_arousal is not None:
        caps.insert(0, f"arousal>={filters.least_arousal:.2g}")
    return ",".join(caps)


def _joined(chosen: list[Step]) -> Filters:
    joined = Filters()
    for _, fields in chosen:
        if tags := fields.get("tags"):
            joined = replace(joined, tags=joined.tags + tags)
        else:
            joined = replace(joined, **fields)
    return joined


def effects(filters: Filters, count: Callable[[Filters], int]) -> tuple[FilterEffect, ...]:
    """What each filter leaves by itself and after those before it, in the order applied."""
    chosen = steps(filters)
    counts: dict[Filters, int] = {}  # the first filter alone is also the first of all together

    def counted(some: list[Step]) -> int:
        joined = _joined(some)
        if joined not in counts:
            counts[joined] = count(joined)
        return counts[joined]

    return tuple(
        FilterEffect(step[0], counted([step]), counted(chosen[: at + 1]))
        for at, step in enumerate(chosen)
    )


def blame(filters: Filters, count: Callable[[Filters], int]) -> Notice:
    """Names the filter without which most songs would be left."""
    chosen = steps(filters)
    left = [count(_joined(chosen[:at] + chosen[at + 1 :])) for at in range(len(chosen))]
    most = max(left, default=0)
    if most == 0:
        together = ", ".join(label for label, _ in chosen)
        return Notice(
            "FILTERED_OUT",
            f"No song passes these filters, and leaving out one is not enough: {together}.",
            f"이 조건을 모두 만족하는 곡이 없으며, 하나를 빼도 없습니다: {together}.",
            together,
        )
    label = chosen[left.index(most)][0]
    if label.startswith(_BOUNDS):  # too long a label for a sentence
        return Notice(
            "FILTERED_OUT",
            f"No song keeps within the bounds of arousal and moods; without them there are {most}.",
            f"활기와 분위기의 한계 안에 드는 곡이 없습니다. 한계가 없으면 {most}곡이 있습니다.",
            label,
        )
    return Notice(
        "FILTERED_OUT",
        f"The filter {label} leaves no song; without it there are {most}.",
        f"조건 {label} 때문에 남는 곡이 없습니다. 이 조건을 빼면 {most}곡이 있습니다.",
        label,
    )
