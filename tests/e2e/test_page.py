"""The page in real Chromium, against the real services, for each kind of input."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, SAMPLES, Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

CHROMIUM = shutil.which("chromium")
SCREENSHOTS = ROOT / "build" / "screenshots"
ANSWER_LIMIT_MS = 120_000

if CHROMIUM is None:
    pytest.skip("Chromium is not installed", allow_module_level=True)

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright  # noqa: E402


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Chromium's false microphone hears: the sample clip as WAV."""
    import soundfile

    path = tmp_path_factory.mktemp("microphone") / "clip.wav"
    samples, rate = soundfile.read(SAMPLES / "clip.ogg", dtype="int16")
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture(scope="module")
def browser(microphone: Path) -> Iterator[Browser]:
    assert CHROMIUM
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--autoplay-policy=no-user-gesture-required",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page; it fails the test if the page says anything on its console."""
    context = browser.new_context(
        viewport={"width": 1180, "height": 900}, locale="en-US", permissions=["microphone"]
    )
    page = context.new_page()
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(20_000)
    page.goto(stack.web)
    expect(page.locator("select[name=weather] option").nth(3)).to_be_attached()
    yield page
    context.close()
    expected = request.node.get_closest_marker("expects_refusal") is not None
    assert expected or complaints == []


def expect_playlist(page: Page, name: str, count: int = 10) -> None:
    songs = page.locator("#songs > li")
    expect(songs).to_have_count(count, timeout=ANSWER_LIMIT_MS)
    for reason in page.locator(".song .reason").all():
        assert reason.inner_text().strip()
    expect(page.locator("#plane svg circle.point")).to_have_count(1)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def find_music(page: Page) -> None:
    page.locator("#go").click()


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


def test_a_recording_from_the_microphone_gets_a_playlist(page: Page) -> None:
    record = page.locator("#record")
    record.click()
    expect(record).to_contain_text("4 s", timeout=30_000)
    record.click()
    expect(page.locator("#inputs li")).to_have_count(1)
    find_music(page)
    expect_playlist(page, "recording")
    assert page.locator(".evidence h3").inner_text().lower() == "sound"


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
