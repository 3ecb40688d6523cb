"""Of which kind is this key, and was this text signed with it? Each kind is known by the first word of its keys."""

from vecgate.consent.kinds import Passkeys, sshsig, webauthn


def _is_passkey(key: str) -> bool:
    return key.split(maxsplit=1)[:1] == [webauthn.TYPE]


def plain(key: str) -> str:
    """The one line for this key. Raises Unreadable."""
    return webauthn.plain(key) if _is_passkey(key) else sshsig.plain(key)


def fingerprint(key: str) -> str:
    """`SHA256:...`, as the settings name keys. Raises Unreadable."""
    return webauthn.fingerprint(key) if _is_passkey(key) else sshsig.fingerprint(key)


def misfit(key: str, text: str, signature: str, passkeys: Passkeys) -> str:
    """Why this does not show that the text was signed with this key; empty: it does. Nothing that was sent is in it."""
    if _is_passkey(key):
        return webauthn.misfit(key, text, signature, passkeys)
    return "" if sshsig.verify(key, text, signature) else "the signature does not fit"
