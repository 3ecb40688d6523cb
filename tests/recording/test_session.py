import pytest

from vecgate.recording.parts import ID
from vecgate.recording.session import caller, new_id


@pytest.mark.parametrize(
    ("user", "name"),
    [
        # nothing usable
        ("", "x"),
        ("../..", "x"),
        ("Ää", "x"),
        # names
        ("alice", "alice"),
        ("Alice.Example@example.org", "alice-example-example-org"),
        ("a" * 99, "a" * 32),
    ],
)
def test_an_id_sorts_by_time_and_names_the_user(user: str, name: str) -> None:
    made = new_id(1_795_443_300.0, user)
    assert ID.fullmatch(made)
    assert made[:-5] == f"20261123T141500-{name}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        # with a port
        ("10.0.0.1:5234", "10.0.0.1"),
        ("[fe80::1]:5234", "fe80::1"),
        # without
        ("10.0.0.1", "10.0.0.1"),
        ("fe80::1:5234", "fe80::1:5234"),
    ],
)
def test_the_port_is_not_part_of_who_calls(given: str, kept: str) -> None:
    assert caller("p", "alice", given, "").client == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", "other"),
        # programs
        ("curl/8.5.0", "curl/8.5.0"),
        ("Chroma Python Client v1.5.9 (https://github.com/chroma-core/chroma)", "Chroma Python Client v1.5.9"),
        ("python-httpx/0.28.1 anna@example.org", "python-httpx/0.28.1"),
        # anything else is the client's own text
        ("eyJhbGciOiJFUzI1NiJ9.e30.x", "other"),
        ("anna@example.org", "other"),
        ("\x1b[31mred 1", "other"),
    ],
)
def test_of_a_user_agent_only_program_and_version_are_kept(given: str, kept: str) -> None:
    assert caller("p", "alice", "", given).agent == kept
