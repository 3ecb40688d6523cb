"""The tour's part about the web console: bob logs in at the demo's login service and sees what is there."""

import time
from collections.abc import Callable

import httpx

from demo.console import Console
from demo.expected import expect
from demo.login.walked import gone_back


def walk(console: Console, say: Callable[[str], None]) -> None:
    """Raises TourFailed."""
    with httpx.Client(trust_env=False, timeout=30) as browser:
        away = browser.get(f"{console.url}/history")
        expect(away.status_code == 303, "nobody sees a page without a login")
        asked = browser.get(f"{console.url}/history", follow_redirects=True)
        back = gone_back(browser, asked, "bob", console.login.password("bob"))
        page = browser.get(back, follow_redirects=True)
        expect(str(page.url) == f"{console.url}/history", f"bob comes back to where he was: {page.url}")
        for _ in range(60):  # the gateway was there before this issuer, and asks for its keys again after a while
            if "identity.unavailable" not in page.text:
                break
            time.sleep(1)
            page = browser.get(f"{console.url}/history")
        expect("alice" in page.text and "carol" in page.text, "he sees what alice and carol asked for")
        say(f"   bob sees at {page.url}: {page.text.count('<tr>')} rows of what was asked and decided")
