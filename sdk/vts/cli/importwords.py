"""What `vts import` says, in Korean and in English; why a song is refused comes as it was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vts.importing.outcomes import OTHER_REASONS, Kind, Summary


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language, with places for what they are about."""

    kinds: Mapping[Kind, str]
    nothing: str
    left_out: str
    stored: str
    refused: str
    other_reasons: str
    such_as: str
    stopped: str
    broken_off: str
    go_on: str
    untagged: str
    not_remembered: str
    a_minute: str
    time_left: str
    waiting: str

    def counted(self, summary: Summary) -> str:
        """What became of all songs, such as `1 added, 1 refused`."""
        counts = sorted(summary.counts.items())
        return ", ".join(self.kinds[kind].format(f"{n:,}") for kind, n in counts) or self.nothing


WORDS: Mapping[str, Words] = {
    "en": Words(
        kinds={kind: f"{{}} {kind.value}" for kind in Kind},
        nothing="no songs",
        left_out="{name}: left out, as it is {other}: {reason}",
        stored="{name}: stored, but may be {other}: {reason}",
        refused="{count:,} refused: {reason}",
        other_reasons=OTHER_REASONS,
        such_as="  such as {examples}",
        stopped="Stopped.",
        broken_off="Broken off.",
        go_on="Songs with a verdict are safe. Run the same command again: it goes on from there.",
        untagged="Tags are not read, only file names: `pip install 'vts[tags]'` changes that.",
        not_remembered="What is read is not remembered: {path}: {error}",
        a_minute="{:,.0f} songs a minute",
        time_left="{} left",
        waiting="the gateway does not answer; trying again",
    ),
    "ko": Words(
        kinds={
            Kind.ADDED: "{}곡 추가",
            Kind.UPDATED: "{}곡 갱신",
            Kind.UNCHANGED: "{}곡 그대로",
            Kind.DUPLICATE: "{}곡 중복",
            Kind.REFUSED: "{}곡 거절",
        },
        nothing="노래가 없습니다",
        left_out="{name}: 같은 소리가 있어 넣지 않음 ({other}): {reason}",
        stored="{name}: 넣었지만 같은 곡일 수 있음 ({other}): {reason}",
        refused="{count:,}곡 거절: {reason}",
        other_reasons="그 밖의 이유",
        such_as="  예: {examples}",
        stopped="멈췄습니다.",
        broken_off="중간에 끊겼습니다.",
        go_on="결과가 나온 노래는 안전합니다. 같은 명령을 다시 실행하면 이어서 합니다.",
        untagged="태그는 읽지 않고 파일 이름만 봅니다. "
        "`pip install 'vts[tags]'`로 태그를 읽을 수 있습니다.",
        not_remembered="읽은 파일을 기억해 두지 못합니다: {path}: {error}",
        a_minute="1분에 {:,.0f}곡",
        time_left="{} 남음",
        waiting="게이트웨이가 응답하지 않아 다시 시도합니다",
    ),
}
"""By the language of the answers."""
