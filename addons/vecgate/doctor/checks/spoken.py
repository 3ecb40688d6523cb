"""What can no client do with a database, as gRPC is not spoken there? Said of each upstream before people find out."""

from vecgate import dialects
from vecgate.doctor.finding import Finding, ok
from vecgate.settings.upstreams import UpstreamSettings


async def check(name: str, spec: UpstreamSettings) -> list[Finding]:
    """One finding, of a database whose clients would speak gRPC; none of any other. Nothing is wrong with either."""
    grpc = dialects.load(spec.dialect).grpc
    if grpc is None or not grpc.without:
        return []
    if spec.grpc:
        return [ok(name, "Clients reach it over REST and over gRPC.")]
    return [ok(name, f"Over REST alone, as it is set up here, {grpc.without} (upstreams.{name}.grpc: true lets them).")]
