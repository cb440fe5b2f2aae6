"""Why a classifier's reading is as it is: the labels that it gave, by their names."""

from collections.abc import Sequence

from services.mood.backends.bert.meanings import MOODS13
from services.mood.domain import Bilingual
from vts.korean import with_particle
from vts.moods import moods
from vts.moods.phrases import NOUNS
from vts.moods.taxonomies import taxonomies

MOST_NAMED = 3
"""How many labels a reason names."""

_NOTHING = Bilingual(
    "The classifier finds no feeling in it that it knows.",
    "분류 모델이 아는 느낌이 이 글에는 없습니다.",
)


def reason(vocabulary: str, said: Sequence[str]) -> Bilingual:
    """The reason of a reading for which these labels were said, the likeliest first."""
    if not said:
        return _NOTHING
    names = [_name(vocabulary, label) for label in said[:MOST_NAMED]]
    english = [name.en for name in names]
    listed = " and ".join([", ".join(english[:-1]), english[-1]] if len(names) > 1 else english)
    korean = with_particle(", ".join(name.ko for name in names), "을/를")
    return Bilingual(
        f"The classifier reads {listed} in it.", f"분류 모델이 이 글에서 {korean} 읽었습니다."
    )


def _name(vocabulary: str, label: str) -> Bilingual:
    """What people call a label; one of nobody's vocabulary is called what it is."""
    if vocabulary == MOODS13:
        adnominals = {each.id: each.korean for each in moods()}
        return Bilingual(NOUNS[label], f"{adnominals[label]} 느낌")
    known = taxonomies().get(vocabulary, {}).get(label)
    return Bilingual(known.en, known.ko) if known else Bilingual(label, label)
