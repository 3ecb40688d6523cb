"""E-mail addresses, also the ones that hide."""

import pytest

from support.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # plain
        ("write to john@example.com.", ["john@example.com"]),
        ("a.b+c@mail.example.co.uk", ["a.b+c@mail.example.co.uk"]),
        ("<o'neil@example.ie>", ["o'neil@example.ie"]),
        ("a@b.com,c@d.org", ["a@b.com", "c@d.org"]),
        # quoted and literal (RFC 5321)
        ('"john smith"@example.com', ['"john smith"@example.com']),
        ("root@[10.0.0.1]", ["root@[10.0.0.1]"]),
        # spelt out
        ("john at corp dot com", ["john at corp dot com"]),
        ("john [at] corp [dot] com", ["john [at] corp [dot] com"]),
        ("john(at)corp.com", ["john(at)corp.com"]),
        ("jane @ example . com", ["jane @ example . com"]),
        # disguised
        ("a&#64;example.com", ["a&#64;example.com"]),
        ("john%40example.com", ["john%40example.com"]),
        ("jo\u200bhn@exa\xadmple.com", ["jo\u200bhn@exa\xadmple.com"]),
        (
            "\uff4a\uff4f\uff48\uff4e\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff43\uff4f\uff4d",
            ["\uff4a\uff4f\uff48\uff4e\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff43\uff4f\uff4d"],
        ),
        ("\u0458\u043ehn@\u0435\u0445\u0430mple.com", ["\u0458\u043ehn@\u0435\u0445\u0430mple.com"]),
        ("\\u006aohn\\u0040example.com", ["\\u006aohn\\u0040example.com"]),
        # near misses
        ("meet at noon dot", []),
        ("look at this.", []),
        ("@handle", []),
        ("user@host", []),
        ("a @ b", []),
    ],
)
def test_email(text: str, expected: list[str]) -> None:
    assert found("EMAIL", text) == expected
