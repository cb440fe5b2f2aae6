"""English captions become Korean ones that a reader of Korean would write, or none at all."""

import json
import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.captioner.translating import in_korean
from vts.korean import final_of

DATA = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
DEV_CAPTIONS = DATA / "flickr8k" / "dev_captions.json"

CAPTIONS = (
    (
        "a black and white dog is running through the grass with a ball in its mouth",
        "검은색과 흰색이 섞인 개가 공을 입에 물고 풀밭을 달리고 있습니다.",
    ),
    (
        "two young girls in pink dresses are playing on a swing",
        "분홍색 원피스를 입은 어린 소녀 두 명이 그네를 타고 놀고 있습니다.",
    ),
    (
        "a man in a red shirt is climbing a rock wall",
        "빨간 셔츠를 입은 남자가 암벽을 오르고 있습니다.",
    ),
    ("people are standing in front of a building", "건물 앞에 사람들이 서 있습니다."),
    ("a close up of a cup of coffee on a table", "테이블 위에 커피 한 잔이 있습니다."),
    ("a dog jumps over a hurdle", "개가 장애물을 뛰어넘고 있습니다."),
    ("a man riding a wave on a surfboard", "남자가 서프보드를 타고 파도를 타고 있습니다."),
    (
        "a little girl in a pink dress is standing next to a man with a hat",
        "모자를 쓴 남자 옆에 분홍색 원피스를 입은 어린 소녀가 서 있습니다.",
    ),
    ("a group of people are sitting at a table", "여러 사람이 테이블 앞에 앉아 있습니다."),
    (
        "a skateboarder is doing a trick on a ramp",
        "경사로에서 스케이트보더가 묘기를 부리고 있습니다.",
    ),
    (
        "two dogs are playing with each other in the snow",
        "눈밭에서 개 두 마리가 함께 놀고 있습니다.",
    ),
    ("a boy is jumping into a swimming pool", "소년이 수영장에 뛰어들고 있습니다."),
    ("a brown dog is holding a stick in its mouth", "갈색 개가 막대기를 입에 물고 있습니다."),
    (
        "a man wearing a hat and sunglasses is sitting on a bench",
        "모자와 선글라스를 쓴 남자가 벤치에 앉아 있습니다.",
    ),
    (
        "a woman is holding a baby while a man watches",
        "남자가 지켜보는 동안 여자가 아기를 안고 있습니다.",
    ),
    (
        "a child in a blue jacket is sledding down a snowy hill",
        "파란 재킷을 입은 아이가 썰매를 타고 눈 덮인 언덕을 내려가고 있습니다.",
    ),
    (
        "a man in a suit and tie standing in front of a building",
        "건물 앞에 정장을 입고 넥타이를 맨 남자가 서 있습니다.",
    ),
    ("a pizza sitting on top of a white plate", "피자가 흰 접시 위에 놓여 있습니다."),
    (
        "a herd of elephants walking across a field",
        "코끼리 여러 마리가 들판을 가로질러 걷고 있습니다.",
    ),
    ("a bird perched on a branch", "새가 나뭇가지 위에 앉아 있습니다."),
    ("a living room with a couch and a television", "거실에 소파와 텔레비전이 있습니다."),
    ("a stop sign on the corner of a street", "거리 모퉁이에 정지 표지판이 있습니다."),
    (
        "a black and white photo of a man on a motorcycle",
        "오토바이를 탄 남자의 흑백 사진이 보입니다.",
    ),
    ("a person flying a kite on a beach", "해변에서 사람이 연을 날리고 있습니다."),
    ("a woman is walking down the street with her dog", "여자가 개와 함께 거리를 걷고 있습니다."),
    ("a view of a city at night", "밤에 도시가 보입니다."),
    ("there are two dogs that are playing in the grass", "풀밭에서 노는 개 두 마리가 보입니다."),
    ("a woman and a woman are standing on a sidewalk", "보도에 여자 두 명이 서 있습니다."),
    ("a man and a dog are jumping on a beach", "해변에서 남자와 개가 뛰고 있습니다."),
    (
        "a girl in a red shirt and a red shirt is running",
        "빨간 셔츠를 입은 소녀가 달리고 있습니다.",
    ),
    ("the brown dog is swimming in the water", "물속에서 갈색 개가 헤엄치고 있습니다."),
    (
        "two men on horses are riding through the desert",
        "말을 탄 남자 두 명이 사막을 지나 달리고 있습니다.",
    ),
    ("a black man in a red shirt", "빨간 셔츠를 입은 흑인 남자가 보입니다."),
    ("a dog is running through the water", "개가 물속을 달리고 있습니다."),
    (
        "four young boys pose with a green soccer ball in a park",
        "공원에서 어린 소년 네 명이 초록색 축구공을 가지고 포즈를 취하고 있습니다.",
    ),
    (
        "a boy slides down a snowy hill in an inner tube",
        "소년이 튜브를 타고 눈 덮인 언덕을 미끄러져 내려가고 있습니다.",
    ),
    (
        "two people with bicycle helmets are chatting on a bench",
        "벤치에서 자전거 헬멧을 쓴 사람 두 명이 이야기를 나누고 있습니다.",
    ),
    ("a woman with long hair is playing the guitar", "긴 머리를 한 여자가 기타를 치고 있습니다."),
    ("a football player kicks a football", "미식축구 선수가 미식축구공을 차고 있습니다."),
    ("children play football", "아이들이 미식축구를 하고 있습니다."),
    ("a man takes a picture of a waterfall", "남자가 폭포의 사진을 찍고 있습니다."),
    (
        "two teams are playing a football game in a stadium",
        "경기장에서 두 팀이 미식축구 경기를 하고 있습니다.",
    ),
    (
        "a soccer player in blue tackles another player",
        "파란 옷을 입은 축구 선수가 다른 선수를 태클하고 있습니다.",
    ),
    ("a dog leaps to catch a frisbee", "개가 원반을 잡으려고 뛰어오르고 있습니다."),
    ("a boy tries to hit the ball", "소년이 공을 치려고 애쓰고 있습니다."),
    ("three dogs are fighting over a toy", "개 세 마리가 장난감을 두고 다투고 있습니다."),
    ("the people are looking at the camera", "사람들이 카메라를 바라보고 있습니다."),
    ("a dog shakes off water", "개가 물을 털고 있습니다."),
    ("a surfer rides a large wave", "서퍼가 큰 파도를 타고 있습니다."),
    ("a man with a beard is smoking a cigarette", "수염이 난 남자가 담배를 피우고 있습니다."),
    (
        "a woman in a white coat and black boots walks in the rain",
        "흰 코트를 입고 검은 부츠를 신은 여자가 빗속을 걷고 있습니다.",
    ),
    ("a cat is sleeping on a bed", "침대 위에서 고양이가 자고 있습니다."),
    ("a vase filled with flowers is on a table", "테이블 위에 꽃으로 가득 찬 꽃병이 있습니다."),
    ("a car is parked on the side of the road", "길가에 자동차가 주차되어 있습니다."),
    ("a bathroom with a toilet and a sink", "화장실에 변기와 싱크대가 있습니다."),
    (
        "the old man is sitting alone on a park bench",
        "나이 든 남자가 공원 벤치에 혼자 앉아 있습니다.",
    ),
    (
        "a little boy with his mouth open is eating ice cream",
        "입을 벌린 어린 소년이 아이스크림을 먹고 있습니다.",
    ),
    (
        "a girl dressed in white is dancing on a stage",
        "무대에서 흰 옷을 입은 소녀가 춤추고 있습니다.",
    ),
    (
        "a man standing on a rock overlooks the ocean",
        "바위 위에 서 있는 남자가 바다를 내려다보고 있습니다.",
    ),
    (
        "a boy jumps in the air while a girl looks on",
        "소녀가 지켜보는 동안 소년이 공중으로 뛰어오르고 있습니다.",
    ),
    (
        "a man is running and a dog is following him",
        "남자가 달리고 있고 개가 그를 따라가고 있습니다.",
    ),
    ("a crowd of people are watching a parade", "많은 사람들이 행진을 구경하고 있습니다."),
    ("several birds are flying over the lake", "새 여러 마리가 호수 위를 날고 있습니다."),
    ("five children are sitting in a circle", "아이 다섯 명이 둥글게 앉아 있습니다."),
    ("a tennis player swings at the ball", "테니스 선수가 공을 향해 팔을 휘두르고 있습니다."),
    ("a man and a woman are cutting a cake", "남자와 여자가 케이크를 자르고 있습니다."),
    (
        "a dog with a stick in its mouth walks along the beach",
        "막대기를 입에 문 개가 해변을 따라 걷고 있습니다.",
    ),
    ("a climber is hanging from a cliff", "등반가가 절벽에 매달려 있습니다."),
    (
        "a boy on a skateboard jumps off a ramp",
        "스케이트보드를 탄 소년이 경사로에서 뛰어내리고 있습니다.",
    ),
    ("a baby is crying", "아기가 울고 있습니다."),
    ("a train is traveling through the snow", "기차가 눈밭을 지나고 있습니다."),
    ("two girls are hugging each other", "소녀 두 명이 서로 껴안고 있습니다."),
    ("a man sits and reads a book", "남자가 앉아 책을 읽고 있습니다."),
    ("people ride a roller coaster", "사람들이 롤러코스터를 타고 있습니다."),
    ("a man in a kayak is paddling down a river", "카약을 탄 남자가 강을 따라 노를 젓고 있습니다."),
    ("a yellow dog is lying on the grass", "노란 개가 잔디 위에 누워 있습니다."),
    ("a boy is splashing in a puddle", "웅덩이에서 소년이 물장구를 치고 있습니다."),
    (
        "a person in a red jacket is skiing down a mountain",
        "빨간 재킷을 입은 사람이 스키를 타고 산을 내려가고 있습니다.",
    ),
    ("the girl is drinking water", "소녀가 물을 마시고 있습니다."),
    ("a horse is jumping over an obstacle", "말이 장애물을 뛰어넘고 있습니다."),
    ("a man is talking to a woman on the phone", "남자가 전화로 여자와 이야기하고 있습니다."),
    ("a woman wearing glasses is reading a newspaper", "안경을 쓴 여자가 신문을 읽고 있습니다."),
    ("a man is seen speaking to the camera", "남자가 카메라를 향해 말하고 있습니다."),
    ("the boy starts to run", "소년이 달리고 있습니다."),
    ("a little boy is brushing his teeth", "어린 소년이 이를 닦고 있습니다."),
    ("a dog chases a cat around a tree", "나무 주위에서 개가 고양이를 뒤쫓고 있습니다."),
)

SUBJECTS = ("a man", "two black dogs", "three little girls", "a group of people", "some horses")
LOOKS = (
    "",
    " in a red shirt",
    " with a white hat",
    " wearing glasses",
    " with a ball in its mouth",
)
DOINGS = ("is running", "are sitting", "is jumping", "is standing", "is playing with a toy", "")
PLACES = ("", " on the grass", " in the water", " next to a tree", " through the snow", " at night")

OBJECT = re.compile(r"([가-힣])(을|를)(?= )")
ENDING_LIKE_A_PARTICLE = ("마을", "노을", "가을")


@pytest.mark.parametrize(("english", "hangul"), CAPTIONS)
def test_a_caption_is_said_in_korean(english: str, hangul: str) -> None:
    assert in_korean(english) == hangul


@pytest.mark.parametrize(
    "english",
    [
        "a man is flibbering a dog",
        "colourless green ideas sleep furiously",
        "the of and",
        "",
        "남자가 달리고 있습니다.",
        "a dog is running through the",
    ],
)
def test_what_is_not_understood_whole_is_not_guessed_at(english: str) -> None:
    assert in_korean(english) is None


def test_a_network_that_repeats_itself_is_not_counted_beyond_ten() -> None:
    assert in_korean("a dog" + " and a dog" * 9) == "개 열 마리가 보입니다."
    assert in_korean("a dog" + " and a dog" * 12) is None


def test_capitals_and_the_full_stop_make_no_difference() -> None:
    assert in_korean("A dog runs on the beach .") == in_korean("a dog runs on the beach")


@given(
    st.sampled_from(SUBJECTS),
    st.sampled_from(LOOKS),
    st.sampled_from(DOINGS),
    st.sampled_from(PLACES),
)
def test_every_caption_is_a_polite_sentence_of_hangul_alone(
    subject: str, looks: str, doing: str, place: str
) -> None:
    said = in_korean(f"{subject}{looks} {doing}{place}".strip())
    if said is None:
        return
    assert re.fullmatch(r"[가-힣 ,]+니다\.", said)
    assert "  " not in said
    for match in OBJECT.finditer(said):
        if not said[: match.end()].endswith(ENDING_LIKE_A_PARTICLE):
            assert bool(final_of(match[1])) == (match[2] == "을"), said


def test_nearly_all_plain_captions_are_said() -> None:
    captions = [
        f"{subject}{looks} {doing}{place}"
        for subject in SUBJECTS[:4]
        for looks in LOOKS[:3]
        for doing in DOINGS[:4]
        for place in PLACES
    ]
    said = sum(in_korean(caption) is not None for caption in captions)
    assert said / len(captions) > 0.95


@pytest.mark.parametrize(
    "english",
    [
        "a dog " * 20,
        "a man and " * 19 + "a man",
        "the large red " * 13 + "dog",
        "a man with a dog with a man with a dog with a man with a dog with a man with a dog with",
        "is is is " * 13,
        "while " * 40,
    ],
)
def test_a_caption_that_goes_on_and_on_is_read_in_no_time(english: str) -> None:
    start = time.perf_counter()
    in_korean(english)
    assert time.perf_counter() - start < 2.0


@pytest.mark.skipif(not DEV_CAPTIONS.exists(), reason="the training data is not beside the project")
def test_most_of_the_captions_that_people_wrote_are_said() -> None:
    photos = json.loads(DEV_CAPTIONS.read_text(encoding="utf-8"))
    simplest = [min(captions, key=len) for captions in photos.values()]
    said = sum(in_korean(caption) is not None for caption in simplest)
    assert said / len(simplest) > 0.78
