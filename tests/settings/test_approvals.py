"""Signatures are asked for only where that is said, and roots are fingerprints."""

import pytest
from pydantic import ValidationError

from vecgate.settings.approvals import Approvals

MARK = "SHA256:" + "a" * 43


def test_unsaid_nothing_is_signed():
    assert Approvals() == Approvals(signed="off", roots=(), revoked=())
    assert (Approvals().passkeys.origins, Approvals().passkeys.synced) == ((), True)
    for text in ("https://a.example", "https://a.example:8443", "http://localhost", "http://localhost:8470"):
        assert Approvals(passkeys={"origins": (text,)}).passkeys.origins == (text,)
    assert Approvals(signed=False).signed == "off"  # YAML's own reading
    assert Approvals(signed="require", roots=(MARK,)).roots == (MARK,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed": "yes"},
        {"signed": True},
        {"roots": ("a" * 43,)},
        {"roots": (MARK + "a",)},
        {"revoked": ("MD5:00",)},
        {"root": (MARK,)},
        # then nobody could ever say yes
        {"signed": "require"},
        {"passkeys": {"origin": ("https://a.example",)}},
        *({"passkeys": {"origins": (text,)}} for text in (
            "http://a.example", "https://a.example/", "https://a.example:443", "http://localhost:80", "https://10.0.0.1",
            "https://[::1]", "https://A.example", "a.example", "null", "https://u@a.example", "http://localhost.evil",
        )),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(wrong):
    with pytest.raises(ValidationError):
        Approvals(**wrong)
