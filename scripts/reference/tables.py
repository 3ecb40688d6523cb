"""Which tables are there, and what is in them? One function each; `BLOCKS` names them."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vecgate import cli, dialects
from vecgate.credentials import kinds as ways
from vecgate.idp.saml.refused import CODES
from vecgate.idp.told import LoginSettings
from vecgate.recording.events import EVENTS, FIELDS
from vecgate.refusals.catalogue import CATALOGUE
from vecgate.refusals.causes import CAUSES
from vecgate.settings.file import Settings
from vecgate.settings.plugins import CREDENTIALS, DATABASES, Seam
from vecgate.settings.section import Section
from vecgate.settings.upstreams import Credential, UpstreamSettings
from vecgate.telemetry.labels import Labels
from vecgate.telemetry.metrics import Metrics, Readings

AREAS: Final[Mapping[str, str]] = {
    "identity": "Who is calling?",
    "webhook": "Is it from whom it says?",
    "user": "Are they locked out?",
    "agent": "Is their agent?",
    "group": "Is their group?",
    "protocol": "Is it a request at all?",
    "upstream": "Which database?",
    "path": "In one way only?",
    "route": "What is asked?",
    "body": "With which body?",
    "collection": "On what?",
    "cursor": "Going on with what?",
    "policy": "May they?",
    "rows": "With which records?",
    "limit": "How much?",
    "guards": "Can it be guarded?",
    "vectors": "With embeddings?",
    "stamp": "Who may write that?",
    "oracle": "May it be asked?",
    "input": "May it go in?",
    "hold": "Must a person say yes?",
    "plan": "To which calls is one yes?",
    "lease": "With which credential?",
    "wire": "Exactly this call?",
    "answer": "What may the caller see?",
    "mask": "Who masks?",
    "record": "Is it written down?",
    "state": "What do gateways share?",
    "gate": "The gate itself",
    "gateway": "Is all of it locked?",
    "lock": "May it be locked, or let in again?",
    "requests": "The gateway's own requests API",
    "access": "May they ask for it, and is it granted?",
    "sessions": "What was recorded?",
    "unmask": "What does this token stand for?",
}
_SMALLEST_SIZE: Final = 64 * 1024  # in bytes; what is smaller is a count


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


# --- settings


def sections(model: type[BaseModel] = Settings, path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every section with its place in the file, such as ('upstreams.NAME.credential', Credential)."""
    yield path, model
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None:
            many = {"tuple": "[]", "dict": ".NAME"}.get(getattr(field.annotation, "__name__", ""), "")
            yield from sections(inner, f"{path}.{name}{many}".lstrip("."))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    match field.default:
        case None:
            return ""
        case bool() as value:
            return f"`{str(value).lower()}`"
        case tuple() as values:
            return f"`[{', '.join(values)}]`"
        case int() as value if value >= _SMALLEST_SIZE and value % 1024 == 0:
            return f"`{value}` ({value // 1024} KiB)" if value < 1024**2 else f"`{value}` ({value // 1024**2} MiB)"
        case float() as value:
            return f"`{value:g}`"
    return f"`{field.default}`"


def _listed(top: type[BaseModel]) -> list[str]:
    parts = []
    for path, model in sections(top):
        rows = [
            (f"`{name}`", _default(field), field.description or "")
            for name, field in model.model_fields.items()
            if _model_in(field.annotation) is None
        ]
        doc = (model.__doc__ or "").strip().splitlines()[0]
        parts.append(
            f"### {f'`{path}`' if path else 'Top level'}\n\n{doc}\n\n{table(('setting', 'default', 'meaning'), rows)}"
        )
    return parts


def settings() -> str:
    """All settings, section by section."""
    parts = _listed(Settings)
    parts += [_brought(CREDENTIALS, "upstreams.NAME.credential", Credential, name) for name in ways.names()]
    parts += [_brought(DATABASES, "upstreams.NAME", UpstreamSettings, name) for name in dialects.names()]
    return "\n".join(filter(None, parts))


def _brought(seam: Seam, path: str, base: type[Section], name: str) -> str:
    """What a plug-in adds to a section."""
    model = seam.section(base, name)
    more = {name: field for name, field in model.model_fields.items() if name not in base.model_fields}
    rows = [(f"`{name}`", _default(field), field.description or "") for name, field in more.items()]
    doc = (model.__doc__ or "").strip().splitlines()[0]
    return f"### `{path}` of {name}\n\n{doc}\n\n{table(('setting', 'default', 'meaning'), rows)}" if rows else ""


# --- refusals and events


def refusals() -> str:
    """Every refusal, by area."""
    parts = []
    for area, title in AREAS.items():
        rows = [
            (
                f"`{kind.code}`",
                str(kind.status),
                kind.what,
                " Or: ".join((kind.todo, *kind.instead.values())),
                CAUSES[kind.code],
            )
            for kind in CATALOGUE.values()
            if kind.code.split(".")[0] == area
        ]
        parts.append(f"### {title}\n\n{table(('code', 'status', 'what happened', 'what to do', 'usual cause'), rows)}")
    return "\n".join(parts)


def events() -> str:
    """Every event of a journal."""
    return table(("code", "place", "meaning"), [(f"`{e.code}`", e.phase.value, e.meaning) for e in EVENTS.values()])


def fields() -> str:
    """Every field an event of an exchange may have."""
    return table(("field", "holds"), [(f"`{name}`", meaning) for name, meaning in FIELDS.items()])


# --- commands


type Command = tuple[str, argparse.ArgumentParser, str]


def commands() -> Iterator[Command]:
    """(words, parser, one line) of every command and subcommand that can be run."""
    yield from _commands("vecgate", cli.parser([]), "")


def _commands(
    words: str, parser: argparse.ArgumentParser, line: str
) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield words, parser, line
    for action in below:
        lines = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, inner in action.choices.items():
            yield from _commands(f"{words} {name}", inner, lines.get(name, ""))


def _argument(action: argparse.Action) -> str:
    name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    if not action.option_strings:
        # whether a rest of the words is required differs between patch levels of Python
        return f"`{name}`" if action.required or action.nargs == argparse.REMAINDER else f"`[{name}]`"
    if action.nargs == 0:
        return f"`{name}`"
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    return f"`{name} {value}`"


def _words(action: argparse.Action) -> str:
    needed = "required" if action.option_strings and action.required else ""
    shown = bool(action.default) and action.default != argparse.SUPPRESS
    left_out = f"left out: `{action.default}`" if shown else ""
    return "; ".join(filter(None, (action.help, needed, left_out)))


def command_line() -> str:
    """Every command with its arguments."""
    parts = []
    for words, parser, line in commands():
        rows = [(_argument(a), _words(a)) for a in parser._actions if not isinstance(a, argparse._HelpAction)]
        head = f"### `{words}`\n\n{line[:1].upper()}{line[1:]}.\n"
        parts.append(f"{head}\n{table(('argument', 'meaning'), rows)}" if rows else head)
    return "\n".join(parts)


# --- databases


def databases() -> str:
    """Every route of every dialect."""
    head = ("method", "path", "kind", "danger", "rows", "vendor's page")
    parts = []
    for name in dialects.names():
        scope_of = dialects.load(name).scope_of
        rows = [
            (
                r.method,
                f"`{r.path}`{' (over gRPC alone)' if r.grpc else ''}",
                "refused" if r.refused else f"`{r.kind}`",
                str(r.danger),
                scope_of(r),
                f"[{r.name}]({r.url})",
            )
            for r in dialects.kind(name).routes
        ]
        parts.append(f"### {name}\n\n{dialects.kind(name).status} {len(rows)} routes.\n\n{table(head, rows)}")
    return "\n".join(parts)


def kinds() -> str:
    """Every credential kind."""
    rows = [(f"`{name}`", (ways.load(name).__doc__ or "").strip()) for name in ways.names()]
    return table(("kind", "what it is"), rows)


def metrics() -> str:
    """Every metric of a worker that has done one of everything."""
    seen = Readings(parts={"x": True}, upstreams={"x": True}, sinks={"x": True}, certificates={"x": 1.0})
    made = Metrics(lambda: seen)
    made.ended(Labels("x", "x", "x"), 0.1, {"x": 1.0})
    made.masked({"x": 1})
    made.approval("x")
    made.access("access.asked")
    made.notice("x", "sent")
    made.dropped("x", 1)
    made.observed("policy.no_rule")
    made.canaries("x", 1)
    made.poisoned("x", "in", 1)
    rows = []
    for family in sorted(made.registry.collect(), key=lambda one: one.name):
        if family.name.startswith("vecgate_") and family.samples:
            labels = sorted({label for one in family.samples for label in one.labels} - {"le"})
            name = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
            rows.append((f"`{name}`", family.type, ", ".join(f"`{label}`" for label in labels), family.documentation))
    return table(("metric", "kind", "labels", "meaning"), rows)


def login_settings() -> str:
    """What `vecgate idp` is told; issuers of agents are as the gateway's."""
    return "\n".join(part for part in _listed(LoginSettings) if not part.startswith("### `exchange.agents"))


def saml_refusals() -> str:
    """Why an assertion was not believed."""
    return table(("code", "what is wrong"), [(f"`{code}`", words) for code, words in CODES.items()])


BLOCKS: Final[Mapping[str, Callable[[], str]]] = {
    "settings": settings,
    "refusals": refusals,
    "events": events,
    "fields": fields,
    "commands": command_line,
    "databases": databases,
    "credential kinds": kinds,
    "metrics": metrics,
    "login settings": login_settings,
    "saml refusals": saml_refusals,
}
ROOT: Final = Path(__file__).resolve().parents[2]
