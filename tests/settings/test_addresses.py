"""Which addresses the settings may name, and what is said of the others."""

import pytest

from vecgate.settings.addresses import ip, is_loopback, state_url, whose


@pytest.mark.parametrize(
    "text",
    [
        "unix:///run/vecgate/valkey.sock",
        "redis://localhost",
        "redis://user:p,w@10.0.0.1:7000/2",
        "rediss://[fd00::1]:6380?ssl_certfile=/c",
        "redis://user:sentinel@state.internal",
        "sentinel://a/mymaster",
        "sentinel://user:p,w@a:26379,10.0.0.1,[fd00::1]:7000/mymaster?db=2",
        "sentinels://a:26379,b:26379/mymaster?ssl_ca_certs=/c",
    ],
)
def test_a_server_is_named(text: str) -> None:
    assert state_url(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # nothing
        ("", "must begin with 'redis://'"),
        ("localhost:6379", "must begin with 'redis://'"),
        ("http://user:hunter2@state", "must begin with 'redis://'"),
        # the same server under another name
        ("valkey://user:hunter2@state", "write 'redis://'"),
        ("valkeys://user:hunter2@state", "write 'rediss://'"),
        # more than one server
        ("sentinel://user:hunter2@a:26379,b:26379", "write 'sentinel://HOST:PORT,HOST:PORT/NAME'"),
        ("sentinel://user:hunter2@a:26379,b:26379/", "its sentinels cannot be read"),
        ("sentinel://user:hunter2@a,/mymaster", "its sentinels cannot be read"),
        ("sentinel://user:hunter2@a:port/mymaster", "its sentinels cannot be read"),
        ("sentinels://user:hunter2@a/mymaster/0", "its sentinels cannot be read"),
        ("redis+sentinel://user:hunter2@a/mymaster", "write 'sentinel://HOST:PORT,HOST:PORT/NAME', or with TLS"),
        ("rediss-cluster://user:hunter2@a", "clusters are not spoken to"),
        ("redis://a,b", "names several hosts"),
        ("redis://user:hunter2@a:6379,b:6379/0", "names several hosts"),
        # no port
        ("redis://user:hunter2@state:70000", "its host or port cannot be read"),
        ("redis://user:hunter2@state:port", "its host or port cannot be read"),
        ("redis://user:hunter2@[fd00::1", "its host or port cannot be read"),
    ],
)
def test_what_is_no_one_server_is_told_in_words_and_never_repeated(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        state_url(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", ["127.0.0.1", "::1"])
def test_an_ip_address(text: str) -> None:
    assert ip(text) == text


@pytest.mark.parametrize("text", ["", "localhost", "fe80::1%eth0", "10.0.0.256"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="IPv4 or IPv6"):
        ip(text)


@pytest.mark.parametrize(
    ("host", "so"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
    ],
)
def test_what_is_this_machine(host: str, so: bool) -> None:
    assert is_loopback(host) is so


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("2001:db8::1", "2001:db8::/64"), ("", ""),
        ("2001:db8::ffff:1", "2001:db8::/64"), ("2001:db8:0:1::1", "2001:db8:0:1::/64"), ("fe80::1%eth0", "fe80::/64"),
    ],
)  # fmt: skip
def test_a_host_is_counted_as_one_however_many_addresses_it_has(address: str, one: str) -> None:
    assert whose(address) == one
