"""A real SimpleSAMLphp 1.19 (SAML 2.0 identity provider, PHP), and `vecgate idp`, at which people log in through it."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from demo import bao_setup
from demo.processes import Server
from demo.stack import Stack
from support.consoles.served import free_place
from support.forked.ports import free_port
from support.logins.saml_stub import signer
from support.logins.served import running as running_service
from support.logins.served import settings
from support.npm import answers
from support.providers import GROUP, PASSWORD, USER, Provider, debian
from support.providers.desks import revoked
from vecgate.desk.told import Client
from vecgate.idp.keys import FRESH

PACKAGES: Final = (
    "simplesamlphp", "php8.2-cli", "php8.2-common", "php8.2-xml", "php8.2-sqlite3", "php8.2-mbstring", "php8.2-curl",
)  # fmt: skip
_PARTS: Final = (
    "ctype", "curl", "dom", "iconv", "mbstring", "pdo", "pdo_sqlite", "posix", "simplexml", "sockets", "tokenizer", "xml",
    "xmlreader", "xmlwriter",
)  # fmt: skip
_ENTITY: Final = "https://idp.example/saml"
_FILES: Final = {
    "config.php": """<?php $config = [
'baseurlpath' => '{url}/', 'certdir' => '{folder}/', 'loggingdir' => '{folder}/', 'datadir' => '{folder}/',
'tempdir' => '{folder}/tmp', 'metadatadir' => '{folder}/metadata/', 'timezone' => 'UTC', 'secretsalt' => 'of-a-test',
'auth.adminpassword' => 'not-used-here', 'technicalcontact_email' => 'na@example.org', 'logging.handler' => 'errorlog',
'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
'session.cookie.secure' => false, 'session.cookie.samesite' => null, 'session.phpsession.savepath' => '{folder}/tmp',
'store.type' => 'sql', 'store.sql.dsn' => 'sqlite:{folder}/store.sq3', 'language.default' => 'en',
'metadata.sources' => [['type' => 'flatfile']], 'trusted.url.domains' => [],
];""",
    "authsources.php": """<?php $config = ['people' => ['exampleauth:UserPass',
'{user}:{password}' => ['uid' => ['{user}'], 'groups' => ['{group}']]]];""",
    "metadata/saml20-idp-hosted.php": """<?php $metadata['{entity}'] = ['host' => '__DEFAULT__', 'auth' => 'people',
'privatekey' => 'idp.key', 'certificate' => 'idp.pem', 'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'saml20.sign.response' => true,
'saml20.sign.assertion' => true];""",
    "metadata/saml20-sp-remote.php": """<?php $metadata['{service}/saml/metadata'] = [
'AssertionConsumerService' => '{service}/saml/acs', 'SingleLogoutService' => '{service}/saml/slo',
'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'simplesaml.nameidattribute' => 'uid'];""",
}


def _form(page: httpx.Response) -> dict[str, str]:
    """The fields of its form, as they stand."""
    fields = re.findall(r"<(?:input|button)\b[^>]*>", page.text)
    found = {}
    for field in fields:
        name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
        if name:
            found[html.unescape(name[1])] = html.unescape(value[1]) if value else ""
    return found


def _agree(complete: str) -> None:
    """The code, away to the identity provider, a name and a password there, back, who asks, and a yes."""
    page = httpx.URL(complete)
    own = {"origin": f"{page.scheme}://{page.netloc.decode()}"}
    with httpx.Client(trust_env=False, timeout=60, follow_redirects=True) as browser:
        asked = browser.get(complete)
        sent = {"form": _form(asked)["form"], "user_code": page.params["user_code"]}
        away = browser.post(str(page.copy_with(query=None)), data=sent, headers=own)
        assert 'href="/saml/login"' in away.text, away.text[:500]
        there = browser.get(str(away.url.join("/saml/login")))
        shown = _form(there)
        assert "password" in shown, there.text[:2000]
        back = browser.post(str(there.url), data={**shown, "username": USER, "password": PASSWORD})
        said = _form(back)
        assert "SAMLResponse" in said, back.text[:2000]
        action = re.search(r'action="([^"]+)"', back.text)
        assert action is not None
        answer = browser.post(html.unescape(action[1]), data=said, headers={"origin": _origin(back.url)})
        assert answer.url.path == "/confirm", answer.text[:500]
        done = browser.post(str(answer.url), data={"form": _form(answer)["form"], "answer": "yes"}, headers=own)
        assert done.status_code == 200, done.text[:500]


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


def _server(root: Path, folder: Path, port: int) -> Server:
    modules = next((root / "usr/lib/php").glob("2*"))
    told = [word for name in _PARTS for word in ("-d", f"extension={name}")]
    words = [str(root / "usr/bin/php8.2"), "-n", "-d", f"extension_dir={modules}", *told, "-d", "error_log="]
    here = ["-S", f"127.0.0.1:{port}", "-t", str(root / "usr/share/simplesamlphp/www")]
    around = {**debian.libraries(root), "SIMPLESAMLPHP_CONFIG_DIR": str(folder), "PHP_CLI_SERVER_WORKERS": "2"}
    ready = "/saml2/idp/metadata.php"
    return Server(
        "simplesamlphp", lambda: [*words, *here], lambda: answers(port, ready, 200), folder / "log", lambda: around
    )


@contextmanager
def running(folder: Path, stack: Stack) -> Iterator[Provider]:
    """Both. Skips where its packages cannot be had."""
    root, port, service = debian.unpacked("simplesamlphp", *PACKAGES), free_port(), free_place()
    url, by = f"http://127.0.0.1:{port}", signer("2048", since=1e9, until=4e9)
    for place in ("metadata", "tmp"):
        (folder / place).mkdir()
    words = {"url": url, "folder": folder, "service": service, "entity": _ENTITY}
    words |= {"user": USER, "password": PASSWORD, "group": GROUP}
    for name, text in _FILES.items():
        filled = text
        for word, value in words.items():
            filled = filled.replace(f"{{{word}}}", str(value))
        (folder / name).write_text(filled)
    (folder / "idp.pem").write_text(by.pem)
    (folder / "idp.key").write_bytes(by.private)
    server = _server(root, folder, port)
    saml = {
        "entity": _ENTITY, "sso_url": f"{url}/saml2/idp/SSOService.php", "certificates": (folder / "idp.pem",), "user": "uid",
    }  # fmt: skip
    signing = {**settings(stack, service, folder, saml={})["signing"], "ahead": 0.01}
    try:
        server.start()
        with running_service(stack, folder, url=service, saml=saml, signing=signing) as served:

            def rotate() -> None:
                stack.bao.rotate(bao_setup.LOGIN_KEY)
                served.clock.added += FRESH + 1  # what it knew of the key is older than that now

            told = {"issuer": service, "audience": "vecgate", "algorithms": ["ES256"], "types": ["at+jwt"]}
            yield Provider(told, Client(service), _agree, rotate, revoked)
    finally:
        server.stop()
