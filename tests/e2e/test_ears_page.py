"""The page hears: a recording finds its song, a group is picked, the map leads to songs."""

import time

import httpx
import pytest

from tests.e2e.conftest import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect  # noqa: E402

from tests.e2e.browsing import (  # noqa: E402
    ANSWER_LIMIT_MS,
    expect_playlist,
    find_music,
    pictured,
)

PIECE = "Lamp Low"


@pytest.fixture(scope="module")
def grouped(stack: Stack) -> None:
    """Groups of what the catalogue holds."""
    answer = httpx.post(f"{stack.web}/v1/groups", json={"groups": 6, "random_seed": 1}, timeout=600)
    assert len(answer.json()["map"]["groups"]) == 6


def record(page: Page, seconds: int) -> None:
    """Records from the false microphone, and stops."""
    button = page.locator("#record")
    button.click()
    expect(page.locator("#recorded")).to_contain_text(f"{seconds} / 30 s", timeout=40_000)
    button.click()


def hears_from(page: Page, seconds: float) -> None:
    """Waits until the player plays, from some second on."""
    limit = time.monotonic() + 20
    while page.locator("#sound").evaluate("sound => sound.currentTime") <= seconds:
        assert time.monotonic() < limit


def test_a_recording_finds_its_song_as_soon_as_it_ends(page: Page) -> None:
    page.locator("#record").click()
    expect(page.locator("#advice")).to_contain_text("5 seconds or more")
    expect(page.locator("#advice")).to_contain_text("That is enough", timeout=30_000)
    assert page.locator("#level").evaluate("meter => meter.value") > 0.1
    pictured(page, "recording")
    expect(page.locator("#recorded")).to_contain_text("7 / 30 s", timeout=30_000)
    page.locator("#record").click()
    expect_playlist(page, "recorded")
    expect(page.locator("#inputs li")).to_have_count(1)
    expect(page.locator(".found")).to_contain_text(f"Found: {PIECE}")
    assert page.locator("#songs h3").first.inner_text().startswith(PIECE)
    expect(page.locator(".song .reason").first).to_contain_text("the very song in your clip")
    page.locator(".found button.play").click()
    expect(page.locator("#playing")).to_contain_text(PIECE)
    hears_from(page, 0.2)


def test_a_recording_and_words_go_together_in_korean_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#language").click()
    page.fill("#words", "조금 더 차분하게")
    record(page, 6)
    expect_playlist(page, "recorded-korean")
    expect(page.locator(".evidence")).to_have_count(2)
    expect(page.locator(".found")).to_contain_text("찾았습니다")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.expects_refusal
@pytest.mark.parametrize(
    "constructor",
    ['super("ws://127.0.0.1:9/");', 'throw new Error("none here");'],
    ids=["lost", "none"],
)
def test_a_recording_whose_connection_is_lost_is_uploaded(page: Page, constructor: str) -> None:
    page.evaluate(
        "(body) => { window.WebSocket = eval(`(class extends WebSocket"
        " { constructor() { ${body} } })`); }",
        constructor,
    )
    record(page, 4)
    expect_playlist(page, "recorded-uploaded")
    expect(page.locator(".found")).to_contain_text(PIECE)


def test_a_recording_beside_a_file_waits_for_the_button(page: Page) -> None:
    record(page, 3)
    expect(page.locator("#songs > li")).to_have_count(10, timeout=ANSWER_LIMIT_MS)
    record(page, 3)
    expect(page.locator("#inputs li")).to_have_count(2)
    find_music(page)
    expect(page.locator(".evidence")).to_have_count(2, timeout=ANSWER_LIMIT_MS)


def test_a_group_is_picked_without_any_input(page: Page, grouped: None) -> None:
    page.reload()
    first = page.locator("button.group").first
    name = first.inner_text().splitlines()[0]
    first.click()
    expect_playlist(page, "group")
    expect(page.locator("#playlist-title")).to_have_text(name)
    page.locator("#language").click()
    assert any("가" <= letter <= "힣" for letter in first.inner_text())
    expect(page.locator("#playlist-title")).not_to_have_text(name)


def test_the_map_leads_to_songs_by_mouse_and_keys(page: Page, grouped: None) -> None:
    page.reload()
    page.locator("#map summary").click()
    canvas = page.locator("#map canvas")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    chosen = page.locator("#chosen strong")
    expect(chosen).to_be_visible()
    first = chosen.inner_text()
    limit = time.monotonic() + 20
    while chosen.inner_text() == first:
        page.keyboard.press("ArrowLeft")
        assert time.monotonic() < limit
    place = canvas.bounding_box()
    assert place
    for step in range(60):
        page.mouse.move(place["x"] + place["width"] * (0.2 + step / 100), place["y"] + 200)
        if page.locator(".tip").is_visible():
            break
    told = page.locator(".tip").inner_text()
    page.mouse.down()
    page.mouse.up()
    assert told.startswith(chosen.inner_text())
    pictured(page, "map")
    title = chosen.inner_text()
    canvas.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#songs > li")).to_have_count(10, timeout=ANSWER_LIMIT_MS)
    expect(page.locator(".evidence p").first).to_contain_text(title)
