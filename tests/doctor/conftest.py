"""The gateway's settings for the running stack, and what checks need of it."""

from collections.abc import AsyncIterator

import pytest

from demo.stack import Stack
from support.ready import Ready, ready_for
from vecgate import settings as told
from vecgate.settings import Settings


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return told.load(stack.settings_path)


@pytest.fixture
async def ready(settings: Settings) -> AsyncIterator[Ready]:
    async with ready_for(settings) as made:
        yield made
