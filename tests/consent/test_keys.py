"""Each key is read as the kind that its first word says, and a signature of one kind is none of another."""

import pytest

from support.tools.passkeys import ORIGIN, Passkey
from support.tools.signing import key, mark
from vecgate.consent import keys
from vecgate.consent.kinds import Unreadable, sshsig
from vecgate.settings.approvals import Passkeys

HERE = Passkeys(origins=(ORIGIN,))
SSH, PASSKEY = key(), Passkey()
LINE = sshsig.line(SSH)


def test_each_kind_is_known_by_its_first_word() -> None:
    assert (keys.plain(f"{LINE} bob@home"), keys.fingerprint(LINE)) == (LINE, mark(SSH))
    assert (keys.plain(PASSKEY.line), keys.fingerprint(PASSKEY.line)) == (PASSKEY.line, PASSKEY.mark)
    assert keys.misfit(LINE, "text", sshsig.sign(SSH, "text"), HERE) == ""
    assert keys.misfit(PASSKEY.line, "text", PASSKEY.sign("text"), HERE) == ""


@pytest.mark.parametrize(
    ("line", "signature"),
    [
        (LINE, PASSKEY.sign("text")),
        (PASSKEY.line, sshsig.sign(SSH, "text")),
        (LINE.replace("ssh-ed25519", "webauthn"), sshsig.sign(SSH, "text")),
        (f"{LINE.replace('ssh-ed25519', 'webauthn')} aWQ", sshsig.sign(SSH, "text")),
        (PASSKEY.line.replace("webauthn", "ssh-ed25519"), PASSKEY.sign("text")),
        ("", ""),
        ("rsa AAAA", ""),
    ],
    ids=["a passkey's", "a key's", "renamed", "renamed, with a name", "a passkey's, renamed", "nothing", "unknown"],
)
def test_one_kind_is_not_another(line: str, signature: str) -> None:
    assert keys.misfit(line, "text", signature, HERE)


@pytest.mark.parametrize("line", ["", "  ", "rsa AAAA", "webauthn AAAA", "ssh-rsa AAAA"])
def test_what_is_no_key_has_no_mark(line: str) -> None:
    with pytest.raises(Unreadable):
        keys.fingerprint(line)
