"""The order of a Korean clause: when and where, who, how, what, whither, and the verb last."""

from dataclasses import dataclass, field

from services.captioner import korean

_OUTDOORS = ("밖에", "야외에")


@dataclass(frozen=True, slots=True)
class Told:
    """A doing in Korean: what stands before who does it, what after, and the verb."""

    verb: str
    first: list[str] = field(default_factory=list)
    then: list[str] = field(default_factory=list)

    def ending(self, verb: str) -> str:
        """All of it but who does it, with the verb in another form."""
        return " ".join([*self.first, *self.then, verb])


class Order:
    """Gathers what stands around who does it, and tells it in its order."""

    def __init__(self, *, still: bool) -> None:
        """`still` where the verb takes places as being somewhere does, with `에`."""
        self._still = still
        self._when: list[str] = []
        self._scene: list[str] = []
        self._where: list[str] = []
        self._whither: list[str] = []
        self._late: list[str] = []

    def add(self, slot: str, text: str) -> None:
        """Puts a place or an adverb where it belongs."""
        match slot:
            case "time":
                self._when.append(text)
            case "loc":
                self._where.append(text)
            case "goal":
                self._whither.append(text)
            case "scene" | "air":
                self._scene.append(text.removesuffix("서") if self._still else text)
            case "aloft":
                self._late.append("공중으로")
            case _ if text:
                self._late.append(text)

    def add_held(self, text: str) -> None:
        """Puts a part of the body, or where something is put, right before the verb."""
        self._late.append(f"{text}에")

    def told(self, object_words: list[str], *, late_place: bool) -> tuple[list[str], list[str]]:
        """What comes before who does it, and what after."""
        scene = [text for text in self._scene if not (self._where and text.startswith(_OUTDOORS))]
        where = []
        if self._where:
            outside = "야외 " if len(scene) < len(self._scene) else ""
            text = f"{outside}{'의 '.join(reversed(self._where))}"
            where = [f"{text}{'에' if self._still else '에서'}"]
        late = [*self._late, *object_words, *self._whither]
        if late_place:
            return [*self._when, *scene], [*where, *late]
        return [*self._when, *scene, *where], late


def parted(verb: str) -> tuple[list[str], str]:
    """A verb as the words of its object, and the verb proper, which goes last."""
    words = verb.split(" ")
    keep = 2 if words[-1] == "있다" and len(words) > 1 else 1
    return words[:-keep], " ".join(words[-keep:])


def is_still(verb: str) -> bool:
    """Whether a verb takes places as being somewhere does: `앉아 있다`, not `쓰고 있다`."""
    has = verb.endswith("가지고 있다")
    return korean.is_state(verb) and not has and korean.resulting(verb) is None
