"""Each call goes out signed, with keys out of the store; a changed call would carry another signature."""

from pathlib import Path

import pytest

from support.credentials.cases import aws_sigv4
from support.credentials.store import UPSTREAM, trying, vouching
from vecgate.credentials.kinds.aws_sigv4.kind import AwsSigv4
from vecgate.domain.lease import Signature
from vecgate.refusals.errors import Unavailable


async def test_a_lease_signs_in_the_name_of_its_keys_until_it_ends(tmp_path: Path) -> None:
    with vouching(tmp_path) as store, aws_sigv4.prepared(store, tmp_path) as case:
        async with trying(store, case) as one:
            lease = await one.leases.get(one.caller("alice", 120), UPSTREAM)
            assert isinstance(lease.material, Signature)
            pairs = dict(lease.material.sign("GET", "db.test", "/_cat/indices", b"").pairs)
            assert pairs["authorization"].startswith("AWS4-HMAC-SHA256 Credential=ASIAEXAMPLEACCESSKEY/")
            assert "/eu-central-1/es/aws4_request" in pairs["authorization"]
            assert lease.expires_at <= one.clock() + 120
            store.call("POST", "aws/sts/reader", {"access_key": "ASIA"})
            with pytest.raises(Unavailable, match="unreadable keys"):
                await one.leases.get(one.caller("bob"), UPSTREAM)
        upstream = store.settings(case).upstreams[UPSTREAM]
        assert (
            AwsSigv4.unfit(upstream.model_copy(update={"dialect": "qdrant"}), ()) == "is for opensearch, not for qdrant"
        )
