"""What was signed is read once, and what must be signed is."""

import pytest

from vecgate.cli._sessions.proofs import Proofs
from vecgate.consent.enrolled import Unproven
from vecgate.settings.approvals import Approvals

ROOT = "SHA256:" + "A" * 43


def test_where_nothing_must_be_signed_nothing_is_missing_and_what_is_there_is_read() -> None:
    accepts = Proofs(Approvals(signed="accept", roots=(ROOT,)))
    assert not accepts.must
    assert accepts.of({}, {}, None) == ()
    with pytest.raises(Unproven, match="cannot be read"):
        accepts.of({"signed": ["x"]}, {}, None)


def test_where_it_must_it_is_missing_each_time() -> None:
    requires = Proofs(Approvals(signed="require", roots=(ROOT,)))
    for _ in range(2):  # the second answer is remembered
        with pytest.raises(Unproven, match="nobody signed it"):
            requires.of({}, {}, ["bob"])
