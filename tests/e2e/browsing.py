"""What tests of the page have in common: where pictures go, and what an answer looks like."""

import shutil

from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT

CHROMIUM = shutil.which("chromium")
SCREENSHOTS = ROOT / "build" / "screenshots"
ANSWER_LIMIT_MS = 120_000
ARGUMENTS = [
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
]


def expect_playlist(page: Page, name: str, count: int = 10) -> None:
    """Waits for an answer and takes a picture of it."""
    songs = page.locator("#songs > li")
    expect(songs).to_have_count(count, timeout=ANSWER_LIMIT_MS)
    for reason in page.locator(".song .reason").all():
        assert reason.inner_text().strip()
    expect(page.locator("#plane svg circle.point")).to_have_count(1)
    pictured(page, name)


def pictured(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def find_music(page: Page) -> None:
    page.locator("#go").click()
