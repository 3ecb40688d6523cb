"""Which tenants are asked about, and is each told as it is over REST?"""

import pytest

from support.weaviate.messages import GRPC, SERVICE, new, reply_of, said
from vecgate.domain.call import Call
from vecgate.refusals.errors import CallRefused


def test_tenants_are_asked_for_by_name_or_all() -> None:
    def twin(*names: str) -> Call:
        told = {"names": new("TenantNames", values=names)} if names else {}
        return GRPC.read(f"{SERVICE}/TenantsGet", said(new("TenantsGetRequest", collection="Note", **told)))

    assert [(one.method, one.path) for one in (twin(), twin("t1"), twin("t1", "t2"))] == [
        ("GET", "/v1/schema/Note/tenants"), ("GET", "/v1/schema/Note/tenants/t1"), ("POST", "/v1/grpc/schema/Note/tenants"),
    ]  # fmt: skip
    for call in (twin(), twin("t1"), twin("t1", "t2")):
        assert GRPC.read(f"{SERVICE}/TenantsGet", GRPC.message(call).message) == call
        reply = new("TenantsGetReply", tenants=[new("Tenant", name="t1", activity_status=1)])
        assert reply_of(call, reply) == reply


def test_nobody_and_what_can_be_no_tenant_is_refused() -> None:
    for names in ([], ["a/b"], ["t1", "a b"]):
        request = new("TenantsGetRequest", collection="Note", names=new("TenantNames", values=names))
        with pytest.raises(CallRefused, match=r"body\.unreadable"):
            GRPC.read(f"{SERVICE}/TenantsGet", said(request))
