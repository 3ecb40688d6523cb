"""The dialect before a server that describes an index and two aliases of it."""

import pytest

from support.lucene.asked import Described


@pytest.fixture
def described() -> Described:
    return Described(everyone="people", crew="people")
