"""A lock as the gateway tells it, and what one types to name what is locked."""

from typing import Any

BY_HAND = {"kind": "group", "name": "interns", "user": "", "why": "INC-7", "since": 0, "rule": "locks", "by": "bob"}
NAMED: list[tuple[list[str], dict[str, Any]]] = [
    (["--user", "eve"], {"user": "eve"}),
    (["--group", "interns"], {"group": "interns"}),
    (["--agent", "bot"], {"agent": "bot"}),
    (["--collection", "tickets-db/a/b"], {"collection": "tickets-db/a/b"}),
    (["--everything"], {"everything": True}),
]
NOT_ONE_THING = [[], ["--user", "a", "--group", "b"], ["--everything", "--user", "a"], ["--use", "a"]]
