"""How does a desk log out? As `vecgate logout` does: it tells the login service to end what was given."""

from vecgate.desk import fresh, kept
from vecgate.desk.answer import Login


def revoked(login: Login) -> None:
    """What it is renewed by; a JWT that was given before lives on until its end, at services that cannot end one."""
    kept.keep("leaving", login)
    told = fresh.ended("leaving")
    assert told[0].startswith("refresh_token: ended at "), told
