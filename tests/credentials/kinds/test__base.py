"""What a kind works with shows no secret."""

from vecgate.credentials.kinds import Issued, Login, Token
from vecgate.domain.lease import Headers
from vecgate.domain.principal import Secret


def test_neither_a_login_nor_a_credential_shows_what_it_holds() -> None:
    async def token() -> Token:
        return Token(Secret("hidden-token"), 2.0)

    login = Login("alice", "role", 1.0, token)
    issued = Issued("01:02", 1.0, Headers((("x-key", "hidden-material"),)))
    assert "hidden" not in repr(login)
    assert repr(Token(Secret("hidden-token"), 2.0)) == "Token(expires_at=2.0)"
    assert repr(issued) == "Issued(id='01:02', expires_at=1.0, handle='', longest=0.0)"
