"""What may a token be for that a program asks for? What the settings give; of other words, none."""

from typing import Final

from vecgate.idp.tokens import NotGranted
from vecgate.idp.told import LoginSettings

#: Asked for by clients out of habit; they open nothing.
_HABITS: Final = frozenset(("openid", "profile", "email", "groups", "offline_access"))


def given(told: LoginSettings, asked: str) -> str:
    """Of what is asked for, in the settings' order; all of it, where nothing is. Raises NotGranted."""
    wanted = set(asked.split()) - _HABITS
    if unknown := wanted - set(told.scopes):
        raise NotGranted("invalid_scope", f"{len(unknown)} of what 'scope' asks for is not given here")
    return " ".join(one for one in told.scopes if not wanted or one in wanted)
