"""Which class is meant by a name?"""

from support.weaviate.asked import FakeWeaviate
from vecgate.dialects.weaviate.dialect import Weaviate


async def test_a_class_is_known_by_how_it_was_made() -> None:
    server = FakeWeaviate()
    first = await Weaviate().identity(server.ask, ("", ""), "People")
    assert first.startswith("Person#")
    assert await Weaviate().identity(server.ask, ("", ""), "Company") != first
    assert await Weaviate().identity(server.ask, ("", ""), "Nope") == ""
