"""The API's documentation shows in a real browser, under the page's strict policy."""

import shutil

import pytest

from tests.unit.gateway.house import House

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
async def test_the_documentation_shows_every_operation_without_complaint(home: House) -> None:
    playwright = pytest.importorskip("playwright.async_api", reason="needs playwright")
    await home.gateway.http.start()
    complaints: list[str] = []
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"http://127.0.0.1:{home.gateway.http.port}/docs")
        shown = page.locator(".opblock")
        await shown.nth(11).wait_for()
        assert await shown.count() == 13
        await page.get_by_text("Recommends music for photos").click()
        await page.locator(".opblock-body").first.wait_for()
        await browser.close()
    assert complaints == []
