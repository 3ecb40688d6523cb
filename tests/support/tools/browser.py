"""A real browser without a window, asked over its own debugging port what a person would see on a page."""

import asyncio
import contextlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final

import aiohttp

SECONDS: Final = 60
_SEEN: Final = """
[...document.querySelectorAll('button, a, input, td.col-comment, td.col-path, .contentview pre')]
  .filter(e => e.checkVisibility())
  .map(e => [e.tagName.toLowerCase(), e.className, e.innerText || e.placeholder || ''])
"""


def chromium() -> str | None:
    """Where it is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class PageLeft(Exception):
    """The page gave way to another while it was asked."""


class Page:
    """One open page."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._line = line
        self._number = 0

    async def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        await self._line.send_json({"id": self._number, "method": method, "params": parameters})
        while (said := await self._line.receive_json()).get("id") != self._number:
            pass
        if "navigated" in said.get("error", {}).get("message", ""):
            raise PageLeft
        assert "result" in said, said
        found: dict[str, Any] = said["result"]
        return found

    async def go(self, url: str) -> None:
        """Open another page."""
        await self._call("Page.navigate", url=url)

    async def look(self, width: int, features: list[dict[str, str]]) -> None:
        """As on a screen of that width, for people who want that of pages."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        await self._call("Emulation.setDeviceMetricsOverride", **size)
        await self._call("Emulation.setEmulatedMedia", features=features)

    async def run(self, script: str) -> Any:
        """What an expression of JavaScript is worth on the page."""
        found = await self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def click(self, selector: str) -> None:
        """Click on what is there, whether or not it leads away."""
        with contextlib.suppress(PageLeft):
            await self.run(f"document.querySelector({json.dumps(selector)}).click()")

    async def until(self, script: str) -> Any:
        """The same, once it is true, on this page or the one that follows."""
        async with asyncio.timeout(SECONDS):
            while True:
                with contextlib.suppress(PageLeft):
                    if found := await self.run(script):
                        return found
                await asyncio.sleep(0.05)

    async def seen(self) -> list[tuple[str, str, str]]:
        """What is on the page for a person: (tag, classes, text) of links, buttons, fields, rows and bodies."""
        return [tuple(one) for one in await self.run(_SEEN)]


#: A browser with the page of this URL open.
type Browser = Callable[[str], AbstractAsyncContextManager[Page]]


@contextlib.contextmanager
def _running() -> Iterator[int]:
    """A browser of its own, and the port it is asked on."""
    words = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=1600,760")
    with tempfile.TemporaryDirectory(prefix="vg-browser-", ignore_cleanup_errors=True) as folder:
        command = [str(chromium()), *words, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield _port(Path(folder) / "DevToolsActivePort")
        finally:
            process.terminate()
            process.wait(20)


def _port(file: Path) -> int:
    end = time.monotonic() + SECONDS
    while not file.exists() or "\n" not in file.read_text("utf-8"):
        assert time.monotonic() < end, "the browser did not start"
        time.sleep(0.05)
    return int(file.read_text("utf-8").splitlines()[0])


@contextlib.asynccontextmanager
async def browser(url: str) -> AsyncIterator[Page]:
    """A browser with this page open."""
    with _running() as port:
        async with aiohttp.ClientSession(trust_env=False) as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as reply:
                pages = json.loads(await reply.read())
            address = next(one["webSocketDebuggerUrl"] for one in pages if one["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as line:
                page = Page(line)
                await page.go(url)
                yield page
