"""Songs, sounds, feedback, status, pages and who may ask for them, over HTTP."""

import uuid
from pathlib import Path

import pytest

from tests.unit.gateway.house import House, house
from tests.unit.gateway.problems import field_of
from vts.moods import MOODS


async def test_songs_are_found_and_got(home: House) -> None:
    song = home.recommender.add("Waves")
    found = await home.web.get("/v1/tracks", params={"q": "wav", "limit": 3})
    assert [each["track"]["id"] for each in found.json()["tracks"]] == [song.id]
    one = await home.web.get(f"/v1/tracks/{song.id}")
    assert one.json()["title"] == "Waves"


async def test_similar_songs_take_options_from_the_query(home: House) -> None:
    song = home.recommender.add("Waves")
    home.recommender.add("Tides")
    query = "limit=1&language=ko&language=en&year_from=1990&only_with_sound=true&diversity=0.5"
    response = await home.web.get(f"/v1/tracks/{song.id}/similar?{query}")
    assert [item["track"]["title"] for item in response.json()["playlist"]["items"]] == ["Tides"]
    filters = home.recommender.asked.filters
    assert list(filters.languages) == ["ko", "en"]
    assert (filters.year_from, filters.only_with_sound) == (1990, True)


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v1/tracks", 400, "q"),
        ("/v1/tracks?q=" + "a" * 201, 400, "q"),
        ("/v1/tracks?q=a&limit=99999999999999999999", 400, "limit"),
        ("/v1/tracks?q=a&limit=101", 400, "limit"),
        ("/v1/tracks?q=a&limit=1_0", 400, "limit"),
        ("/v1/tracks?q=a&limit=x", 400, "limit"),
        ("/v1/tracks?q=a&page=2", 400, "page"),
        ("/v1/tracks/nonsense", 400, "track_id"),
        (f"/v1/tracks/{uuid.UUID(int=0)}", 404, "track_id"),
        (f"/v1/tracks/{uuid.UUID(int=0)}/similar", 404, "track_id"),
        (f"/v1/tracks/{uuid.UUID(int=0)}/similar?year_from=x", 400, "year_from"),
        (f"/v1/tracks/{uuid.UUID(int=0)}/similar?limit=101", 400, "limit"),
        (f"/v1/tracks/{uuid.UUID(int=0)}/similar?diversity=2", 400, "diversity"),
        (f"/v1/tracks/{uuid.UUID(int=0)}/sound", 404, ""),
        ("/v1/tracks/..%2f..%2fetc%2fpasswd/sound", 404, ""),
        ("/v1/tracks/passwd/sound", 400, "track_id"),
        ("/v1/nowhere", 404, ""),
        ("/docs/passwd", 404, ""),
        ("/static/../settings.py", 404, ""),
    ],
)
async def test_a_bad_address_gets_a_problem_document(
    home: House, path: str, status: int, field: str
) -> None:
    response = await home.web.get(path)
    told, _, blamed = field_of(response)
    assert (told, blamed) == (status, field)


async def test_the_wrong_method_is_told_the_right_one(home: House) -> None:
    response = await home.web.get("/v1/recommendations")
    assert field_of(response)[0] == 405
    assert response.headers["allow"] == "POST"


async def test_sound_is_served_in_ranges(home: House) -> None:
    track_id = str(uuid.uuid4())
    home.sound_dir.mkdir()
    (home.sound_dir / f"{track_id}.flac").write_bytes(b"fLaC0123456789")
    path = f"/v1/tracks/{track_id}/sound"
    whole = await home.web.get(path)
    assert (whole.status_code, whole.content) == (200, b"fLaC0123456789")
    assert whole.headers["content-type"] == "audio/flac"
    assert whole.headers["accept-ranges"] == "bytes"
    part = await home.web.get(path, headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"0123")
    assert part.headers["content-range"] == "bytes 4-7/14"
    last = await home.web.get(path, headers={"range": "bytes=-2"})
    assert last.content == b"89"
    beyond = await home.web.get(path, headers={"range": "bytes=99-"})
    assert beyond.status_code == 416
    head = await home.web.head(path)
    assert (head.content, head.headers["content-length"]) == (b"", "14")


async def test_feedback_is_taken_as_json(home: House) -> None:
    song = home.recommender.add("Waves")
    opinion = {"user_id": "me", "track_id": song.id, "kind": "FEEDBACK_KIND_LIKE"}
    response = await home.web.post("/v1/feedback", json=opinion)
    assert (response.status_code, response.json()) == (200, {})
    assert len(home.recommender.feedback) == 1
    bad = await home.web.post("/v1/feedback", json={**opinion, "kind": "LOVE"})
    assert field_of(bad) == (400, "FIELD_INVALID", "kind")


async def test_a_form_from_elsewhere_cannot_give_feedback(home: House) -> None:
    response = await home.web.post("/v1/feedback", data={"user_id": "me"})
    assert field_of(response) == (400, "FIELD_INVALID", "content-type")


async def test_status_and_moods_are_told(home: House) -> None:
    status = (await home.web.get("/v1/status")).json()
    assert [each["state"] for each in status["services"]] == ["SERVING"] * 4
    assert status["catalogue"]["tracks"] == "0"
    listed = (await home.web.get("/v1/moods")).json()["moods"]
    assert [mood["id"] for mood in listed] == list(MOODS)
    assert set(listed[0]) == {"id", "english", "korean", "valence", "arousal"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/docs", "text/html"),
        ("/docs/docs.js", "text/javascript"),
        ("/docs/swagger-ui.css", "text/css"),
        ("/docs/swagger-ui-bundle.js", "text/javascript"),
        ("/openapi.json", "application/json"),
        ("/static/app.js", "text/javascript"),
        ("/healthz", "text/plain"),
    ],
)
async def test_pages_are_served_under_a_strict_policy(home: House, path: str, kind: str) -> None:
    response = await home.web.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(kind)
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] in ("no-cache", "no-store")
    assert "<script>" not in response.text[:5000] or "swagger" in path


async def test_the_gateway_is_not_ready_before_it_is_warm(home: House) -> None:
    assert (await home.web.get("/readyz")).status_code == 503


async def test_request_ids_are_kept_or_made(home: House) -> None:
    kept = await home.web.get("/healthz", headers={"x-request-id": "abc-1"})
    assert kept.headers["x-request-id"] == "abc-1"
    made = await home.web.get("/v1/nowhere", headers={"x-request-id": "no good\x7f"})
    assert made.headers["x-request-id"] == made.json()["request_id"] != ""


async def test_other_host_names_are_not_served_on_loopback(home: House) -> None:
    response = await home.web.get("/v1/status", headers={"host": "evil.example"})
    assert field_of(response)[0] == 421
    for name in ("localhost:8080", "127.0.0.1", "[::1]:8080"):
        assert (await home.web.get("/healthz", headers={"host": name})).status_code == 200


async def test_beyond_loopback_the_api_asks_for_the_token(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("secret\n", encoding="utf-8")
    async with house(tmp_path, auth_tokens_file=tokens, host="0.0.0.0") as home:  # noqa: S104
        assert field_of(await home.web.get("/v1/status"))[:2] == (401, "UNAUTHENTICATED")
        wrong = await home.web.get("/v1/status", headers={"authorization": "Bearer wrong"})
        assert wrong.status_code == 401
        assert wrong.headers["www-authenticate"] == "Bearer"
        right = await home.web.get("/v1/status", headers={"authorization": "Bearer secret"})
        assert right.status_code == 200
        assert (await home.web.get("/healthz")).status_code == 200


async def test_a_bug_of_ours_is_told_without_details(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise ZeroDivisionError("a secret path")

    monkeypatch.setattr(home.gateway.songs, "status", broken)
    response = await home.web.get("/v1/status")
    assert field_of(response) == (500, "INTERNAL", "")
    assert "secret" not in response.text
