"""Is OpenBao (or Vault) in order, and does the gateway have there what it needs and nothing more?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from vecgate.credentials import kinds
from vecgate.doctor import clock, fetch, files
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.domain.call import Json
from vecgate.domain.principal import Secret
from vecgate.domain.tenant import NOBODY
from vecgate.masking.apply.keys import FIRST, VaultKeys
from vecgate.parsing import strict_json
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.settings.file import Settings
from vecgate.settings.vault import Vault
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken

ABOUT: Final = "OpenBao"
_HEALTH: Final = "/v1/sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200"


async def check(
    settings: Settings, client: VaultClient, own: OwnToken, now: Callable[[], float], upstreams: tuple[str, ...]
) -> list[Finding]:
    """Files, server, clock, login, and what the login may do. Stops where the next check needs the one that failed."""
    vault = settings.vault
    findings = [*_own_files(vault), *_trusted(vault)]
    try:
        answer = await fetch.get(vault.url + _HEALTH, vault.ca, vault.timeout)
    except Unavailable as e:
        todo = "Start it, or correct vault.url and vault.ca; check the firewall between it and this host."
        return [*findings, problem(ABOUT, f"{vault.url} cannot be asked: {_detail(e)}.", todo)]
    leeway = min(issuer.leeway for issuer in settings.issuers)
    findings.append(clock.check(ABOUT, answer.date, now(), leeway))
    findings.append(_health(vault.url, answer))
    if findings[-1].todo:
        return findings
    return [*findings, *await _login(settings, client, own, upstreams)]


def _own_files(vault: Vault) -> Iterator[Finding]:
    """What the gateway logs in with."""
    told = {
        "approle": ((vault.role_id_file, "The role id"), (vault.secret_id_file, "The secret id")),
        "token_file": ((vault.token_file, "The token that the agent keeps"),),
        "jwt": ((vault.jwt_file, "The workload's JWT"),),
    }
    for path, what in told.get(vault.login, ()):
        if path is not None:
            yield files.secret(ABOUT, path, what)


#: What to look at when a login fails.
_NO_LOGIN: Final = {
    "approle": "Put a current role id and secret id into the two files; check that the AppRole is bound to this host, "
    "and that it is at vault.approle_mount (403: nothing is).",
    "kubernetes": "Let that role be bound to the pod's service account and namespace, the mount (vault.login_mount) to "
    "this cluster.",
    "jwt": "Put a current JWT into vault.jwt_file; check vault.login_mount; let that role be bound to its subject and "
    "audience.",
    "token_file": "See whether Vault Agent runs, has logged in, and its sink is vault.token_file.",
}


NAMESPACE: Final = "Correct vault.namespace; left out, it is the root's."


def _detail(error: Unavailable) -> str:
    return str(error).partition(": ")[2] or str(error)


def _trusted(vault: Vault) -> Iterator[Finding]:
    if not vault.url.startswith("https:"):
        todo = "Give it TLS and vault.url https: tokens and private keys travel on this connection."
        yield problem(ABOUT, "The gateway speaks to it in the clear.", todo)


def _health(url: str, answer: fetch.Fetched) -> Finding:
    """https://openbao.org/api-docs/system/health/"""
    try:
        tree = strict_json.parse(answer.body)
    except strict_json.NotStrict:
        tree = None
    if not isinstance(tree, dict) or "sealed" not in tree:
        return problem(ABOUT, f"What answers at {url} is not OpenBao (status {answer.status}).", "Correct vault.url.")
    if tree.get("initialized") is False:
        return problem(ABOUT, f"{url} is not initialised.", "Initialise it, and set it up for the gateway.")
    if tree["sealed"]:
        return problem(ABOUT, f"{url} is sealed: nobody gets a credential.", "Unseal it ('bao operator unseal').")
    return ok(ABOUT, f"{url} answers and is unsealed.")


async def _login(settings: Settings, client: VaultClient, own: OwnToken, upstreams: tuple[str, ...]) -> list[Finding]:
    login = settings.vault.login
    place = f"with {settings.vault.token_file}" if login == "token_file" else f"at auth/{settings.vault.login_path}"
    try:
        token = await own.get()
    except Unavailable as e:
        return [problem(ABOUT, f"The gateway cannot log in {place}: {e}.", _NO_LOGIN[login])]
    except VaultDenied as e:
        said = f"The gateway cannot log in {place}: {e}: {e.said or 'no reason was given'}."
        return [problem(ABOUT, said, NAMESPACE if "namespace not found" in e.said else _NO_LOGIN[login])]
    rights = await _rights(settings, client, token, upstreams)
    return [ok(ABOUT, f"The gateway logs in {place}."), *rights, *await _versions(settings, client, own)]


async def _versions(settings: Settings, client: VaultClient, own: OwnToken) -> list[Finding]:
    """Under which version of the masking key marks are made, which is the newest, and under which values are found."""
    masking = settings.masking
    if masking.key is None:
        return []
    keys = VaultKeys(client, own.get, masking)
    pinned = masking.key_version or FIRST
    try:
        await keys.of(NOBODY)
        newest, former = await keys.newest(), await keys.former()
    except Unavailable as e:
        todo = "If it is retired, masking.key_version names another one; what was stored under it is lost then."
        return [problem(ABOUT, f"Marks cannot be made: {e}.", todo)]
    said = f"Marks are made under version {pinned} of {masking.key}; the newest is {newest}."
    if former:
        said += f" What was stored under {_listed([*former])} is found, too."
    if (gone := keys.retired()) == 0:
        return [ok(ABOUT, said)]
    said += f" Version {gone} and those before it are retired: what was stored under them is found by nobody."
    return [warning(ABOUT, said, "Lower min_decryption_version of that key until all of it is written anew.")]


def _listed(versions: list[int]) -> str:
    first, last = min(versions), max(versions)
    return f"version {first}" if first == last else f"versions {first} to {last}"


def needed(settings: Settings) -> tuple[str, ...]:
    """Paths the gateway's own token must be able to update."""
    recording, masking, vouch = settings.recording, settings.masking, settings.vault.vouch
    hmac = (f"{masking.key_mount}/hmac/{masking.key}",) if masking.key else ()
    sign = (f"{vouch.transit_mount}/sign/{vouch.transit_key}",) if vouch.transit_key else ()
    told = [one.credential for one in settings.upstreams.values()]
    kinds_need = dict.fromkeys(path for one in told for path in kinds.load(one.kind).needed(one))
    return (f"{recording.transit_mount}/datakey/plaintext/{recording.transit_key}", *hmac, *sign, *kinds_need)


def forbidden(settings: Settings, upstreams: tuple[str, ...]) -> Mapping[str, str]:
    """Paths the gateway's own token must be refused, and what it could do there."""
    transit, key = settings.recording.transit_mount, settings.recording.transit_key
    paths = {
        f"{transit}/decrypt/{key}": "unseal every recording",
        f"{transit}/export/encryption-key/{key}": "take away the key of all recordings",
        f"{transit}/keys/{key}/config": "change the key of all recordings",
        "sys/policies/acl/vecgate": "change what it may do",
        "auth/token/create": "keep tokens that outlive it",
    }
    if settings.masking.key:
        mount, key = settings.masking.key_mount, settings.masking.key
        paths[f"{mount}/export/hmac-key/{key}"] = "take away the key of all pseudonyms and tokens"
        paths[f"{mount}/keys/{key}/rotate"] = "change the key of all pseudonyms and tokens"
    vouch = settings.vault.vouch
    paths[f"auth/{vouch.mount}/config"] = "have somebody else's word count as the gateway's"
    paths[f"auth/{vouch.mount}/role/{vouch.role}"] = "change what the gateway's word opens"
    if vouch.transit_key:
        paths[f"{vouch.transit_mount}/export/signing-key/{vouch.transit_key}"] = "take away the key that vouches"
    for name in upstreams:
        told = settings.upstreams[name].credential
        paths |= kinds.load(told.kind).guarded(told)
    return paths


async def _rights(settings: Settings, client: VaultClient, token: Secret, upstreams: tuple[str, ...]) -> list[Finding]:
    """https://openbao.org/api-docs/system/capabilities-self/"""
    must, must_not = needed(settings), forbidden(settings, upstreams)
    try:
        body: dict[str, Any] = {"paths": [*must, *must_not]}
        tree = await client.call("POST", "sys/capabilities-self", token=token, body=body)
    except (Unavailable, VaultDenied) as e:
        todo = "Let its policy update sys/capabilities-self (OpenBao's policy 'default' does)."
        return [warning(ABOUT, f"It cannot be told what the gateway's token may do: {e}.", todo)]
    found: Json = tree.get("data", tree)
    if not isinstance(found, dict):
        return [warning(ABOUT, "It cannot be told what the gateway's token may do.", "Look at its policy by hand.")]
    return list(_judge(found, must, must_not))


def _judge(found: dict[str, Json], must: tuple[str, ...], must_not: Mapping[str, str]) -> Iterator[Finding]:
    lacking = [path for path in must if not _has(found.get(path), "update", "root")]
    for path in lacking:
        yield problem(ABOUT, f"The gateway's token may not update {path}.", "Add that path to its policy.")
    # To look at how a login is bound is no harm, and the doctor does; everywhere else, reading is taking.
    over = [
        p for p in must_not if found.get(p) != ["deny"] and not (p.startswith("auth/") and found.get(p) == ["read"])
    ]
    for path in over:
        said = f"The gateway's token may use {path}: whoever takes the gateway over could {must_not[path]}."
        yield problem(ABOUT, said, "Take that path out of its policy.")
    if not lacking and not over:
        yield ok(ABOUT, "The gateway's token may do what it needs, and is refused what it must not do.")


def _has(capabilities: Json, *wanted: str) -> bool:
    return isinstance(capabilities, list) and any(word in capabilities for word in wanted)
