"""Music at the wheel: bounds hold for a whole mixture, through every service and on the page."""

from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

import vts as sdk
from tests.e2e.browsing import expect_playlist, find_music
from tests.e2e.conftest import SAMPLES, Stack
from vts.gateway.v1 import gateway_service_pb2 as pb

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect  # noqa: E402

LULLABIES = ["a sleepy lullaby, please", "졸린 자장가 틀어 줘", "very calm, slow, dreamy music"]


def least(playlist: pb.Playlist) -> float:
    return min(item.track.affect.arousal for item in playlist.items if item.track.affect.confidence)


def most(playlist: pb.Playlist, mood: str) -> float:
    scores = [each.score for i in playlist.items for each in i.track.moods if each.mood == mood]
    return max(scores, default=0.0)


@pytest.mark.parametrize("words", LULLABIES)
def test_no_lullaby_makes_a_driver_drowsy(stack: Stack, words: str) -> None:
    night = sdk.situation(time="23:40", place="motorway")
    with sdk.Client(stack.address) as client:
        asleep = client.recommend(sdk.text(words))
        awake = client.recommend(sdk.text(words), night)
    assert least(asleep) < -0.3
    assert len(awake.items) == 10
    assert least(awake) >= 0.15 - 1e-6
    assert most(awake, "calm") <= 0.35 + 1e-6
    (note,) = [note for note in awake.notes if note.code == "BOUNDED"]
    assert "drowsy" in note.message.en
    assert "졸음" in note.message.ko


def test_children_hear_nothing_scary_or_suggestive(stack: Stack) -> None:
    with sdk.Client(stack.address) as client:
        found = client.recommend(
            sdk.text("a dark, scary, sensual horror night"),
            sdk.situation(activity="driving", cabin=sdk.cabin(child=True)),
        )
    assert found.items
    assert most(found, "scary") <= 0.1 + 1e-6
    assert most(found, "sensual") <= 0.1 + 1e-6


def test_an_unlikely_situation_is_answered_with_a_note(stack: Stack) -> None:
    with sdk.Client(stack.address) as client:
        found = client.recommend(sdk.situation(activity="walking", speed_kmh=120))
    assert found.items
    assert "UNLIKELY_SITUATION" in [note.code for note in found.notes]


def test_a_drive_is_followed(vts: Callable[..., CompletedProcess[str]]) -> None:
    told = vts("follow", SAMPLES / "drive.jsonl", "--limit", "3")
    assert told.returncode == 0, told.stderr
    headlines = [line for line in told.stdout.splitlines() if line[2:3] == ":"]
    assert len(headlines) <= 14
    assert sum("for safety" in line for line in headlines) == 4


@pytest.mark.browser
@pytest.mark.timeout(900)
def test_the_page_asks_about_the_car_only_of_drivers(page: Page) -> None:
    page.locator("#moment").click()
    expect(page.locator("#car")).to_be_hidden()
    page.select_option("[name=company]", "family")
    page.select_option("[name=place]", "cafe")
    expect(page.locator("#car")).to_be_hidden()
    page.select_option("[name=place]", "motorway")
    expect(page.locator("#car")).to_be_visible()
    page.fill("[name=local_time]", "23:40")
    page.select_option("[name=traffic]", "flowing")
    page.check("[name=child]")
    page.fill("#words", "a sleepy lullaby, please")
    find_music(page)
    expect_playlist(page, "at-the-wheel")
    assert "drowsy" in page.locator("#notes").inner_text()
    page.select_option("[name=place]", "train")
    expect(page.locator("#car")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
