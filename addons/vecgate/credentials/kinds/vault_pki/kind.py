"""How does a person's client certificate come about? A login in their name, then `pki/issue`: the audit names them.

https://openbao.org/api-docs/secret/pki/#generate-certificate-and-key. Certificates cannot be called back in practice
(no database reads revocation lists): they live for minutes, and who drops one never uses it again.
"""

import asyncio
import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from typing import ClassVar

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login
from vecgate.credentials.kinds.vault_pki.options import Options
from vecgate.domain.lease import ClientCertificate
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import NameRefused, Part, Unavailable, VaultDenied
from vecgate.settings.upstreams import Credential


class VaultPki(CredentialKind):
    """A client certificate of Vault/OpenBao's PKI."""

    name: ClassVar[str] = "vault_pki"
    shows = ClientCertificate
    denied: ClassVar[str] = (
        "Let the gateway's policy update pki/issue for that role, and the role issue the gateway's name."
    )
    _options: Options

    @classmethod
    def place(cls, options: Credential) -> str:
        return f"at {options.mount!r}" if isinstance(options, Options) else super().place(options)

    @classmethod
    def guarded(cls, options: Credential) -> Mapping[str, str]:
        if not isinstance(options, Options):
            return {}
        issuing = {path: "get credentials without vouching for anybody" for path in options.issuing}
        return {**issuing, f"{options.mount}/roles/{options.gateway_role}": "change what credentials are issued"}

    async def obtain(self, login: Login, ttl: float) -> Issued:
        """A certificate whose common name is the user. Raises VaultDenied (NameRefused), or Unavailable('vault')."""
        asked_at = self._now()
        body = {"common_name": login.user, "exclude_cn_from_sans": True, "ttl": f"{int(ttl)}s"}
        path = f"{self._options.mount}/issue/{login.role}"
        token = await login.token()
        try:
            tree = await self._vault.call("POST", path, token=token.secret, body=body)
        except VaultDenied as e:
            if "common name" in e.said or "common_name" in e.said:
                raise NameRefused(str(e), e.said, login.user) from e
            raise
        try:
            data = tree["data"]
            chain = "\n".join((data["private_key"], data["certificate"], *data.get("ca_chain", ())))
            end = min(float(data["expiration"]), asked_at + ttl)
            serial = str(data["serial_number"])
            # Beside the loop: where the upstream has no `ca`, all of the system's are read, a tenth of a second of it.
            return Issued(serial, end, await asyncio.to_thread(self._certificate, chain))
        except (KeyError, TypeError, ValueError, ssl.SSLError) as e:
            # From None: an error about key material must not be shown.
            raise Unavailable(Part.VAULT, f"unreadable certificate ({type(e).__name__})") from None

    def _certificate(self, chain: str) -> ClientCertificate:
        over_http2 = self._context(chain, "h2") if self._upstream.grpc else None
        return ClientCertificate(self._context(chain), over_http2)

    def _context(self, chain: str, *protocols: str) -> ssl.SSLContext:
        try:
            context = trusting(self._upstream.ca)
        except OSError as e:
            raise Unavailable(Part.UPSTREAM, f"the CA file {self._upstream.ca} cannot be used") from e
        if protocols:
            context.set_alpn_protocols(protocols)
        with readable_once(chain) as path:
            context.load_cert_chain(path)
        return context


@contextlib.contextmanager
def readable_once(text: str, *, in_memory: bool = hasattr(os, "memfd_create")) -> Iterator[str]:
    """A path that holds the text for a moment: `ssl` loads keys from files only.

    On Linux it is a piece of memory; elsewhere a file that only its owner can read, removed at once.
    """
    if not in_memory:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:  # 0600 (see tempfile.mkstemp)
            file.write(text)
            file.flush()
            yield file.name
        return
    handle = os.memfd_create("credential")
    try:
        os.write(handle, text.encode())
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)
