"""Who signed this element, and what exactly? signxml proves it with a pinned certificate; its form is settled before.

Of a message one signature stands in each element that must have one, as its child, over just that element. What is read
afterwards is what was signed (`signed_data`), parsed anew: never the document that came.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from vecgate.idp.saml import document
from vecgate.idp.saml.document import SIGNATURE, Element, only
from vecgate.idp.saml.refused import SamlRefused
from vecgate.refusals.errors import SettingsError

_SIG: Final = f"{{{SIGNATURE}}}"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED: Final = f"{SIGNATURE}enveloped-signature"
_METHODS: Final = frozenset((SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256))
_DIGESTS: Final = frozenset((DigestAlgorithm.SHA256,))
_SHORTEST_RSA: Final = 2048


def certificates(files: Sequence[Path]) -> tuple[x509.Certificate, ...]:
    """Those that are pinned. Raises SettingsError."""
    found = []
    for file in files:
        try:
            found.append(x509.load_pem_x509_certificate(file.read_bytes()))
        except (OSError, ValueError) as e:
            raise SettingsError([f"saml.certificates: {file} is no certificate (PEM)"]) from e
        key = found[-1].public_key()
        is_strong = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= 256
        if not is_strong and not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SHORTEST_RSA):
            raise SettingsError([f"saml.certificates: {file}: its key is neither RSA of {_SHORTEST_RSA} bits nor EC"])
    return tuple(found)


class Signatures:
    """Checks them against the certificates that are pinned. Clock: seconds since the epoch."""

    def __init__(self, pinned: Sequence[x509.Certificate], now: Callable[[], float]) -> None:
        self._pinned, self._now = pinned, now

    def signed(self, root: Element, *paths: str) -> list[Element]:
        """What was signed at each path (`.`: the root itself), read from those bytes alone. Raises SamlRefused."""
        bearers = [root if path == "." else only(root, path) for path in paths]
        self._alone(root, bearers)
        for bearer in bearers:
            _formed(only(bearer, f"{_SIG}Signature", "saml.signatures"), bearer.get("ID"))
        raw = etree.tostring(root)
        return [document.read(self._proven(raw, path, one)) for path, one in zip(paths, bearers, strict=True)]

    def _alone(self, root: Element, bearers: Sequence[Element]) -> None:
        """One signature in each of them, and none anywhere else, of whatever namespace."""
        found = [one for one in root.iter() if etree.QName(one).localname == "Signature"]
        wanted = [child for bearer in bearers for child in bearer if child.tag == f"{_SIG}Signature"]
        if len(found) != len(bearers) or len(wanted) != len(bearers) or set(found) != set(wanted):
            raise SamlRefused("saml.signatures")

    def _proven(self, raw: bytes, path: str, bearer: Element) -> bytes:
        # Those that are valid now first: a certificate that is renewed may keep its key, and both prove then.
        for one in sorted(self._pinned, key=self._is_over):
            told = SignatureConfiguration(
                location="./" if path == "." else f"./{path}/",
                expect_references=1,
                signature_methods=_METHODS,
                digest_algorithms=_DIGESTS,
                verification_time=one.not_valid_before_utc,  # whether it is valid now has a code of its own
            )
            try:
                found = XMLVerifier().verify(raw, x509_cert=one, id_attribute="ID", expect_config=told)
            except (SignXMLException, etree.LxmlError, ValueError, KeyError, NotImplementedError):
                continue
            if self._is_over(one):
                raise SamlRefused("saml.certificate")
            if isinstance(found, list):
                raise SamlRefused("saml.reference")
            signed = found.signed_xml
            if signed is None or signed.tag != bearer.tag or signed.get("ID") != bearer.get("ID"):
                raise SamlRefused("saml.reference")
            return bytes(found.signed_data)
        raise SamlRefused("saml.key")

    def _is_over(self, one: x509.Certificate) -> bool:
        """Whether it is not valid now."""
        return not one.not_valid_before_utc.timestamp() <= self._now() <= one.not_valid_after_utc.timestamp()


def _formed(signature: Element, named: str | None) -> None:
    """Its form, before anything is computed: algorithms, one reference to its own element, the two usual transforms."""
    info = only(signature, f"{_SIG}SignedInfo", "saml.signatures")
    allowed = {f"{_SIG}{name}" for name in ("SignedInfo", "SignatureValue", "KeyInfo")}
    value = only(signature, f"{_SIG}SignatureValue", "saml.signatures").text or ""  # signxml has no word for none
    if not value.strip() or any(one.tag not in allowed for one in signature):
        raise SamlRefused("saml.signatures")
    reference = only(info, f"{_SIG}Reference", "saml.reference")
    if not named or reference.get("URI") != f"#{named}":
        raise SamlRefused("saml.reference")
    steps = only(reference, f"{_SIG}Transforms", "saml.reference")
    if [one.get("Algorithm") for one in steps] != [_ENVELOPED, _EXCLUSIVE]:
        raise SamlRefused("saml.reference")
    if any(one.tag != f"{{{_EXCLUSIVE}}}InclusiveNamespaces" for step in steps for one in step):
        raise SamlRefused("saml.reference")
    used = {
        "CanonicalizationMethod": {_EXCLUSIVE},
        "SignatureMethod": {one.value for one in _METHODS},
    }
    for name, known in used.items():
        if only(info, f"{_SIG}{name}", "saml.algorithm").get("Algorithm") not in known:
            raise SamlRefused("saml.algorithm")
    if only(reference, f"{_SIG}DigestMethod", "saml.algorithm").get("Algorithm") != DigestAlgorithm.SHA256.value:
        raise SamlRefused("saml.algorithm")
