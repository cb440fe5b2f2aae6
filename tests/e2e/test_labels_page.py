"""Labels of other vocabularies and the reasons of readings, on the page in real Chromium."""

import pytest

from tests.e2e.browsing import ANSWER_LIMIT_MS, find_music

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect  # noqa: E402


def test_a_feeling_is_told_in_the_labels_that_were_picked_in_both_languages(page: Page) -> None:
    page.locator("#options summary").click()
    expect(page.locator("select[name=taxonomy] option")).to_have_count(9)
    page.select_option("select[name=taxonomy]", "gems")
    page.fill("#words", "a lonely, sad evening")
    find_music(page)
    labels = page.locator(".evidence .labels")
    expect(labels.locator("h4")).to_have_text("GEMS", timeout=ANSWER_LIMIT_MS)
    expect(labels.locator("li span").first).to_have_text("sadness")
    expect(page.locator(".evidence .detail").first).to_contain_text("“lonely”")
    page.locator("#language").click()
    expect(labels.locator("li span").first).to_have_text("슬픔")
    expect(page.locator(".evidence .detail").first).to_contain_text("‘lonely’")
    assert page.locator("select[name=taxonomy]").input_value() == "gems"


def test_no_labels_are_shown_where_none_were_asked_for(page: Page) -> None:
    page.fill("#words", "a lonely, sad evening")
    find_music(page)
    expect(page.locator(".evidence h3")).to_have_text("Words", timeout=ANSWER_LIMIT_MS)
    expect(page.locator(".labels")).to_have_count(0)
