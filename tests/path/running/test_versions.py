"""Where only tested versions are spoken to, a server of another one gets no call, and its caller is told why."""

import pytest

from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory


@pytest.mark.parametrize(
    ("dialect", "path", "code"), [("chroma", "/api/v2/version", ""), ("qdrant", "/collections", "upstream.untested")]
)
def test_a_server_passes_by_what_it_tells_of_itself(
    gateways: Factory, stack: Stack, dialect: str, path: str, code: str
) -> None:
    """The server is a Chroma: to one who takes it for a Qdrant it tells no version."""
    made = gateways.make(over={"upstreams": {UPSTREAM: {"dialect": dialect, "versions": "tested"}}})
    made.start()
    try:
        said = made.ask("GET", path, token=stack.token("alice"))
    finally:
        made.stop()
    assert said.status == (403 if code else 200)
    if code:
        assert code in str(said.json)
        assert "of a version that it does not tell; this gateway was tested with 1.19" in str(said.json)
