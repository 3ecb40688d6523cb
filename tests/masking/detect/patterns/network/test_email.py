"""E-mail addresses, also the ones that hide."""
# ruff: noqa: RUF001  # disguises are what is tested

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # plain
        ("write to john@example.com.", ["john@example.com"]),
        ("a.b+c@mail.example.co.uk", ["a.b+c@mail.example.co.uk"]),
        ("<o'neil@example.ie>", ["o'neil@example.ie"]),
        ("a@b.com,c@d.org", ["a@b.com", "c@d.org"]),
        ("mail=john@example.com", ["john@example.com"]),
        ("'john@example.com'", ["john@example.com"]),
        ("john@example.com.Please answer", ["john@example.com"]),
        ("|John|teacher|john@example.com|", ["john@example.com"]),
        ("a/b?to=john@example.com&x", ["john@example.com"]),
        # quoted and literal (RFC 5321)
        ('"john smith"@example.com', ['"john smith"@example.com']),
        ("root@[10.0.0.1]", ["root@[10.0.0.1]"]),
        # spelt out
        ("john at corp dot com", ["john at corp dot com"]),
        ("john [at] corp [dot] com", ["john [at] corp [dot] com"]),
        ("john(at)corp.com", ["john(at)corp.com"]),
        ("john.doe [at] mail.corp.co.uk", ["john.doe [at] mail.corp.co.uk"]),
        ("jane @ example . com", ["jane @ example . com"]),
        ("jane_dot_doe_at_corp_dot_com", ["jane_dot_doe_at_corp_dot_com"]),
        ("john dot doe at gmail dot com", ["john dot doe at gmail dot com"]),
        ("mail john at gmail.com", ["john at gmail.com"]),
        ("JOHN AT CORP DOT COM", ["JOHN AT CORP DOT COM"]),
        ("john@corp[.]com", ["john@corp[.]com"]),
        # disguised
        ("a&#64;example.com", ["a&#64;example.com"]),
        ("a&#64example.com", ["a&#64example.com"]),
        ("john%40example.com", ["john%40example.com"]),
        ("john\\u0040example.com", ["john\\u0040example.com"]),
        ("jo\u200bhn@exa\xadmple.com", ["jo\u200bhn@exa\xadmple.com"]),
        ("ｊohn＠example．com", ["ｊohn＠example．com"]),
        # near misses
        ("look at example.com", []),
        ("we met at noon dot dot dot", []),
        ("@john", []),
        ("react@18.2.0", []),
        ("logo@2x.png", []),
        ("git@github.com:a/b", []),
        ("user@localhost", []),
        ("meet me at the corner", []),
    ],
)
def test_email(text: str, expected: list[str]) -> None:
    assert found("EMAIL", text) == expected
