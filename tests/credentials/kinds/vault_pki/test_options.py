"""What a client certificate's credential says of its mount."""

from vecgate.credentials.kinds.vault_pki.options import Options
from vecgate.settings.upstreams import UpstreamSettings


def test_it_is_the_section_of_an_upstream_that_names_no_kind() -> None:
    least = {"dialect": "chroma", "url": "https://db", "hosts": ["db"]}
    told = UpstreamSettings.model_validate(least | {"credential": {"role": "a", "gateway_role": "b", "mount": "pki2"}})
    assert isinstance(told.credential, Options)
    assert told.credential.issuing == ("pki2/issue/a", "pki2/issue/b")
