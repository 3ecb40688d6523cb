"""Every page fits a telephone, light and dark, with names as long as they get; and each field has a name."""

from typing import Final, Literal

import pytest

from console.conftest import ACCESS, CALL, SESSION, tell
from support.consoles.api_stub import ApiStub
from support.consoles.login_stub import LoginStub
from support.consoles.served import Served
from support.tools.browser import Browser, chromium
from support.tools.browser import browser as opened

LONG = "a-collection-with-a-very-long-name-" * 4
PLACES = (
    "/", "/requests/h1", "/access/a1", "/access", "/mine", "/grants", "/history", "/locks", "/sessions",
    f"/sessions/{SESSION['session']}", "/policies", "/policies/rules",
)  # fmt: skip
SCHEMES: Final[tuple[tuple[Literal["light", "dark"], tuple[str, ...]], ...]] = (("light", PLACES), ("dark", PLACES[:3]))
#: Fields that nothing names for those who do not see them.
NAMELESS = """
[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(field => !field.labels.length && !field.ariaLabel).map(field => field.name)
"""


@pytest.fixture
def browser() -> Browser:
    if chromium() is None:
        pytest.skip("needs chromium")
    return opened


async def test_no_page_is_wider_than_a_telephone(
    served: Served, api: ApiStub, login: LoginStub, browser: Browser
) -> None:
    deletes = {"effect": f"deletes 3 of 5 in {LONG}", "collections": [LONG]}
    tell(api, CALL | deletes, ACCESS | {"collections": [LONG], "operations": ["search"] * 9})
    wide, nameless = [], {}
    async with browser(f"{served.url}/login") as page:
        await page.until("document.querySelector('nav') !== null")
        for scheme, places in SCHEMES:
            await page.look(390, scheme)
            for path in places:
                await page.go(served.url + path)
                await page.until(f"location.pathname === '{path}' && document.readyState === 'complete'")
                await page.run("document.querySelectorAll('details').forEach(one => { one.open = true })")
                if await page.run("document.documentElement.scrollWidth") > 390:
                    wide.append(path)
                if found := await page.run(NAMELESS):
                    nameless[path] = found
    assert (wide, nameless) == ([], {})
