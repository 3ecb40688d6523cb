"""Are fields that say what a member does read as it, and all others refused by name?"""

import pytest

from dialects.milvus.grpc.asked import message, pairs
from vecgate.dialects.milvus.grpc.members import members, put_members
from vecgate.refusals.errors import CallRefused

GRANT = {"base": "", "entity.role.name": "roleName", "entity.grantor.privilege.name": "privilege"}


def test_fields_within_messages_are_read_and_printed() -> None:
    made = message("OperatePrivilegeRequest")
    made.base.msg_type = 5
    made.entity.role.name, made.entity.grantor.privilege.name = "reader", "Search"
    tree = members(made, GRANT)
    assert tree == {"roleName": "reader", "privilege": "Search"}
    back = message("OperatePrivilegeRequest")
    put_members(back, GRANT, tree)
    made.ClearField("base")
    assert back == made
    made.entity.object_name = "people"
    with pytest.raises(CallRefused, match="'object_name' of a 'GrantEntity' is not spoken here"):
        members(made, GRANT)
    with pytest.raises(CallRefused, match="'objectName' cannot be said"):
        put_members(back, GRANT, {"objectName": "people"})


def test_passwords_options_names_and_nodes_have_forms_of_their_own() -> None:
    said = {"username": "userName", "password": "password"}
    made = message("CreateCredentialRequest", username="u", password="UGFzczE=")
    assert members(made, said) == {"userName": "u", "password": "Pass1"}
    back = message("CreateCredentialRequest")
    put_members(back, said, {"userName": "u", "password": "Pass1"})
    assert back == made
    for odd in ("plain!", "\u00fc", "/w=="):  # none, none of ASCII, none of UTF-8
        with pytest.raises(CallRefused, match="a password is not in base64"):
            members(message("CreateCredentialRequest", password=odd), said)
    group = message("OperatePrivilegeGroupRequest", group_name="g")
    group.privileges.add(name="Search")
    assert members(group, {"group_name": "n", "privileges": "p"}) == {"n": "g", "p": ["Search"]}
    config = message("UpdateResourceGroupsRequest")
    config.resource_groups["rg"].requests.node_num = 2
    assert members(config, {"resource_groups": "r"}) == {"r": {"rg": {"requests": {"node_num": 2}}}}
    other = message("UpdateResourceGroupsRequest")
    put_members(other, {"resource_groups": "r"}, {"r": {"rg": {"requests": {"node_num": 2}}}})
    assert other == config
    alter = message("AlterCollectionRequest")
    pairs(alter.properties, a="1")
    assert members(alter, {"properties": "properties"}) == {"properties": {"a": "1"}}
