"""Which language a text is in."""

import unicodedata

import pytest

from services.mood.language import detect, has_hangul

ENGLISH = [
    "rainy drive home",
    "Guitar solo",
    "café del mar with friends",
    "sad",
    "LOL",
    "can't sleep",
    "lofi beats to study to",
    "El Jefe said he was tired",
    "De Villiers takes over the Dakar lead",
    "a crème brûlée at the end of a good day",
    "something like 아이유 on a long and rainy evening",
    "3 am, nobody around",
    "happyyyy 😂 so good",
    "Hakuna Matata, what a wonderful phrase",
    "tupelo honey",
]
KOREAN = [
    "조용한 밤",
    "lo-fi 음악 틀어줘",
    "ㅠㅠ",
    "ㅋㅋㅋㅋ 미쳤다",
    "나 지금 너무 sad 해",
    "BTS 노래 중에 신나는 거",
    "love 노래 추천해줘",
    "사랑(愛)이란 무엇인가",
    "오늘 20:30 약속 취소됨...",
    "넘 조아 💕",
    "ㄱㅅ",
    unicodedata.normalize("NFD", "슬픈 노래"),
]
NEITHER = [
    "je suis très triste ce soir",
    "une chanson pour la nuit",
    "ich bin so müde und traurig",
    "ein ruhiger Abend zu Hause",
    "estoy muy feliz hoy",
    "quiero llorar",
    "eu não quero mais nada",
    "una notte di pioggia",
    "ik ben vandaag heel blij",
    "aku sangat sedih hari ini",
    "bugün çok mutluyum",
    "jag är ledsen i kväll",
    "jestem dzisiaj bardzo smutny",
    "olen hyvin surullinen tänään",
    "malungkot ako ngayon",
    "hôm nay tôi rất buồn",
    "грустная песня",
    "静かな夜の音楽",
    "今天我很难过",
    "音樂",
    "أغنية حزينة",
    "उदास गीत",
    "เพลงเศร้า",
    "neomu seulpeo",
    "oneul gibun joayo",
    "saranghae",
    "watashi wa kanashii desu",
    "asdkjh qwpoei zmxn",
    "😢",
    "120",
    "...",
    "",
]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *((text, "en") for text in ENGLISH),
        *((text, "ko") for text in KOREAN),
        *((text, "und") for text in NEITHER),
    ],
)
def test_language_is_detected(text: str, language: str) -> None:
    assert detect(text) == language


def test_letters_typed_apart_are_hangul_too() -> None:
    assert has_hangul("ㅎㅎ")
    assert has_hangul(unicodedata.normalize("NFD", "밤"))
    assert not has_hangul("夜 night ночь")
