"""Why does one usually meet a refusal? One line per code, for whoever has to find out."""

from collections.abc import Mapping
from typing import Final

CAUSES: Final[Mapping[str, str]] = {
    # who is calling?
    "identity.missing": "The client sends no token, or sends it in a header the gateway does not read.",
    "identity.ambiguous": "A token in `Authorization` and another one in the database's own header.",
    "identity.invalid": "Another issuer, audience or `typ` than the settings say, a changed token, a skewed clock, a user claim that is not there, or more groups than fit into `limits.token`.",
    "identity.expired": "Tokens live for minutes or hours; long-running jobs need a fresh one from time to time.",
    "identity.unavailable": "The issuer's `jwks_url` does not answer, and its keys are older than `keys_stale`.",
    # what is asked?
    "protocol.plaintext": "`http://` instead of `https://`, with `listen.plaintext` off.",
    "protocol.invalid": "A proxy in between that rewrites requests, WebSocket, a body compressed in another way than gzip, br, zstd or deflate, or a probe.",
    "upstream.unknown": "The name in the URL is not under `hosts`, or the address is not under `destinations`.",
    "path.odd": "A base URL that ends in `/`, a doubled `//`, a name that needs escaping, or a query key that the route does not have.",
    "route.unknown": "A newer client or server than the dialect knows, API v1, or a probe.",
    "body.unreadable": "Not JSON, a member twice, not UTF-8, or nested too deep; a misspelt member, an array where an object belongs, or a filter that the server would not take either.",
    "body.harmful": "Metadata keys that begin with `chroma:`, thousands of keys or list items in one record, lists in a collection's metadata, an index without neighbours: the server does not survive them. Or an embedding function that sends what readers embed, and their keys, to an address of the writer's (loopback is taken), or runs code.",
    "body.too_large": "A batch over `limits.request_body`.",
    "collection.unknown": "A mistyped name, a dropped collection, an id of another database, or a collection whose description no rule lets you read.",
    # may they?
    "policy.denied": "A deny rule fits. `vecgate policy explain` names it and its line.",
    "policy.no_rule": "Default deny: the caller's groups, the collection or the kind of operation is in no rule; or `groups_claim` names a claim that their token does not have.",
    "policy.unavailable": "The folder `policies` was never valid since the start.",
    "policy.apart": "A call that does two things, such as a rename with new metadata, and a hold rule for each.",
    "limit.records": "More ids in one write, or in one delete by ids, than the rule's `max_records`.",
    "limit.collections": "A held drop of a database with very many collections.",
    "limit.results": "`n_results` or `limit` above the rule's `max_results`; or a `get()` without a `limit` that finds more.",
    "vectors.not_allowed": "MMR, `peek()` of the Python client, Haystack's filters and other calls that always ask for `embeddings`.",
    "limit.rate": "More calls than the rule's `rate`; the count is shared by all gateways of one Valkey.",
    "limit.busy": "More requests held or under way than `limits.requests`: many wait, or the database is slow.",
    "limit.holds": "A script that asks for many different calls, over `hold.open_per_user`.",
    # may it go in?
    "input.personal": "The rule says `inputs: {payload: refuse}` or `{query: refuse}`; or an id or a searched text is masked by an operator that gives many values one mark.",
    "input.embedding": "The client embeds before it sends, so the vector still holds what the document no longer says.",
    "input.profile": "`vecgate mask --profile NAME` for a collection where what this person writes is masked with another profile, or not at all.",
    "input.masked_filter": "The rule says `filters: refuse`: a filter on a masked field, or inside a masked text, lets one guess it.",
    "input.filter": "The rule says `filters: translate`: a token of another gateway or tenant, or a value whose mark others share.",
    "input.id": "A token of another collection or tenant, one that was changed, or, without `masking.key`, of a run before.",
    "input.masked": "A masked text was edited and written back; or the rule says `inputs: {write_back: refuse}`.",
    "input.unmasked": "A profile for what goes in with `block`, with `unserved: refuse`, or with `drop` on items of a list.",
    "input.too_much": "One batch with more text than `masking.answer_text`, under a rule that masks what goes in.",
    # must a person say yes?
    "hold.pending": "Nobody decided within the rule's `wait`. The request stays open; the same call attaches to it.",
    "hold.denied": "An approver said no; asking again in the same words finds the same no until it expires.",
    "hold.expired": "Nobody decided within `hold.pending`, or the yes was not used within `hold.grant`.",
    "hold.changed": "A collection was renamed, dropped or made anew, or a rule was changed, between the question and its execution.",
    "hold.withdrawn": "The caller took it back, or a call that would touch more was asked about in its place.",
    "hold.client_left": "The client's own time-out is shorter than the rule's `wait`.",
    "hold.spent": "A disk that hangs under Valkey, or a replica that went away in that very moment.",
    # with which credential?
    "lease.denied": "The policy of the vouched login, or the role of the PKI, does not allow it; the gateway's log has OpenBao's own sentence.",
    "lease.user_name": "A wildcard or several `@` in the name, or a PKI role whose `cn_validations` lacks `email`; the gateway's log has OpenBao's own sentence.",
    "lease.not_vouched": "`vault.vouch` names another key, issuer, audience or role than the mount trusts, the clocks differ by more than 15 seconds, or OpenBao has disabled that person's entity.",
    "lease.unavailable": "OpenBao is away or sealed.",
    # the way out
    "upstream.unreachable": "The database is down, or does not accept the gateway's certificate.",
    "upstream.outcome_unknown": "The connection broke, or the answer took longer than the upstream's `timeout`.",
    "upstream.partly": "A held call of very many records goes out in parts; the database was lost, or refused one, between two of them.",
    "wire.refused": "A rule changed while the call waited, or a ticket was older than 30 seconds.",
    # what must the caller not see?
    "answer.too_large": "An answer over `limits.answer_body`; vectors are the usual reason.",
    "answer.unreadable": "The database, or a proxy before it, answered with something that is not JSON.",
    "answer.withheld": "The path ended early; the gateway's log says where.",
    "mask.too_much": "Whole documents as records, over `masking.answer_text`; `vecgate warm` gets to know them page by page.",
    "mask.key": "OpenBao does not answer, or does not let the gateway use `masking.key`.",
    "mask.unavailable": "The workers are starting, were killed (memory), or have more to do than `masking.queue`.",
    "mask.blocked": "The profile's operator for what was found is `block`.",
    "mask.language": "The profile says `unserved: refuse`, and no model of `masking` reads that language.",
    # the gate itself
    "record.unavailable": "The disk is full (`recording.min_free`), or OpenBao cannot give a new session its key.",
    "state.unavailable": "Valkey is away or slower than `state.timeout`.",
    "state.unfit": "A Redis older than 7.2, `appendonly no`, another eviction than `noeviction`, or fewer replicas than `state.replicas`; `vecgate doctor` tells the same. It heals when that is mended.",
    "gate.starting": "The first seconds; or a part cannot open, and the log says which.",
    "gate.closed": "`gateway.py` was deleted or broken under `mitmweb -s`, or a request did not come in by the front.",
    "gate.failed": "A bug. The log has the step and the lines, and none of the data.",
    # the gateway's own requests: approvals, and tokens
    "unmask.retired": "`min_decryption_version` of the masking key was raised; or a token cut short, where it was.",
    "unmask.nothing": "`<EMAIL>` without the part behind `#`, or a text of another kind.",
    "unmask.masked": "A rule about `unmask` whose mask does not `keep` that kind.",
    "unmask.unknown": "A token cut short or of another tenant or gateway; or `masking.key` is not set, and the gateway was started anew.",
    "requests.unknown": "A mistyped id, an expired request, or one that neither is yours nor yours to decide on.",
    "requests.not_approver": "One's own request, or another group than the rule's `approvers`.",
    "requests.not_yours": "Withdrawing what another person asked.",
    "requests.unconfirmed": "A disk that hangs under Valkey, or a replica that went away in that very moment.",
    "requests.settled": "Somebody was faster, or it was used already.",
}
