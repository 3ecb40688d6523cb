"""Is the database of a header read once, and a body that is called a text still one of JSON?"""

import pytest

from vecgate.dialects.milvus.headers import database, is_name, read
from vecgate.refusals.errors import CallRefused


def test_headers_say_one_database() -> None:
    assert (database((("DB-Name", " db1 "),)), database(())) == ("db1", "")
    for headers in ((("db-name", "a"), ("DB-Name", "a")), (("db-name", "a b"),), (("accept-type-allow-int64", "1"),)):
        with pytest.raises(CallRefused, match="stand once"):
            database(headers)
    assert (is_name("db_1"), is_name("1db")) == (True, False)


def test_a_text_is_json() -> None:
    assert read((("Content-Type", "text/plain; charset=UTF-8"), ("x", "text/plain"))) == (
        ("Content-Type", "application/json"), ("x", "text/plain")
    )  # fmt: skip
