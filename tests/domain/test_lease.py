"""What a lease proves itself with is never shown, and is of a kind that the wire knows."""

import ssl

import pytest

from vecgate.domain.lease import ClientCertificate, Headers, Lease


def test_the_material_is_not_printed_and_does_not_tell_leases_apart() -> None:
    materials = Headers((("x-key", "very-private"),)), ClientCertificate(ssl.create_default_context())
    one, other = (Lease("l1", "https://i#s1", "db", 9.0, material) for material in materials)
    assert "private" not in repr(one) + repr(materials)
    assert one == other


@pytest.mark.parametrize(
    "pairs",
    [
        (),
        (("Api-Key", "k"),),
        (("api key", "k"),),
        (("", "k"),),
        (("host", "k"),),
        (("transfer-encoding", "k"),),
        (("api-key", ""),),
        (("api-key", " k"),),
        (("api-key", "k\r\nx: y"),),
        (("api-key", "\u00fc"),),
        (("api-key", "k"), ("api-key", "l")),
    ],
)
def test_what_could_be_read_as_another_header_is_no_key_and_is_not_quoted(pairs: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="header") as caught:
        Headers(pairs)
    assert all(value not in str(caught.value) for _, value in pairs if len(value) > 1)


def test_a_key_may_be_of_two_words() -> None:
    assert Headers((("authorization", "Bearer a.b.c"), ("x-app", "1"))).pairs[0][1] == "Bearer a.b.c"
