"""A captioner for tests: it sees only how light a picture is, and is never surprised."""

from services.captioner.domain import Affect, Model, Pixels, Sight, Tag, UnreadableMedia
from services.captioner.lexicon import lexicon


class FakeCaptioner:
    """Sees snow in light pictures and night in dark ones; never chosen by settings."""

    def __init__(self) -> None:
        self.looked = 0
        self.closed = False

    @property
    def model(self) -> Model:
        """Its own name, so that nobody takes it for a real one."""
        return Model("fake", "1")

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:  # noqa: ARG002 - takes none
        """Tells light from dark."""
        if self.closed:
            raise UnreadableMedia("came after the captioner was closed")
        self.looked += 1
        lightness = float(picture.mean()) / 255.0
        words = lexicon()
        scores = {"snow": lightness, "night": 1.0 - lightness}
        tags = [
            Tag(name, words.korean(name), score, words.kind(name)) for name, score in scores.items()
        ]
        affect = Affect(2 * lightness - 1, 0.0, abs(2 * lightness - 1))
        return Sight(tags=tuple(sorted(tags, key=lambda tag: -tag.score)), affect=affect)

    async def close(self) -> None:
        """Looks at nothing more."""
        self.closed = True


class FakeFaceFinder:
    """Finds one face in every picture wider than high."""

    def count(self, picture: Pixels) -> int:
        """Compares width with height."""
        return int(picture.shape[1] > picture.shape[0])
