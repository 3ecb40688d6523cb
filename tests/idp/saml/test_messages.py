"""What we say ourselves is well-formed, whatever stands in the settings, and no two requests have one id."""

from urllib.parse import parse_qs, urlsplit

from lxml import etree

from support.logins.town import inflated
from vecgate.idp.saml import messages

ODD = 'https://a.example/"><x>&'


def test_metadata_names_the_post_binding_and_asks_for_signatures() -> None:
    root = etree.fromstring(messages.metadata(ODD, "https://a.example/saml/acs", "https://a.example/saml/slo").encode())
    assert root.get("entityID") == ODD
    service = root[0]
    assert (service.get("WantAssertionsSigned"), service.get("AuthnRequestsSigned")) == ("true", "false")
    places = {
        etree.QName(one).localname: (one.get("Binding"), one.get("Location")) for one in service if one.get("Location")
    }
    assert places == {
        "SingleLogoutService": ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "https://a.example/saml/slo"),
        "AssertionConsumerService": ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "https://a.example/saml/acs"),
    }


def test_a_request_is_what_was_meant() -> None:
    name = messages.new_id()
    address = messages.login("https://idp.example/sso", name, ODD, "https://a.example/saml/acs", 0.0)
    root = etree.fromstring(inflated(parse_qs(urlsplit(address).query)["SAMLRequest"][0]))
    assert (root.get("ID"), root.get("IssueInstant"), root[0].text) == (name, "1970-01-01T00:00:00Z", ODD)
    assert name != messages.new_id()


def test_an_answer_to_a_logout_carries_its_state() -> None:
    address = messages.logged_out("https://idp.example/slo", "_asked", "us", 0.0, "state&1")
    words = parse_qs(urlsplit(address).query)
    assert words["RelayState"] == ["state&1"]
    assert etree.fromstring(inflated(words["SAMLResponse"][0])).get("InResponseTo") == "_asked"
    assert "RelayState" not in messages.logged_out("https://idp.example/slo", "_asked", "us", 0.0, "")
