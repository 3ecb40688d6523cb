"""Who is there? A login token of everybody on a stack, each asked for once."""

from demo.stack import Stack


class People:
    """For a dataclass that has these two fields."""

    stack: Stack
    tokens: dict[str, str]

    def token(self, user: str = "alice") -> str:
        if user not in self.tokens:
            self.tokens[user] = self.stack.token(user)
        return self.tokens[user]
