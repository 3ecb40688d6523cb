"""What a dialect is told when it asks: answers by method and path, and a list of what it asked."""

from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing import strict_json


class Told:
    """An `ask` that answers from a table; what is not in it is a 404, as in Chroma."""

    def __init__(self, *rows: tuple[str, Json | Answer]) -> None:
        self.rows = dict(rows)
        self.asked: list[Call] = []

    async def __call__(self, call: Call) -> Answer:
        self.asked.append(call)
        said = self.rows.get(
            f"{call.method} {call.path}", Answer(404, body=b'{"error":"NotFoundError","message":"no"}')
        )
        return said if isinstance(said, Answer) else Answer(200, body=strict_json.dump(said))
