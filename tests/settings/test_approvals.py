"""Signatures are asked for only where that is said, and roots are fingerprints."""

import pytest
from pydantic import ValidationError

from vecgate.settings.approvals import Approvals

MARK = "SHA256:" + "a" * 43


def test_unsaid_nothing_is_signed():
    assert Approvals() == Approvals(signed="off", roots=(), revoked=())
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
    ],
)
def test_what_is_none_is_refused(wrong):
    with pytest.raises(ValidationError):
        Approvals(**wrong)
