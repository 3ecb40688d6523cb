"""A real browser without a window, driven by Playwright, asked what a person would see on a page."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Literal

from playwright.async_api import Error, async_playwright
from playwright.async_api import Page as Tab

SECONDS: Final = 60
_SEEN: Final = """
[...document.querySelectorAll('button, a, input, td.col-comment, td.col-path, .contentview pre')]
  .filter(e => e.checkVisibility())
  .map(e => [e.tagName.toLowerCase(), e.className, e.innerText || e.placeholder || ''])
"""
#: What Playwright says of a page that gave way to another while it was asked.
_LEFT: Final = "Execution context was destroyed"


def chromium() -> str | None:
    """Where it is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page:
    """One open page."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab

    async def go(self, url: str) -> None:
        """Open another page."""
        await self._tab.goto(url, wait_until="commit")

    async def look(self, width: int, scheme: Literal["light", "dark"]) -> None:
        """As on a screen of that width, for people who want pages so."""
        await self._tab.set_viewport_size({"width": width, "height": 900})
        await self._tab.emulate_media(color_scheme=scheme)

    async def run(self, script: str) -> Any:
        """What an expression of JavaScript is worth on the page."""
        return await self._tab.evaluate(script)

    async def click(self, selector: str) -> None:
        """Click on what is there, once it can be clicked on, whether or not it leads away."""
        await self._tab.click(selector)

    async def until(self, script: str) -> Any:
        """The same, once it is true, on this page or the one that follows."""
        async with asyncio.timeout(SECONDS):
            while True:
                try:
                    if found := await self.run(script):
                        return found
                except Error as e:
                    if _LEFT not in e.message:
                        raise
                await asyncio.sleep(0.05)

    async def seen(self) -> list[tuple[str, str, str]]:
        """What is on the page for a person: (tag, classes, text) of links, buttons, fields, rows and bodies."""
        return [tuple(one) for one in await self.run(_SEEN)]


#: A browser with the page of this URL open.
type Browser = Callable[[str], AbstractAsyncContextManager[Page]]


@contextlib.asynccontextmanager
async def browser(url: str) -> AsyncIterator[Page]:
    """A browser with this page open."""
    words = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=words)
        try:
            tab = await running.new_page(viewport={"width": 1600, "height": 760})
            tab.set_default_timeout(SECONDS * 1000)
            page = Page(tab)
            await page.go(url)
            yield page
        finally:
            await running.close()
