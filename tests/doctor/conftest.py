"""The gateway's settings for the running stack, and what checks need of it."""

from collections.abc import AsyncIterator

import pytest

from demo.stack import Stack
from support.servers.ready import Ready, ready_for
from vecgate.settings import file as told
from vecgate.settings.file import Settings


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return told.load(stack.settings_path)


@pytest.fixture
async def ready(settings: Settings) -> AsyncIterator[Ready]:
    async with ready_for(settings) as made:
        yield made
