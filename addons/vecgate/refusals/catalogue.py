"""Every "no" the gateway can say: code, status, what happened, what to do. In a database's shape: its `render`.

A code never changes; its words may. `{name}` parts are filled in by the caller and must never carry
a secret or personal data. What is sent of a refusal, and in which shape: refusals/rendering.py.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vecgate.refusals.refusal import UNSENT, Kind, Refusal

__all__ = ["CATALOGUE", "UNSENT", "Kind", "Refusal", "named", "refuse"]

_SOON: Final = 2
_LONGEST_NAME: Final = 48

#: What to do about a body, where what it is written in is not what is wrong.
_BODY: Final = MappingProxyType(
    {
        "said": "Send it as the documentation of this call, or the command's '--help', has it; nothing was sent to a database.",
        "type": "Send it as 'Content-Type: application/json'.",
        "lines": "Send one JSON object a line in UTF-8, each line ended by LF and none of them empty, without duplicate keys.",
        "type of lines": "Send it as 'Content-Type: application/x-ndjson'.",
        "missing": "Send a JSON document with it; in 'vecgate policy explain', name a file with --body.",
        "none": "Send the request without a body.",
    }
)

_ALLOWED: Final = "or have 'vectors: true' written into that rule, or 'vectors: zero' for a client that always asks."
#: How one asks without vectors, by database.
_WITHOUT: Final = MappingProxyType(
    {
        name: f"Ask without them ({how}); {_ALLOWED}"
        for name, how in {
            "chroma": "'include' without 'embeddings'",
            "milvus": "no vector among 'outputFields'",
            "pinecone": "no 'includeValues', which is 'include_values' to some clients",
            "qdrant": "no 'with_vector'",
            "weaviate": "no 'vector' or 'vectors' in '_additional', no 'include=vector'",
        }.items()
    }
)

# fmt: off
_ROWS: Final[tuple[Kind, ...]] = (
    # who is calling?
    Kind("identity.missing", 401, "This request carries no token.", "Put your login token where the API key goes, or in 'Authorization: Bearer'."),
    Kind("identity.ambiguous", 401, "This request carries more than one credential.", "Send exactly one token, in one header."),
    Kind("identity.invalid", 401, "The token was not accepted: {detail}.", "Log in again and use the new token."),
    Kind("identity.expired", 401, "The token has expired.", "Log in again and use the new token."),
    Kind("identity.overage", 401, "The token says too little of its owner: {detail}.", "Have the login service put into its tokens the groups that this gateway's rules name, and no others; then log in again."),
    Kind("identity.chain", 401, "The token does not say properly who acts for its owner: {detail}.", "Let the agent get a new token, from a login service that names each that acts once, whoever acts now first."),
    Kind("identity.unproven", 401, "The token is to be proven by a key: {detail}.", "Send with each call a DPoP proof (RFC 9449) made with the key that the token is bound to, or connect with its TLS certificate; where neither can be, get a token that is bound to a key."),
    Kind("identity.proof", 401, "The DPoP proof was not accepted: {detail}.", "Make a new one for each call, with the token's key: of its method, its URL as it was called, and the token's digest."),
    Kind("identity.replayed", 401, "This DPoP proof was used before.", "Make a new one for each call, with a 'jti' of its own."),
    Kind("identity.nonce", 401, "The DPoP proof must have the gateway's nonce.", "Make one with the nonce in the header 'DPoP-Nonce' of this answer, and send the call again."),
    Kind("identity.elsewhere", 403, "This token is for another database: it names {named}.", "Call that one with it, or get a token for this one."),
    Kind("identity.scope", 403, "This token may do less than this call does: it is for '{scope}', and the call takes '{wanted}'.", "Get a token with that scope, where you may have it; rules do not widen a token."),
    Kind("identity.logged_out", 401, "This login has ended at its login service, at {since}.", "Log in again and use the new token."),
    Kind("identity.logout_token", 400, "The logout token was not accepted: {detail}.", "Send one that was just made, by a login service that the settings name with its 'logout_audience'."),
    Kind("webhook.refused", 400, "The webhook was not taken: {detail}.", "Send what has just changed, signed by Standard Webhooks with the key of that name in 'approvals.on_call', and with a newer 'at' than before."),
    Kind("identity.unavailable", 503, "The token's issuer cannot be asked for keys or for the token just now, so it cannot be checked.", "Try again shortly; if it lasts, tell the gateway's operator.", _SOON),
    Kind("user.locked", 403, "Your access is locked since {since}{by}.", "Talk to the gateway's operators: nothing passes until one of them lifts the lock."),
    Kind("group.locked", 403, "Your group '{group}' is locked since {since}{by}.", "Talk to the gateway's operators: nothing passes until one of them lifts the lock."),
    Kind("agent.locked", 403, "The agent or client '{agent}', which uses this token, is locked since {since}{by}.", "Talk to the gateway's operators: nothing of it passes until one of them lifts the lock. You yourself are not locked."),
    Kind("collection.locked", 403, "A collection that this is about, or may be about, is locked since {since}{by}{why}.", "Talk to whoever locked it: nothing on it passes until the lock is lifted."),
    Kind("gateway.locked", 403, "Everything is locked since {since}{by}{why}.", "Wait until it is unlocked; who may do that can list locks ('vecgate locks list') and lift them."),
    # what is asked?
    Kind("protocol.plaintext", 400, "This connection is not encrypted.", "Use https; a token must not travel in the clear."),
    Kind("protocol.invalid", 400, "This is not a request the gateway can read: {detail}.", "Send plain HTTP as an official client does."),
    Kind("protocol.grpc", 403, "This client speaks gRPC or HTTP/2, which this database is not reached by here.", "Use one that speaks REST: each database's table in the README names those that were tried, and what cannot be done over it; or have an operator set 'grpc: true' for this upstream, where its dialect can."),
    Kind("upstream.unknown", 421, "No registered database answers for this destination and host name.", "Check address, port and name; an operator registers a database under 'upstreams', its names under 'hosts', and for a proxy or transparent mode its 'destinations'."),
    Kind("upstream.untested", 403, "The database {upstream} is {version}; this gateway was tested with {tested}, and speaks to no other.", "Tell the gateway's operator: 'versions' of that upstream says so."),
    Kind("path.odd", 400, "The path or query is not in canonical form: {detail}.", "Send the plain path, without empty, dot or escaped-slash segments.", instead={"query": "Send only the query keys that this route has, each once, as 'key=value'."}),
    Kind("route.unknown", 403, "This route of the database is not known to the gateway.", "Use a documented route; unknown ones are always refused."),
    Kind("route.scan", 400, "This call says that it is part of a scan, and no scan is made of such calls.", "Use 'vecgate scan', or leave out the header 'vecgate-scan'."),
    Kind("route.refused", 403, "This route of the database is never let through: {why}.", "Let an operator do it at the database itself, with a credential of their own."),
    Kind("body.unreadable", 400, "This is not taken as it was sent: {detail}.", "Send one JSON document in UTF-8, without duplicate keys; plain, or compressed once with gzip, br, zstd or deflate.", instead=_BODY),
    Kind("body.harmful", 400, "The request would harm the database or those who use it: {detail}.", "Leave that out, or make it smaller; nothing was sent."),
    Kind("body.waited", 503, "The request is large, and others were before it for too long.", "Try again shortly, with fewer large ones at a time, or send smaller batches.", _SOON),
    Kind("body.too_large", 413, "The request body is larger than {limit} bytes.", "Send it in smaller batches; the gateway's operator may raise 'limits.request_body'."),
    Kind("collection.unknown", 404, "The collection does not exist in this tenant and database, or not for you.", "Check its name and id; list the collections you may see."),
    Kind("cursor.unknown", 404, "What this call goes on with was not given out here to this login, or has been changed; nothing was sent.", "Open the scroll or point in time again, and go on with what that is answered."),
    Kind("cursor.expired", 404, "What this call goes on with is closed, or is too old; nothing was sent.", "Open it again; it is kept for {most} seconds between two calls at most, and for {age} in all."),
    Kind("cursor.changed", 403, "What may be seen there has changed since this was opened: a rule, its rows or mask, or what a name means; nothing was sent.", "Open it again."),
    Kind("cursor.busy", 409, "Another call goes on with the same at this moment; nothing was sent.", "Wait for its answer, and go on with the handle in that."),
    # may they?
    Kind("policy.denied", 403, "Rule '{rule}' denies {operation} on {target} for {who}.", "If you need it, ask the owner of that policy."),
    Kind("policy.no_rule", 403, "No rule allows {operation} on {target} for {who}.", "If you need it, ask the owner of the policies."),
    Kind("access.ask", 403, "No rule allows {operation} on {target} for {who}, but rule '{rule}' lets you ask for it.", "Ask with: {command}"),
    Kind("access.glass", 403, "No rule allows {operation} on {target} for {who}, but in an emergency rule '{rule}' lets you break the glass: nobody is asked, others are told, and review it.", "Break it with: {command}"),
    Kind("access.glass_reason", 400, "The header Vecgate-Break-Glass must say why the glass is broken (rule '{rule}'); here it is empty.", "Send it with one line for those who review it."),
    Kind("access.another", 403, "Your access {id} is for the collection that was called {name} when it was granted; this is another one.", "Ask for access to this one: 'vecgate access again {id}'."),
    Kind("access.ended", 403, "Your access {id} has ended: {how}.", "If you need it again: '{again}'."),
    Kind("policy.claim", 403, "Rule '{rule}' is about what a claim of the token names, and yours has no such claim, or one of another type.", "Log in where the token gets it, or talk to the owner of that policy."),
    Kind("policy.unproven", 403, "Rule '{rule}' takes a token whose sender proves to hold its key.", "Log in where the token is bound to a key, and send a DPoP proof with it or connect with its TLS certificate."),
    Kind("policy.condition", 403, "Whether the condition of rule '{rule}' holds cannot be told of this request; nothing was sent.", "Send what it asks about (see its 'when'), or talk to the owner of that policy."),
    Kind("policy.over", 403, "Rule '{rule}', by which this request was let through, ended before its answer could leave.", "Send it again, to be decided on as it is now."),
    Kind("policy.apart", 403, "Rules '{rule}' each decide a part of this request: other people are asked, or records are masked otherwise.", "Send its parts one after another."),
    Kind("policy.copy", 403, "By rule '{rule}' the copy would be shown with another mask than what it is made of.", "Give it a name under which it is masked as its source is, or talk to the owner of the policies."),
    Kind("rows.unscopable", 403, "This {what} cannot be kept to the rows that rule '{rule}' opens: {why}.", "Ask in another way, or have it allowed by a rule without 'rows'."),
    Kind("rows.field", 400, "What is sent at {where} is not what the rows of rule '{rule}' have there.", "Leave the field out, and it is written as it must be; where several values are yours, send one of them."),
    Kind("rows.unknown", 404, "Of {asked} records that are named, {missing} are not there, or are not among the rows that rule '{rule}' opens.", "Name records that you can read."),
    Kind("rows.taken", 409, "{taken} ids of what is written are not free.", "Write these records under other ids."),
    Kind("rows.busy", 503, "Another write to the same records is under way.", "Try again in a moment.", _SOON),
    Kind("policy.unavailable", 503, "No valid policy set is loaded.", "Tell the gateway's operator to run 'vecgate policy check'.", _SOON),
    Kind("limit.records", 403, "{asked} records are written or deleted at once; rule '{rule}' allows {allowed}.", "Send {allowed} or fewer at a time, or delete by a filter where a rule lets you ask for that."),
    Kind("limit.collections", 403, "The database has more than {most} collections; what a yes would be for cannot be shown.", "Drop collections one by one first."),
    Kind("limit.results", 403, "{asked} {things} were asked for; rule '{rule}' allows {allowed}.", "Ask for {allowed} or fewer.", instead={"all": "Ask for {allowed} or fewer. The rest comes page by page, by 'limit' and 'offset' or 'size' and 'from', as your database calls them; or have 'when_over: cut' written into that rule's limits."}),
    Kind("vectors.not_allowed", 403, "Vectors were asked for by name, and rule '{rule}' does not let them out.", f"Ask without them; {_ALLOWED}", instead=_WITHOUT),
    Kind("limit.rate", 429, "Rule '{rule}' allows {requests} requests in {seconds} seconds.", "Slow down; try again in {retry} seconds."),
    Kind("limit.depth", 403, "This list goes {asked} into the collection; rule '{rule}' allows {allowed}.", "Name 'limit' and 'offset' ('size' and 'from') that come to {allowed} or fewer, or search for what you need."),
    Kind("limit.cursors", 429, "{open} scrolls and points in time of yours are open at {upstream}; one may not have more.", "Close those that you are done with, or wait until they end by themselves."),
    Kind("limit.keep_alive", 403, "It is to be kept for {asked} seconds until the next call; {allowed} are allowed.", "Ask for {allowed}s or less ('scroll' or 'keep_alive'); the gateway's operator may raise 'limits.cursor_seconds'."),
    Kind("limit.budget", 403, "The {what} that rule '{rule}' allows ({allowed}) are used up.", "It starts afresh in {retry} seconds; if you need more now, ask the owner of that policy."),
    Kind("guards.untold", 403, "Rule '{rule}' guards the records of {operation}, and the gateway cannot tell them apart here.", "Use another kind of request, or talk to the owner of that policy."),
    Kind("guards.scores", 403, "Rule '{rule}' keeps exact scores back, and '{what}' would tell them.", "Leave '{what}' out."),
    Kind("limit.busy", 503, "The gateway has {requests} requests under way and takes no more.", "Try again shortly, with fewer at a time; if it lasts, tell the gateway's operator.", _SOON),
    Kind("limit.requests", 429, "{open} requests for access of yours are waiting or granted already; one may not have more.", "Withdraw one with 'vecgate access withdraw ID', or give one back with 'vecgate access end ID'."),
    Kind("limit.holds", 429, "{open} requests of yours are open already; no more may wait for approval.", "Wait until some are decided, or withdraw them with 'vecgate requests withdraw ID'."),
    # may it go in?
    Kind("input.personal", 400, "There is personal data in what is sent ({found}, at {where}); rule '{rule}' refuses it.", "Leave it out, and send the request again."),
    Kind("input.embedding", 400, "{count} embeddings were made from text that is masked here; rule '{rule}' refuses them.", "Mask the text first ('vecgate mask --profile NAME --collection NAME'), embed what comes back, and write that text with that vector."),
    Kind("input.profile", 403, "Rule '{rule}' does not mask with profile '{profile}' what you write there: {why}.", "Name the profile and the collection that a rule masks your writes by."),
    Kind("oracle.field", 403, "At {where} the request names '{field}', {why} by rule '{rule}': what is found would tell what it holds.", "Filter, sort, group and search by what you are shown; or have the field named in that rule's 'oracles'."),
    Kind("input.filter", 400, "The filter at {where} cannot be translated: {detail}.", "Filter by the value itself, as a whole, or by what you are shown for it."),
    Kind("input.id", 400, "The id at {where} is a token that was not made here, for this collection; nothing was sent.", "Read the record again and use the id that it is shown with now. Without 'masking.key' a restart of the gateway changes them."),
    Kind("input.masked", 400, "What is sent at {where} is a masked form of what is stored{detail}; nothing was sent.", "Leave the field out, or send its whole new value."),
    Kind("input.unmasked", 400, "What is sent cannot be masked: {detail}; rule '{rule}' lets nothing else in.", "Leave that out, or talk to the owner of that policy."),
    Kind("input.instructions", 400, "{count} records carry text that gives instructions to a model; rule '{rule}' refuses them.", "Leave those records out, or reword them; what was found is in the record of this request."),
    Kind("input.unmarked", 400, "What is set below 'key' gives instructions to a model, and cannot be marked there as rule '{rule}' asks; nothing was sent.", "Set the whole field without 'key', or leave that text out."),
    Kind("stamp.reserved", 400, "'{field}' is written by the gateway alone; nothing was sent.", "Leave out every field that begins with '_vecgate_', or send it back as it is stored."),
    Kind("stamp.lost", 400, "{count} records would lose what the gateway wrote into them; nothing was sent.", "Set or delete the fields that you mean, or send the records whole."),
    Kind("stamp.hidden", 403, "'{where}' names '{field}', which the gateway writes and rule '{rule}' does not show.", "Leave that out; a rule with 'show_stamp' shows such fields."),
    Kind("input.too_much", 413, "What is sent holds more than {limit} characters of text that was never seen before.", "Send it in smaller batches."),
    # must a person say yes?
    Kind("hold.pending", 403, "This waits for approval as request {id} ({impact}).", "Ask one of {approvers} to run 'vecgate requests approve {id}', then send the same request again: it runs once after a yes. 'vecgate wait {id} -- COMMAND' waits for that, and runs COMMAND."),
    Kind("hold.no_snapshots", 403, "Rule '{rule}' wants a snapshot first, and this database takes none{why}; nobody was asked.", "Ask the owner of the policies: the rule needs another 'where', or no 'snapshot_first'."),
    Kind("hold.snapshot_failed", 503, "The snapshot that rule '{rule}' wants first could not be taken; nothing was executed, and a yes still stands.", "Send the same request again; if it happens twice, tell the gateway's operator.", _SOON),
    Kind("hold.needs_reason", 403, "Rule '{rule}' holds this call for a person, and wants to know why; nobody was asked yet.", "Send it again with the header 'Vecgate-Reason: ...', one line for those who decide."),
    Kind("hold.unproven", 403, "Request {id} is marked as approved, but that is not proven: {why}; nothing was executed.", "Tell the gateway's operator: somebody may have written to its state. Withdraw the request to ask anew."),
    Kind("hold.auto_denied", 403, "Rule '{rule}' denies this call by its automatic answer '{by}'; nobody was asked.", "Ask for less, or at another time, as that condition of the rule says; or talk to the owner of the policies."),
    Kind("hold.nobody", 403, "Rule '{rule}' holds this call, but nobody can be asked about it ({stage}); nothing was executed.", "Tell the owner of the policies: that stage needs a 'fallback', or the collection its owners."),
    Kind("hold.denied", 403, "Request {id} was denied by {by}{why}.", "Talk to them; a changed request is a new request."),
    Kind("hold.expired", 403, "Request {id} expired before it was approved.", "Send the request again to ask anew."),
    Kind("hold.withdrawn", 403, "Request {id} was withdrawn.", "Send the request again to ask anew."),
    Kind("hold.changed", 403, "What request {id} was asked about is no longer what would be done; nothing was executed.", "Look at what changed, then send the request again to ask anew."),
    Kind("hold.client_left", 403, "The client left while request {id} was waiting; nothing was executed.", "Send the same request again to attach to it."),
    Kind("hold.spent", 503, "The yes to request {id} is spent, but the gateway's state did not confirm that, so nothing was executed.", "It takes a new yes: send the request again to ask anew; if it happens twice, tell the gateway's operator.", _SOON),
    # with which credential, and did it go out?
    Kind("lease.denied", 403, "The credential store does not give you a credential for {upstream}.", "Ask an operator to check your role there."),
    Kind("lease.user_name", 403, "The credential store makes no credential for {upstream} in the name {user}.", "Ask an operator to let the role there take names like that, or to name people by another claim ('user_claim')."),
    Kind("lease.not_vouched", 503, "The credential store does not take the gateway's word for who you are.", "Try again shortly; if it lasts, tell the gateway's operator to run 'vecgate doctor'.", _SOON),
    Kind("lease.unavailable", 503, "No short-lived credential can be issued now.", "Try again shortly; if it lasts, tell the gateway's operator.", _SOON),
    Kind("lease.full", 503, "The database {upstream} has as many keys for callers as it may have ({most}), and all are in use.", "Try again shortly; if it lasts, ask an operator to raise 'credential.most' and the database's own limit.", _SOON),
    Kind("upstream.unreachable", 502, "The database {upstream} cannot be reached; nothing was executed.", "Try again shortly; if it lasts, tell the gateway's operator.", _SOON),
    Kind("upstream.login", 502, "The database {upstream} refuses what the gateway asks it with its own login; nothing was executed.", "Tell the gateway's operator to run 'vecgate doctor': sending it again changes nothing."),
    Kind("upstream.outcome_unknown", 502, "The database {upstream} failed before its answer was there.", "If it lasts, tell the gateway's operator."),
    Kind("upstream.partly", 502, "The database {upstream} failed in the middle: {done} of {parts} parts of the request were executed, and perhaps one more.", "Look at what is left, then send the request again for the rest."),
    Kind("wire.refused", 502, "The request changed after it was decided, or was never decided.", "Send it again; if it happens twice, tell the gateway's operator."),
    # what must the caller not see?
    Kind("answer.raw", 403, "What '{operation}' answers here is stored data as it lies, which nothing can mask.", "Let an operator fetch it at the database itself, with a credential of their own."),
    Kind("answer.status", 502, "The database {upstream} answered with status {status}, which says neither that it was done nor that it was not.", "Tell the gateway's operator: what answers there is no {upstream} that the gateway knows."),
    Kind("answer.waited", 503, "The answer is large, and others were before it for too long.", "Try again shortly, with fewer large ones at a time, or ask for fewer results or fields.", _SOON),
    Kind("answer.too_large", 502, "The answer is larger than {limit}.", "Ask for fewer results or fields."),
    Kind("answer.instructions", 403, "{count} records of the answer carry text that gives instructions to a model; rule '{rule}' withholds it.", "Ask for other records, or talk to the owner of that policy."),
    Kind("answer.unreadable", 502, "The answer cannot be read, so it cannot be masked.", "Tell the gateway's operator."),
    Kind("answer.withheld", 502, "The answer was not masked and recorded, so it is withheld.", "Tell the gateway's operator."),
    Kind("mask.too_much", 413, "There is more text that was never seen before than can be looked through for one request or answer.", "Send smaller batches, or ask for fewer results or fields."),
    Kind("mask.unavailable", 503, "The masking workers do not answer in time.", "Try again shortly; if it lasts, tell the gateway's operator.", _SOON),
    Kind("mask.blocked", 403, "The answer holds personal data that must not leave at all.", "Ask for fewer fields, or talk to the owner of that policy."),
    Kind("mask.language", 403, "The answer holds text in a language that no masking model reads.", "Ask for fewer fields, or talk to the owner of that policy."),
    Kind("mask.key", 503, "The key that values are masked with cannot be fetched.", "Try again shortly; if it lasts, tell the gateway's operator.", _SOON),
    # the gate itself
    Kind("record.unavailable", 503, "The session cannot be recorded, so nothing is let through.", "Try again shortly; if it lasts, tell the gateway's operator.", _SOON),
    Kind("state.unavailable", 503, "The gateway's shared state does not answer.", "Try again shortly; if it lasts, tell the gateway's operator.", _SOON),
    Kind("state.unfit", 503, "The gateway's shared state could not keep an approval: {detail}. Nobody was asked, and nothing was executed.", "Tell the gateway's operator: {todo}.", _SOON),
    Kind("gate.starting", 503, "The gateway is starting.", "Try again in a moment.", _SOON),
    Kind("gate.closed", 502, "The request path is not in place, so nothing is let through.", "Tell the gateway's operator to look at its log.", _SOON),
    Kind("gate.failed", 500, "The gateway failed in its step '{step}'; nothing more was let through.", "Tell the gateway's operator, with the time of this request."),
    # the gateway's own requests: approvals, and tokens
    Kind("user.not_locked", 404, "Nothing and nobody of that name is locked, or several are.", "List them with 'vecgate locks list', and name one as it stands there."),
    Kind("lock.there", 409, "That is locked already, since {since}{by}.", "List locks with 'vecgate locks list'; to lock it anew, lift that lock first ('vecgate unlock')."),
    Kind("lock.own", 403, "Nobody locks themselves out, or lets themselves in.", "Ask another person who may lock; after 'vecgate lock --everything' they can still unlock."),
    Kind("unmask.unknown", 404, "Token {number} of this request was not made here, or for another tenant.", "Check that it is whole, and name the tenant whose data it came from."),
    Kind("unmask.retired", 404, "Token {number} of this request opens under no version of the key that is still given out; versions up to {version} are retired.", "Check that it is whole, and the tenant; if it is old, ask the gateway's operator."),
    Kind("unmask.nothing", 400, "There is no token in what was sent.", "Send tokens as you were shown them, such as <EMAIL#...>, or a text that has them in it."),
    Kind("unmask.masked", 403, "Rule '{rule}' opens none of these: its mask hides {kinds}.", "Ask for kinds that it shows, or talk to the owner of that policy."),
    Kind("plan.step", 403, "Step {step} of this plan would be refused: {why} Nobody was asked about any of it.", "Change that step, or leave it out, and ask again."),
    Kind("plan.not_held", 403, "Rule '{rule}' lets this call pass without anybody's yes; a plan is of calls that are held.", "Leave it out of the plan, and send it when its time has come."),
    Kind("plan.apart", 403, "The calls of this plan are answered for by people who log in at different places, so nobody can say yes to all of it.", "Make a plan of those that the same people answer for."),
    Kind("plan.turn", 409, "It is not this call's turn in plan {id}, which is at step {step} of {steps}; another request may have been faster.", "Look at it with 'vecgate requests show {id}'. The same request, sent again, waits for its turn or for a yes of its own."),
    Kind("requests.unknown", 404, "There is no such request, or it is not yours to see.", "List them with 'vecgate requests list'."),
    Kind("requests.agent", 403, "Whoever acts for a person cannot say yes in their place, so this was no yes to request {id}.", "Let that person say yes themselves, with a token of their own, without an 'act'."),
    Kind("requests.not_approver", 403, "You may not decide on request {id}.", "It takes another person ({approvers}), who neither asked nor acts with whoever asked."),
    Kind("requests.not_now", 409, "Request {id} does not wait for your yes now; it waits for {waits}.", "Say it once your stage is asked; 'vecgate requests show {id}' tells which. You may deny it at any time."),
    Kind("requests.needs_reason", 400, "Rule '{rule}' wants a reason with each no.", "Say it with --reason."),
    Kind("requests.unsigned", 403, "A yes to request {id} must be signed with the key you are enrolled with.", "Say it with 'vecgate requests approve {id} --key FILE --enrolment FILE', or with your passkey in the web console; 'vecgate approver enroll' makes an enrolment."),
    Kind("requests.unproven", 403, "That yes to {id} was not taken: {why}.", "Sign what is asked, as it is now, with the key that you are enrolled with; 'vecgate approver show FILE' tells whose it is."),
    Kind("requests.not_less", 409, "A yes to request {id} cannot be to that: {why}; it waits as it did.", "'vecgate requests show {id}' tells what can be left out. Say yes to it as it is, or deny it and have less asked for."),
    Kind("requests.not_yours", 403, "Only the person who asked can withdraw or explain request {id}.", "Deny it with 'vecgate requests deny {id}' if you may decide on it."),
    Kind("requests.unconfirmed", 503, "{did} request {id} was recorded, but the gateway's state did not confirm that it is kept.", "Look at it with 'vecgate requests show {id}'; it counts if it still stands there.", _SOON),
    Kind("requests.settled", 409, "Request {id} is already {state}.", "Look at it with 'vecgate requests show {id}'."),
    # and access
    Kind("access.too_wide", 403, "That is more than you may ask for.", "The widest is: {widest}."),
    Kind("access.nothing", 403, "You may ask for no access: no rule lets you.", "Talk to the owner of the policies."),
    Kind("access.no_glass", 403, "You may break no glass: no rule lets you.", "Ask for access: 'vecgate access request'; or talk to the owner of the policies."),
    Kind("access.no_review", 409, "There is nothing to review of access {id}: {why}.", "Look at it with 'vecgate access show {id}'; 'vecgate access revoke {id}' ends it at once."),
    Kind("access.no_debrief", 409, "There is no debrief of access {id}: it is {state}.", "There is one of what was granted; it is acknowledged once that is over. Look at it with 'vecgate access show {id}'."),
    Kind("access.why", 400, "Revoking all access of a person, to a collection or by a rule takes a reason.", "Say it with --reason."),
    Kind("access.auto_denied", 403, "Rule '{rule}' denies what you ask for by its automatic answer '{by}'; nobody was asked.", "Ask for less, or at another time, as that condition of the rule says; or talk to the owner of the policies."),
    Kind("access.nobody", 403, "Rule '{rule}' lets you ask for that, but nobody can answer ({stage}).", "Tell the owner of the policies: that stage needs a 'fallback', or the collections their owners; or ask for less."),
    Kind("access.needs", 400, "Rule '{rule}' wants a {what} with this.", "Say it with --{what}."),
    Kind("sessions.unknown", 404, "There is no such session here.", "List them: the page 'Sessions' of the console, or 'vecgate sessions list'."),
    Kind("access.unknown", 404, "There is no such request for access, or it is not yours to see.", "List them with 'vecgate access list'."),
    Kind("access.agent", 403, "Whoever acts for a person cannot say yes in their place, so this was no yes to access {id}.", "Let that person say yes themselves, with a token of their own, without an 'act'."),
    Kind("access.not_approver", 403, "You may not decide on access {id}.", "It takes another person ({approvers}), who neither asked nor acts with whoever asked."),
    Kind("access.not_now", 409, "Access {id} does not wait for your yes now; it waits for {waits}.", "Say it once your stage is asked; 'vecgate access show {id}' tells which. You may deny it at any time."),
    Kind("access.unsigned", 403, "A yes to access {id} must be signed with the key you are enrolled with.", "Say it with 'vecgate access approve {id} --key FILE --enrolment FILE', or with your passkey in the web console; 'vecgate approver enroll' makes an enrolment."),
    Kind("access.unproven", 403, "Access {id} is marked as granted, but that is not proven: {why}.", "Have it asked for anew; if nobody has changed rules or keys, tell the gateway's operator: somebody may have written to its state."),
    Kind("access.not_yours", 403, "Only the person who asked can do this with access {id}.", "Revoke it with 'vecgate access revoke {id}' if you may decide on it."),
    Kind("access.wider", 403, "This is more than access {id} was asked for.", "A yes can be to less: less time, fewer operations or collections, fewer records, the rule's own mask; or it is as asked."),
    Kind("access.changed", 409, "What access {id} was asked under has changed since: rule '{rule}', or what it carries on.", "Have it asked for anew."),
    Kind("access.settled", 409, "Access {id} is {state}.", "Look at it with 'vecgate access show {id}'. What is pending ends with 'vecgate access deny' or 'withdraw', what is granted with 'revoke' or 'end'."),
    Kind("access.unconfirmed", 503, "What was done with access {id} was recorded, but the gateway's state did not confirm that it is kept.", "Look at it with 'vecgate access show {id}'; it counts if it still stands there.", _SOON),
)
# fmt: on

CATALOGUE: Final[Mapping[str, Kind]] = MappingProxyType({row.code: row for row in _ROWS})


def refuse(
    code: str, *, retry_after: int | None = None, request_id: str | None = None, cause: str = "", **values: object
) -> Refusal:
    """The refusal of that code, its words filled in. Raises KeyError for an unlisted code or cause."""
    return CATALOGUE[code](retry_after=retry_after, request_id=request_id, cause=cause, **values)


def named(text: str) -> str:
    """A caller's own name, fit for a refusal: one that is long is cut, and says so."""
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}..."
