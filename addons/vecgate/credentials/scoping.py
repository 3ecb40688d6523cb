"""How far is a lease to reach (scope)? As far as the call that was decided on, or the collections its rule names."""

from vecgate.domain.lease import Reach, Scope, reach_of
from vecgate.domain.operation import Operation
from vecgate.settings.upstreams import Credential


def scope(operation: Operation, named: frozenset[str] = frozenset()) -> Scope:
    """What a credential for this call is to be good for.

    `named` are the collections of the rule that allows it, where it names them outright: calls under one rule share a
    lease then. What makes, alters or destroys collections is good for those of the call alone. A call that is about no
    collection by name is about whatever there is.
    """
    each = (operation, *operation.also)
    kinds = frozenset(one.kind for one in each)
    reach = reach_of(kinds)
    names = frozenset(name for one in each for name in one.collections)
    if reach is not Reach.ADMIN and names and names <= named:
        names = named
    every = any(not one.collections for one in each)
    return Scope(reach, None if every else tuple(sorted(names)), operation.tenant, operation.database, kinds)


def reached(told: Credential, role: str, scope: Scope) -> Reach:
    """How far a lease reaches: no further than it was made for, nor than the calls that its role is for."""
    order = list(Reach)
    by_role = [reach for reach in Reach if told.role_for(reach) == role]
    return min(scope.reach, max(by_role, default=Reach.ADMIN, key=order.index), key=order.index)
