"""The page in real Chromium, against the real services, for each kind of input."""

import time
from pathlib import Path

import pytest

from tests.e2e.browsing import ANSWER_LIMIT_MS, SCREENSHOTS, expect_playlist, find_music
from tests.e2e.conftest import SAMPLES, Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect  # noqa: E402


@pytest.mark.parametrize(
    ("name", "kind"), [("coffee.jpg", "Photo"), ("vlog.mp4", "Video"), ("clip.ogg", "Sound")]
)
def test_a_file_gets_a_playlist_and_shows_what_was_understood(
    page: Page, name: str, kind: str
) -> None:
    page.set_input_files("#files", SAMPLES / name)
    find_music(page)
    expect_playlist(page, name.split(".")[0])
    assert page.locator(".evidence h3").inner_text().lower() == kind.lower()
    assert page.locator(".evidence p").first.inner_text().strip()


def test_the_timeline_of_a_video_grows_and_leads_to_its_scenes(page: Page) -> None:
    page.evaluate(
        """() => new MutationObserver(() => {
            const rows = document.querySelectorAll('.growing li').length;
            window.grown = Math.max(window.grown ?? 0, rows);
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    page.set_input_files("#files", SAMPLES / "vlog.mp4")
    find_music(page)
    expect_playlist(page, "timeline")
    scenes = page.locator(".timeline .scenes > li")
    assert page.evaluate("window.grown") == scenes.count() > 1
    expect(page.locator(".growing")).to_have_count(0)
    expect(page.locator(".curves svg rect.strip")).to_have_count(scenes.count())
    expect(scenes.first.locator(".chip").first).to_be_visible()
    second = page.locator(".timeline .time").nth(1)
    second.focus()
    page.keyboard.press("Enter")
    minutes, seconds = second.inner_text().split("–")[0].split(":")
    start = 60 * int(minutes) + int(seconds)
    preview = page.locator(".evidence video")
    limit = time.monotonic() + 20
    while not start <= preview.evaluate("video => video.currentTime") < start + 1:
        assert time.monotonic() < limit
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#language").click()
    page.screenshot(path=SCREENSHOTS / "phone-timeline-korean.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert any("가" <= letter <= "힣" for letter in scenes.first.inner_text())


def test_words_are_sent_with_enter_alone(page: Page) -> None:
    page.locator("#words").focus()
    page.keyboard.type("rainy drive home, a bit sad")
    page.keyboard.press("Enter")
    expect_playlist(page, "words")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#results') !== null")


def test_a_situation_gets_a_playlist(page: Page) -> None:
    page.locator("#moment").click()
    page.fill("[name=local_time]", "23:10")
    page.select_option("[name=weather]", "rain")
    page.select_option("[name=activity]", "driving")
    page.fill("[name=speed_kmh]", "60")
    find_music(page)
    expect_playlist(page, "situation")


def test_a_mix_in_korean_on_a_phone_fits_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#language").click()
    expect(page.locator("#go")).to_have_text("음악 찾기")
    page.set_input_files("#files", SAMPLES / "chelsea.jpg")
    page.fill("#words", "조금 더 차분하게")
    page.screenshot(path=SCREENSHOTS / "phone-composer.png", full_page=True)
    find_music(page)
    expect_playlist(page, "phone-korean")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert any("가" <= letter <= "힣" for letter in page.locator(".reason").first.inner_text())


def test_what_is_held_here_plays(page: Page) -> None:
    page.fill("#words", "calm and dreamy")
    page.locator("#options summary").click()
    page.check("[name=playable]")
    find_music(page)
    expect_playlist(page, "playable")
    page.locator("button.play").first.click()
    expect(page.locator("#sound")).to_have_js_property("paused", False)
    limit = time.monotonic() + 20
    while page.locator("#sound").evaluate("sound => sound.currentTime") < 0.2:
        assert time.monotonic() < limit


def test_feedback_and_more_like_this_work(page: Page) -> None:
    page.fill("#words", "happy summer")
    find_music(page)
    expect_playlist(page, "summer")
    first = page.locator("#songs > li").first
    title = first.locator("h3").inner_text()
    first.locator(".actions button[title='I like it']").click()
    expect(first.locator(".actions button[title='Thanks, remembered.']")).to_be_disabled()
    first.locator(".actions button[title='More like this']").click()
    expect(page.locator("#status")).to_be_hidden(timeout=ANSWER_LIMIT_MS)
    expect(page.locator("#songs > li")).to_have_count(10)
    assert title not in page.locator("#songs h3").all_inner_texts()


@pytest.mark.expects_refusal
def test_a_text_called_a_photo_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    liar = tmp_path / "photo.jpg"
    liar.write_text("not a photo", encoding="utf-8")
    page.set_input_files("#files", liar)
    find_music(page)
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("#problem")).to_contain_text("JPEG")


def test_the_documentation_is_served_from_here(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.web}/docs")
    expect(page.locator(".swagger-ui .info .title")).to_be_visible()
    expect(page.get_by_text("/v1/recommendations").first).to_be_visible()
