"""Where the gateway listens."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from vecgate.settings.listen import Listen


def test_by_itself_it_listens_to_this_host_and_over_tls_only() -> None:
    told = Listen(certificate_folder=Path("ca"))
    assert (told.host, told.web_host, told.plaintext) == ("127.0.0.1", "127.0.0.1", False)


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_port_is_one_that_there_is(port: int) -> None:
    with pytest.raises(ValidationError, match="port"):
        Listen(certificate_folder=Path("ca"), port=port)
