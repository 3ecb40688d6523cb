"""Ports that the doctor knocks at: one row each, with the page that says so."""

import pytest

from vecgate import dialects


@pytest.mark.parametrize("name", dialects.names())
def test_each_row_is_one_port_with_its_source(name: str) -> None:
    ports = dialects.kind(name).ports
    assert bool(ports) == (name != "pinecone"), "which is a service: nobody has a port of it"
    assert len({port.number for port in ports}) == len(ports)
    assert all(port.source.startswith("https://") and port.path.startswith("/") for port in ports)
