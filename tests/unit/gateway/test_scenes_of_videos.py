"""Videos scene by scene: told as they come, read in one call, joined with what is heard."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.evidence import moods_from
from tests.unit.gateway.fake_captioner import many_scenes
from tests.unit.gateway.fakes import full
from tests.unit.gateway.house import PHOTO, VIDEO, House, house
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods.phrases import strongest


async def seen(home: House, media: bytes = VIDEO) -> pb.InputEvidence:
    request = pb.RecommendRequest(inputs=[pb.Input(media=media)])
    return (await home.stub.Recommend(request)).playlist.evidence[0]


async def stream(*inputs: pb.Input) -> AsyncIterator[pb.RecommendStreamRequest]:
    for each in inputs:
        yield pb.RecommendStreamRequest(input=each)


async def test_a_scene_is_told_before_the_next_is_known(home: House) -> None:
    home.captioner.may_go_on.clear()
    inputs = stream(pb.Input(media=PHOTO), pb.Input(media=VIDEO))
    told: list[pb.SceneNews] = []
    kinds = []
    async with asyncio.timeout(20):
        async for news in home.stub.RecommendStream(inputs):
            kinds.append(news.WhichOneof("news"))
            if news.HasField("scene"):
                told.append(news.scene)
                assert not (len(told) == 1 and home.captioner.may_go_on.is_set())
                home.captioner.may_go_on.set()
    assert [(each.input_index, each.scene_index) for each in told] == [(1, 0), (1, 1)]
    assert [each.scene for each in told] == home.captioner.scenes
    assert kinds.index("scene") < kinds.index("playlist") == len(kinds) - 1


async def test_scenes_are_read_in_one_call_by_seconds_and_confidence(home: House) -> None:
    await seen(home)
    assert home.mood.sentences == [("Waves on a beach, sunset", 1.5), ("A dog runs on grass", 0.5)]
    assert home.mood.texts == []


async def test_each_scene_has_a_meaning_of_its_own(home: House) -> None:
    found = await seen(home)
    beach, dog = found.scene_meanings
    assert "calm" in strongest(moods_from(beach.moods), 3)
    assert strongest(moods_from(dog.moods), 1) == ("joyful",)
    assert beach.affect.arousal < 0 < dog.affect.arousal
    assert {word.text for word in dog.keywords} == {"dog", "개"}
    assert "waves" in {word.text for word in beach.keywords}
    assert len(found.motion.values) == len(found.brightness.values) == 4


async def test_a_video_as_a_whole_feels_like_its_longer_scenes(home: House) -> None:
    before = await seen(home)
    home.captioner.scenes[0].end_seconds = 1
    home.captioner.scenes[1].start_seconds = 1
    after = await seen(home)
    assert after.affect.arousal > before.affect.arousal + 0.2


async def test_a_video_is_searched_by_the_words_of_its_scenes(home: House) -> None:
    found = await seen(home)
    words = [(word.text, word.language) for word in home.recommender.asked.evidence[0].keywords]
    assert words[:2] == [("dog", "en"), ("개", "ko")]
    assert ("waves", "en") in words
    assert found.keywords == home.recommender.asked.evidence[0].keywords


async def test_the_sound_of_a_scene_counts_in_that_scene_only(home: House) -> None:
    plain = await seen(home, VIDEO + b"SILENT")
    talking = await seen(home, VIDEO + b"TALK")
    kinds = [each.sound_kind for each in talking.scene_meanings]
    assert kinds == [audio_pb.SOUND_KIND_SPEECH, audio_pb.SOUND_KIND_MUSIC]
    assert talking.scene_meanings[0].moods == plain.scene_meanings[0].moods
    assert "triumphant" in strongest(moods_from(talking.scene_meanings[1].moods), 3)
    assert "annoying" not in strongest(moods_from(talking.moods), 13, 0.1)


async def test_a_scene_without_a_caption_is_read_by_what_is_seen_in_it(home: House) -> None:
    del home.captioner.scenes[1].captions[:]
    await seen(home)
    assert [text for text, _ in home.mood.sentences] == ["Waves on a beach, sunset", "dog"]


async def test_more_sentences_than_can_be_read_lose_the_lightest(home: House) -> None:
    home.captioner.scenes = many_scenes()
    await seen(home)
    assert len(home.mood.sentences) == 200
    assert home.mood.sentences[0][0] == "Long scene 0, dog"
    assert not any(text.startswith("Short") for text, _ in home.mood.sentences)


async def test_a_mood_service_that_knows_no_scenes_reads_the_whole(home: House) -> None:
    home.mood.knows_scenes = False
    found = await seen(home)
    assert home.mood.texts == ["Waves on a beach, sunset"]
    assert [note.code for note in found.notes] == ["SERVICE_UNAVAILABLE"]
    assert "as a whole" in found.notes[0].message.en
    assert len(found.scene_meanings) == 2


async def test_a_mood_service_that_is_full_is_not_asked_twice(home: House) -> None:
    home.mood.failure = full()
    found = await seen(home)
    assert home.mood.texts == []
    assert [note.subject for note in found.notes] == ["mood"]
    assert found.scene_meanings[1].affect.arousal > 0


async def test_without_sound_scenes_are_told_by_their_pictures(tmp_path: Path) -> None:
    async with house(tmp_path, down=["audio_features"]) as home:
        found = await seen(home)
        kinds = {each.sound_kind for each in found.scene_meanings}
        assert kinds == {audio_pb.SOUND_KIND_UNSPECIFIED}
        assert all(each.moods for each in found.scene_meanings)


async def test_a_video_that_breaks_off_says_where_and_says_it_once(home: House) -> None:
    home.audio_features.measured = {"notes": [evidence_pb2.Note(code="TRUNCATED")]}
    found = await seen(home, VIDEO + b"CUT")
    assert [note.code for note in found.notes] == ["TRUNCATED"]
    assert found.notes[0].message.en == "The file breaks off at 0:02; what came is described."
    assert "0:02" in found.notes[0].message.ko


async def test_what_happens_when_is_passed_on(home: House) -> None:
    event = captioner_pb.VideoEvent(start_seconds=1, end_seconds=3, confidence=0.5)
    home.captioner.events = [event]
    assert list((await seen(home)).events) == [event]


@pytest.mark.parametrize("missing", ["scenes", "segments"])
async def test_a_video_of_which_little_is_told_is_answered(home: House, missing: str) -> None:
    if missing == "scenes":
        home.captioner.scenes = []
    else:
        home.audio_features.measured = {"segments": [], "windows": [], "music_share": 0.0}
    found = await seen(home)
    assert found.summary.en
    assert len(home.recommender.asked.evidence) == 2
