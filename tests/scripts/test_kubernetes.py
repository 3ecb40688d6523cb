"""The Kubernetes example: valid for the schemas, loadable by vecgate, locked in, and its parts fit each other."""

import subprocess
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import kubernetes_validate
import pytest
import yaml
from mitmproxy.certs import CertStore

from vecgate.cli import _offline, parser
from vecgate.policy import load
from vecgate.policy.asked import testing
from vecgate.settings import file as told
from vecgate.settings.file import Settings
from vecgate.telemetry.server import PROBE_SECONDS

FOLDER: Final = Path(__file__).resolve().parents[2] / "scripts" / "kubernetes"
LIST: Final = "kustomization.yaml"
FILES: Final = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name != LIST)
VERSIONS: Final = ("1.27", "1.30", "1.32", "1.34")
OURS: Final = {"app.kubernetes.io/name": "vecgate"}
CLIENT: Final = {"vecgate.example/client": "true"}

type Tree = dict[str, Any]


def read(name: str) -> list[Tree]:
    return [tree for tree in yaml.safe_load_all((FOLDER / name).read_text("utf-8")) if tree]


ALL: Final = [(name, tree) for name in FILES for tree in read(name)]


def one(kind: str, name: str = "vecgate") -> Tree:
    (found,) = (tree for _, tree in ALL if tree["kind"] == kind and tree["metadata"]["name"] == name)
    return found


def pod() -> Tree:
    spec: Tree = one("Deployment")["spec"]["template"]["spec"]
    return spec


def container() -> Tree:
    (found,) = pod()["containers"]
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "settings.yaml"
    path.write_text(one("ConfigMap", "vecgate-settings")["data"]["settings.yaml"], "utf-8")
    return told.load(path)


# the files


def test_the_list_names_every_file() -> None:
    (listed,) = read(LIST)
    assert sorted(listed["resources"]) == FILES


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "tree"), ALL, ids=[f"{n}-{t['kind']}-{t['metadata']['name']}" for n, t in ALL])
def test_kubernetes_would_take_it(name: str, tree: Tree, version: str) -> None:
    assert kubernetes_validate.validate(tree, version, strict=True).startswith(version)


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [("Deployment", "replica", 2), ("Deployment", "replicas", "two"), ("NetworkPolicy", "ingres", [])],
)
def test_kubernetes_would_notice_a_mistake(kind: str, key: str, value: object) -> None:
    tree = next(tree for _, tree in ALL if tree["kind"] == kind)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(tree | {"spec": tree["spec"] | {key: value}}, VERSIONS[-1], strict=True)


def test_no_secret_is_in_them() -> None:
    assert not [name for name, tree in ALL if tree["kind"] == "Secret"]
    assert "PRIVATE KEY" not in "".join((FOLDER / name).read_text("utf-8") for name in FILES)


# what vecgate is told


def test_its_settings_are_settings_without_a_password(settings: Settings) -> None:
    assert not urlsplit(settings.state.url).password
    assert settings.telemetry.port == 9464
    assert not settings.listen.plaintext


def test_all_its_servers_are_spoken_to_over_tls(settings: Settings) -> None:
    urls = [settings.vault.url, *(i.issuer for i in settings.issuers), *(u.url for u in settings.upstreams.values())]
    assert {urlsplit(url).scheme for url in urls} == {"https"}
    assert urlsplit(settings.state.url).scheme == "rediss"


def test_its_policies_are_valid_and_pass_their_tests(tmp_path: Path) -> None:
    for name, text in one("ConfigMap", "vecgate-policies")["data"].items():
        (tmp_path / name).write_text(text, "utf-8")
    policies = load(tmp_path)
    report = testing.run(tmp_path, policies, _offline.reader("chroma"))
    assert (report.failed, report.untested, policies.warnings) == ((), (), ())


def test_every_file_it_is_told_of_is_mounted(settings: Settings) -> None:
    mounted = [Path(mount["mountPath"]) for mount in container()["volumeMounts"]]
    named = [
        settings.policies.folder,
        settings.recording.folder,
        settings.listen.certificate_folder / "mitmproxy-ca.pem",
        settings.vault.role_id_file,
        settings.vault.secret_id_file,
        settings.vault.vouch.key_file,
        settings.state.password_file,
        settings.vault.ca,
        *(issuer.ca for issuer in settings.issuers),
        *(upstream.ca for upstream in settings.upstreams.values()),
    ]
    for path in named:
        assert path is not None
        assert any(path.is_relative_to(place) for place in mounted), path


def test_the_files_of_secrets_are_those_the_settings_name(settings: Settings) -> None:
    (volume,) = (v for v in pod()["volumes"] if v["name"] == "secrets")
    items = {item["path"] for source in volume["projected"]["sources"] for item in source["secret"]["items"]}
    vault = settings.vault
    files = {vault.role_id_file, vault.secret_id_file, vault.vouch.key_file, settings.state.password_file}
    assert items == {file.name for file in files if file}
    assert volume["projected"]["defaultMode"] == 0o400


def test_it_runs_commands_that_there_are() -> None:
    for command in (container()["command"], *(c["command"] for c in pod()["initContainers"])):
        assert command[0] == "vecgate"
        parser(command[1:]).parse_args(command[1:])


# locked in


@pytest.mark.parametrize("which", range(2))
def test_every_container_is_locked_in(which: int) -> None:
    found = [*pod()["initContainers"], *pod()["containers"]][which]
    assert found["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert found["resources"]["limits"]["memory"]
    assert found["resources"]["requests"]["cpu"]


def test_the_pod_is_nobody() -> None:
    context = pod()["securityContext"]
    assert (context["runAsNonRoot"], context["seccompProfile"]) == (True, {"type": "RuntimeDefault"})
    assert context["runAsUser"] >= 10000
    assert pod()["automountServiceAccountToken"] is False
    assert one("ServiceAccount")["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod().keys()
    assert not [volume for volume in pod()["volumes"] if "hostPath" in volume]
    assert one("Namespace")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


# comes and goes


def ports() -> dict[str, int]:
    """The container's ports by name."""
    return {port["name"]: port["containerPort"] for port in container()["ports"]}


def test_probes_ask_the_telemetry_which_listens_beyond_loopback(settings: Settings) -> None:
    assert ports()["telemetry"] == settings.telemetry.port
    assert settings.telemetry.host == "0.0.0.0"
    for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        assert container()[probe]["httpGet"] == {"path": path, "port": "telemetry"}
        assert container()[probe]["timeoutSeconds"] > PROBE_SECONDS, "else a part that hangs would not be told of"


def test_a_pod_is_one_worker() -> None:
    """Or it would take as many as the node has cores, on ports that no probe asks."""
    command = container()["command"]
    assert parser(command[1:]).parse_args(command[1:]).workers == 1


def test_it_is_given_the_time_to_end_in_order(settings: Settings) -> None:
    seconds = int(container()["lifecycle"]["preStop"]["exec"]["command"][1])
    longest = max(upstream.timeout for upstream in settings.upstreams.values())
    assert pod()["terminationGracePeriodSeconds"] > seconds + settings.hold.wait + longest


def test_one_gateway_stays() -> None:
    assert one("PodDisruptionBudget")["spec"]["minAvailable"] < one("Deployment")["spec"]["replicas"]


# the network


def policy(name: str) -> Tree:
    spec: Tree = one("NetworkPolicy", name)["spec"]
    return spec


def places(rule: Tree) -> set[tuple[str, str, int]]:
    """(namespace, pod's name, port) of a rule for pods of one namespace."""
    (peer,) = rule.get("to") or rule.get("from") or []
    namespace = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
    (label,) = peer["podSelector"]["matchLabels"].values()
    return {(namespace, label, port["port"]) for port in rule["ports"] if port["protocol"] == "TCP"}


def of_url(url: str, port: int = 443) -> tuple[str, str, int]:
    """The same, of a URL with the name of a Service, whose pods are called like it and listen on the same port."""
    parts = urlsplit(url)
    name, namespace = (parts.hostname or "").split(".")[:2]
    return namespace, name, parts.port or port


def test_selectors_find_the_gateways_pods() -> None:
    assert one("Deployment")["spec"]["template"]["metadata"]["labels"].items() >= OURS.items()
    for selector in (
        one("Deployment")["spec"]["selector"]["matchLabels"],
        one("Service")["spec"]["selector"],
        one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        policy("clients-to-gateway")["podSelector"]["matchLabels"],
        policy("prometheus-to-telemetry")["podSelector"]["matchLabels"],
        policy("gateway-to-its-servers")["podSelector"]["matchLabels"],
    ):
        assert selector == OURS


def test_the_service_leads_to_the_gateways_port(settings: Settings) -> None:
    (port,) = one("Service")["spec"]["ports"]
    assert ports()[port["targetPort"]] == settings.listen.port


def test_clients_use_the_services_name(settings: Settings) -> None:
    service = one("Service")["metadata"]
    (upstream,) = settings.upstreams.values()
    assert f"{service['name']}.{service['namespace']}.svc" in upstream.hosts


def test_nothing_passes_that_is_not_named() -> None:
    assert policy("nothing") == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_only_labelled_clients_reach_the_gateway(settings: Settings) -> None:
    (rule,) = policy("clients-to-gateway")["ingress"]
    assert rule["from"] == [{"namespaceSelector": {}, "podSelector": {"matchLabels": CLIENT}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": settings.listen.port}]


def test_prometheus_is_told_of_the_numbers(settings: Settings) -> None:
    (monitor,) = read("monitoring/podmonitor.yaml")
    assert (monitor["apiVersion"], monitor["kind"]) == ("monitoring.coreos.com/v1", "PodMonitor")
    assert monitor["metadata"]["namespace"] == one("Deployment")["metadata"]["namespace"]
    assert monitor["spec"]["selector"]["matchLabels"] == OURS
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert (ports()[endpoint["port"]], endpoint["path"]) == (settings.telemetry.port, "/metrics")
    assert one("Deployment")["spec"]["template"]["metadata"]["annotations"] == {
        "prometheus.io/scrape": "true",
        "prometheus.io/path": "/metrics",
        "prometheus.io/port": str(settings.telemetry.port),
    }


def test_what_the_readme_takes_out_for_clients_is_the_certificate_alone(tmp_path: Path) -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if "openssl x509" in line and line.startswith("kubectl")]
    (secret,) = [volume["secret"]["secretName"] for volume in pod()["volumes"] if volume["name"] == "ca"]
    assert f"get secret {secret} -o jsonpath='{{.data.mitmproxy-ca\\.pem}}'" in line
    CertStore.create_store(tmp_path, "mitmproxy", 2048)
    whole = (tmp_path / "mitmproxy-ca.pem").read_bytes()
    assert b"PRIVATE KEY" in whole
    command = line.split("base64 -d | ")[1].split(" > ")[0].split()
    taken = subprocess.run(command, input=whole, capture_output=True, check=True).stdout
    assert taken == (tmp_path / "mitmproxy-ca-cert.pem").read_bytes()


def test_the_readmes_client_is_a_pod_that_reads_that_certificate() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    spec = yaml.safe_load(text.split("```yaml client\n")[1].split("```")[0])
    spec["containers"][0]["image"] = "app"
    client = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app"}, "spec": spec}
    assert kubernetes_validate.validate(client, VERSIONS[-1], strict=True)
    (env,), (mount,) = spec["containers"][0]["env"], spec["containers"][0]["volumeMounts"]
    assert Path(env["value"]) == Path(mount["mountPath"]) / "vecgate-ca.crt"


def test_only_prometheus_reads_the_numbers(settings: Settings) -> None:
    (rule,) = policy("prometheus-to-telemetry")["ingress"]
    assert places(rule) == {("monitoring", "prometheus", settings.telemetry.port)}


def test_the_gateway_reaches_its_servers_and_nobody_else(settings: Settings) -> None:
    wanted = {of_url(upstream.url) for upstream in settings.upstreams.values()}
    wanted |= {of_url(issuer.issuer) for issuer in settings.issuers}
    wanted |= {of_url(settings.vault.url), of_url(settings.state.url, 6379), ("kube-system", "kube-dns", 53)}
    rules = policy("gateway-to-its-servers")["egress"]
    assert {place for rule in rules for place in places(rule)} == wanted
    udp = [port["port"] for rule in rules for port in rule["ports"] if port["protocol"] == "UDP"]
    assert udp == [53]


def test_only_the_gateway_reaches_the_database(settings: Settings) -> None:
    (url,) = (upstream.url for upstream in settings.upstreams.values())
    namespace, name, port = of_url(url)
    assert one("NetworkPolicy", "only-the-gateway")["metadata"]["namespace"] == namespace
    assert policy("only-the-gateway")["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": name}
    (rule,) = policy("only-the-gateway")["ingress"]
    assert places(rule) == {("vecgate", "vecgate", port)}
