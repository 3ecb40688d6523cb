"""Do clients get to the gateway where it listens? Databases with `destinations` are for other hosts' connections."""

from vecgate.doctor.finding import Finding, ok, warning
from vecgate.processes.greeting import on_loopback
from vecgate.settings.file import Settings

ABOUT = "listen"


def check(settings: Settings) -> list[Finding]:
    """A warning where connections that an interface redirects would find nobody."""
    listen = settings.listen
    named = sorted(name for name, upstream in settings.upstreams.items() if upstream.destinations)
    if named and "host" in listen.model_fields_set and on_loopback(listen.host):
        said = f"{', '.join(named)} can be reached in transparent mode, but listen.host is {listen.host}."
        todo = "For other hosts leave listen.host out, or say 0.0.0.0; it is right for clients on this host."
        return [warning(ABOUT, said, todo)]
    where = listen.host or "every address"
    return [ok(ABOUT, f"The gateway listens on {where}, from port {listen.port} on.")]
