"""Each kind of input, and mixes of them, from gRPC to what the recommender is asked."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
import pytest

from tests.unit.gateway.house import PHOTO, SOUND, VIDEO, WEBM, House
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.media.v1 import media_pb2
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods import MOODS


async def playlist(home: House, *inputs: pb.Input, **options: Any) -> pb.Playlist:
    request = pb.RecommendRequest(inputs=inputs, options=pb.Options(**options))
    return (await home.stub.Recommend(request)).playlist


async def test_a_photo_is_seen_then_read_and_searched_by_its_tags(home: House) -> None:
    home.recommender.add("Waves")
    found = await playlist(home, pb.Input(media=PHOTO))
    assert home.captioner.seen == PHOTO
    assert home.mood.texts == ["Waves on a beach, sunset"]
    asked = home.recommender.asked.evidence[0]
    assert asked.label == "photo"
    assert len(asked.text_embedding) == 384
    assert {word.text for word in asked.keywords} == {"beach", "해변", "sunset", "노을"}
    assert found.evidence[0].kind == pb.INPUT_KIND_PHOTO
    assert found.evidence[0].summary.en == "Waves on a beach. It feels calm and dreamy."
    assert found.evidence[0].summary.ko == "해변에 파도가 친다. 차분하고 몽환적인 느낌입니다."
    assert found.title.en == "Calm and dreamy music for your beach photo"
    assert found.title.ko == "해변 사진에 어울리는 차분하고 몽환적인 음악"


async def test_a_photos_affect_lies_between_what_is_seen_and_what_is_said(home: House) -> None:
    found = await playlist(home, pb.Input(media=PHOTO))
    assert 0.4 < found.evidence[0].affect.valence < 0.5
    assert -0.7 < found.evidence[0].affect.arousal < -0.6
    assert found.affect == home.recommender.asked.evidence[0].affect


async def test_a_video_is_seen_and_heard(home: House) -> None:
    found = await playlist(home, pb.Input(media=VIDEO))
    assert (home.captioner.seen, home.audio_features.heard) == (VIDEO, VIDEO)
    picture, sound = home.recommender.asked.evidence
    assert (picture.label, sound.label) == ("video", "video sound")
    assert not picture.audio_embedding
    assert len(sound.audio_embedding) == 128
    assert sound.weight == pytest.approx(0.5 * picture.weight)
    assert len(found.evidence[0].scenes) == 2
    assert not found.evidence[0].sound.features
    assert not found.evidence[0].sound.HasField("mfcc")


async def test_a_recording_without_pictures_is_taken_as_sound(home: House) -> None:
    found = await playlist(home, pb.Input(media=WEBM))
    assert found.evidence[0].kind == pb.INPUT_KIND_AUDIO
    assert [part.label for part in home.recommender.asked.evidence] == ["audio"]


async def test_a_video_whose_pictures_cannot_be_read_counts_by_its_sound_and_says_so(
    home: House,
) -> None:
    found = await playlist(home, pb.Input(media=VIDEO + b"BROKEN PICTURES"))
    assert found.evidence[0].kind == pb.INPUT_KIND_VIDEO
    assert [part.label for part in home.recommender.asked.evidence] == ["video sound"]
    assert [note.code for note in found.notes] == ["PICTURES_UNREADABLE"]
    assert "only its sound counted" in found.notes[0].message.en
    assert "소리만" in found.notes[0].message.ko


async def test_a_video_whose_pictures_cannot_be_read_and_whose_sound_is_talk_is_refused(
    home: House,
) -> None:
    home.audio_features.measured = {"music_share": 0.0}
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await playlist(home, pb.Input(media=VIDEO + b"BROKEN PICTURES TALK"))
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert refused.value.details() == "inputs[0].media: is corrupt"


async def test_a_silent_video_counts_by_its_pictures_and_says_so(home: House) -> None:
    found = await playlist(home, pb.Input(media=VIDEO + b"SILENT"))
    assert [part.label for part in home.recommender.asked.evidence] == ["video"]
    assert [note.code for note in found.notes] == ["SILENT"]


async def test_a_sound_is_heard(home: House) -> None:
    found = await playlist(home, pb.Input(media=SOUND))
    assert home.captioner.calls == 0
    assert found.evidence[0].summary.en == "8 seconds of sound at 92 BPM in A minor. It feels sad."
    assert found.evidence[0].summary.ko == "8초짜리 소리(92 BPM, A단조)입니다. 슬픈 느낌입니다."


async def test_silence_alone_gives_an_empty_playlist_and_says_why(home: House) -> None:
    home.recommender.add("Waves")
    found = await playlist(home, pb.Input(media=SOUND + b"SILENT"))
    assert not found.items
    assert [note.code for note in found.notes] == ["SILENT", "NOTHING_TOLD"]


async def test_words_are_read(home: House) -> None:
    found = await playlist(home, pb.Input(text="rainy drive home"))
    assert home.mood.texts == ["rainy drive home"]
    assert found.evidence[0].summary.en == "“rainy drive home” feels calm and dreamy."
    assert found.title.en == "Rainy drive home: calm and dreamy music"
    assert not found.evidence[0].reading.text_embedding
    assert [word.text for word in home.recommender.asked.evidence[0].keywords] == ["quiet"]


async def test_a_situation_is_read_by_its_rules(home: House) -> None:
    situation = mood_pb.Situation(local_time="23:10", weather="rain")
    found = await playlist(home, pb.Input(situation=situation))
    assert found.evidence[0].phrases[0].rule == "night"
    assert found.evidence[0].summary.en == "Late at night: calm and dreamy music fits."
    assert found.evidence[0].summary.ko == "늦은 밤: 차분하고 몽환적인 음악이 어울립니다."
    assert found.title.en == "Late at night: calm and dreamy music"
    assert found.title.ko == "늦은 밤에 어울리는 차분하고 몽환적인 음악"


async def test_a_song_is_a_seed(home: House) -> None:
    seed = home.recommender.add("Waves")
    home.recommender.add("Tides")
    found = await playlist(home, pb.Input(track_id=seed.id, weight=0.5))
    assert list(home.recommender.asked.seed_track_ids) == [seed.id]
    assert home.recommender.asked.weights.seeds == pytest.approx(0.4)
    assert [item.track.title for item in found.items] == ["Tides"]
    assert found.title.en == "Music like “Waves”"
    assert found.title.ko == "‘Waves’와 비슷한 음악"


async def test_a_wish_for_a_change_shifts_the_other_inputs(home: House) -> None:
    plain = await playlist(home, pb.Input(media=PHOTO))
    moved = await playlist(home, pb.Input(media=PHOTO), pb.Input(text="but calmer"))
    shift = home.recommender.asked.evidence[1]
    assert shift.is_shift
    assert not shift.text_embedding
    assert not shift.moods
    assert moved.affect.arousal < plain.affect.arousal
    assert moved.evidence[1].summary.en == "“but calmer” asks for calmer music."
    assert moved.title.en == "Calmer music for your beach photo"
    assert moved.title.ko == "해변 사진에 어울리는 더 차분한 음악"
    assert moved.moods[MOODS.index("calm")].score > plain.moods[MOODS.index("calm")].score


async def test_a_wish_for_a_change_is_named_as_one(home: House) -> None:
    home.recommender.add("Waves")
    found = await playlist(home, pb.Input(text="but calmer"))
    reason = found.items[0].reason
    assert reason.en == "Calmer as you asked."
    assert reason.ko == "원하신 대로 더 차분한 곡입니다."


async def test_inputs_of_one_kind_get_different_labels_and_their_weights(home: House) -> None:
    await playlist(home, pb.Input(text="one"), pb.Input(text="two", weight=0.25))
    labels = [(part.label, part.weight) for part in home.recommender.asked.evidence]
    assert labels == [("text", 1.0), ("text 2", 0.25)]


async def test_an_input_of_no_weight_does_not_count(home: House) -> None:
    await playlist(home, pb.Input(text="one"), pb.Input(text="two", weight=0))
    assert [part.label for part in home.recommender.asked.evidence] == ["text"]


async def test_options_reach_the_recommender(home: House) -> None:
    await playlist(home, pb.Input(text="one"), limit=3, diversity=0.1, user_id="me", random_seed=7)
    asked = home.recommender.asked
    assert (asked.limit, asked.user_id, asked.random_seed) == (3, "me", 7)
    assert asked.diversity == pytest.approx(0.1)


async def test_songs_with_sound_say_where_it_is(home: House) -> None:
    song = home.recommender.add("Waves", has_sound=True)
    home.recommender.add("Tides")
    found = await playlist(home, pb.Input(text="one"))
    assert [item.sound_path for item in found.items] == [f"/v1/tracks/{song.id}/sound", ""]


async def pieces(
    chunks: Sequence[bytes],
) -> AsyncIterator[pb.RecommendStreamRequest]:
    yield pb.RecommendStreamRequest(options=pb.Options(limit=2))
    yield pb.RecommendStreamRequest(input=pb.Input(media=b""))
    for chunk in chunks:
        yield pb.RecommendStreamRequest(chunk=media_pb2.MediaChunk(data=chunk))
    yield pb.RecommendStreamRequest(input=pb.Input(text="quiet"))


async def test_a_stream_tells_progress_then_evidence_then_the_playlist(home: House) -> None:
    home.recommender.add("Waves")
    news = [each async for each in home.stub.RecommendStream(pieces([PHOTO, b"more"]))]
    kinds = [each.WhichOneof("news") for each in news]
    assert kinds[0] == "progress"
    assert kinds[-1] == "playlist"
    assert kinds.count("evidence") == 2
    assert home.captioner.seen == PHOTO + b"more"
    assert home.recommender.asked.limit == 2
    fractions = [each.progress.fraction for each in news if each.HasField("progress")]
    assert fractions == sorted(fractions)
    stages = {each.progress.stage for each in news if each.HasField("progress")}
    assert stages == {"uploading", "seeing", "reading", "ranking"}
    assert set(news[-1].playlist.stage_seconds) == {"seeing", "reading", "ranking", "total"}


async def test_a_large_video_passes_through_whole(home: House) -> None:
    chunk = bytes(range(256)) * 4096
    news = [each async for each in home.stub.RecommendStream(pieces([VIDEO, chunk, chunk, b"."]))]
    assert news[-1].HasField("playlist")
    assert home.captioner.seen == VIDEO + chunk + chunk + b"."
    assert home.audio_features.heard == home.captioner.seen
