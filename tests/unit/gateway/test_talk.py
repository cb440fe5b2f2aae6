"""A video in which somebody talks wants music without words."""

import grpc
import pytest

from tests.unit.gateway.fakes import full
from tests.unit.gateway.house import SOUND, VIDEO, House
from vts.gateway.v1 import gateway_service_pb2 as pb

TALK = pb.Input(media=VIDEO + b"TALK")


async def playlist(home: House, *inputs: pb.Input) -> pb.Playlist:
    return (await home.stub.Recommend(pb.RecommendRequest(inputs=inputs))).playlist


async def test_talk_asks_for_music_without_words_and_says_so(home: House) -> None:
    found = await playlist(home, TALK)
    talk = home.recommender.asked.evidence[-1]
    assert (talk.label, talk.weight) == ("talk", 1.0)
    assert [word.text for word in talk.keywords] == ["instrumental", "연주곡"]
    assert not any([talk.audio_embedding, talk.moods, talk.text_embedding])
    assert [note.code for note in found.notes] == ["TALK"]
    told = "Somebody talks in 40% of the video, so instrumental music is preferred."
    assert found.notes[0].message.en == told
    assert "40%" in found.notes[0].message.ko
    assert "instrumental" in {word.text for word in found.evidence[0].keywords}


async def test_talk_from_beginning_to_end_is_not_told_in_figures(home: House) -> None:
    home.audio_features.measured = {"speech_share": 0.98}
    [note] = (await playlist(home, TALK)).notes
    assert note.message.en.startswith("Somebody talks all through the video")
    assert note.message.ko.startswith("영상 내내")


async def test_only_the_music_in_a_video_says_what_music_fits(home: House) -> None:
    await playlist(home, TALK)
    sound = home.recommender.asked.evidence[1]
    assert sound.label == "video sound"
    assert sound.weight == pytest.approx(0.5 * 0.6)
    assert {each.mood for each in sound.moods if each.score > 0.1} == {"triumphant"}


async def test_talk_without_music_says_nothing_about_sound(home: House) -> None:
    home.audio_features.measured = {"music_share": 0.0}
    await playlist(home, TALK)
    assert [part.label for part in home.recommender.asked.evidence] == ["video", "talk"]


async def test_little_talk_asks_for_nothing(home: House) -> None:
    home.audio_features.measured = {"speech_share": 0.29}
    found = await playlist(home, TALK)
    assert [part.label for part in home.recommender.asked.evidence] == ["video", "video sound"]
    assert not found.notes


async def test_a_recording_of_talk_is_not_a_vlog(home: House) -> None:
    await playlist(home, pb.Input(media=SOUND + b"TALK"))
    assert [part.label for part in home.recommender.asked.evidence] == ["audio"]


async def test_talk_goes_with_what_other_inputs_say(home: House) -> None:
    home.captioner.failure = full()
    home.audio_features.measured = {"music_share": 0.0}
    await playlist(home, TALK, pb.Input(text="quiet evening"))
    assert [part.label for part in home.recommender.asked.evidence] == ["text", "talk"]


async def test_talk_alone_is_nothing_to_pick_songs_by(home: House) -> None:
    home.captioner.failure = full()
    home.audio_features.measured = {"music_share": 0.0}
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await playlist(home, TALK)
    assert refusal.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_eight_talking_videos_ask_in_as_much_evidence_as_there_may_be(home: House) -> None:
    await playlist(home, *[TALK] * 8)
    asked = home.recommender.asked.evidence
    assert len(asked) == 16
    assert "instrumental" in {word.text for word in asked[0].keywords}


async def test_a_song_without_words_says_that_it_leaves_room_for_the_talk(home: House) -> None:
    home.recommender.add("Waves")
    home.recommender.components = (("mood", 0.9, 0.7), ("tags", 1.0, 0.2))
    home.recommender.speaks_of = {"tags": "talk"}
    found = await playlist(home, TALK)
    reason = found.items[0].reason
    assert "to leave room for the talk" in reason.en
    assert "말소리를 가리지 않" in reason.ko
