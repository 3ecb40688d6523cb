"""Policy tests: what passes, what fails and how it says so, and what is not a test."""

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.domain.operation import Operation
from vecgate.policy.asked.testing import run
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, PolicyError

FOUND = policies(
    rule("readers", who="{groups: [a]}", where='{upstreams: [db], collections: ["t*"]}'),
    rule("ask", "hold", operations="delete"),
)
HEAD = "version: 1\nupstream: db\nprincipals: {ann: {user: ann, groups: [a]}}\ncases:\n"
CASE = "  - {{name: n, as: ann, operation: search, collection: t, expect: {{{}}}}}\n"


def reads(method, url, body, collection):
    if url == "/odd":
        raise CallRefused(refuse("route.unknown"))
    return Operation("test", f"{method} {url} {body!r}", "search", 1, collections=(collection,) if collection else ())


def report(folder, *texts):
    for i, text in enumerate(texts):
        (folder / f"{i}.test.yaml").write_text(text)
    return run(folder, FOUND, reads)


def test_no_tests_at_all_is_a_mistake(tmp_path):
    with pytest.raises(PolicyError, match=r"there is no test \(\*.test.yaml\) in this folder"):
        report(tmp_path)


def test_a_file_without_cases_is_a_mistake(tmp_path):
    with pytest.raises(PolicyError, match="'cases' is empty"):
        report(tmp_path, "version: 1\nprincipals: {ann: {user: ann}}\ncases: []\n")


EXPECTATIONS = [
    ("effect: allow", ()),
    ("effect: allow, rule: readers, reason: policy.allowed, mask: unsafe-nothing, vectors: false", ()),
    ("effect: deny", ("effect: got 'allow', expected 'deny'",)),
    ("effect: allow, rule: other", ("rule: got 'readers', expected 'other'",)),
    ("effect: allow, max_results: 5", ("max_results: got None, expected 5",)),
    ("effect: allow, rate: 5/s", ("rate: got None, expected Rate(requests=5, seconds=1.0)",)),
    ("effect: allow, wait: 5s", ("wait: got None, expected 5.0",)),
    (
        "effect: allow, vectors: true, mask: standard",
        ("mask: got 'unsafe-nothing', expected 'standard'", "vectors: got False, expected True"),
    ),
    ("effect: allow, inputs: {payload: keep}", ()),
    ("effect: allow, inputs: {filters: refuse}", ("inputs.filters: got 'keep', expected 'refuse'",)),
    ("effect: allow, inputs: {profile: p}", ("inputs.profile: got None, expected 'p'",)),
    (
        "effect: hold, approvers: [leads]",
        ("approvers: got (), expected ('leads',)", "effect: got 'allow', expected 'hold'"),
    ),
]


@pytest.mark.parametrize(("expect", "failures"), EXPECTATIONS)
def test_only_what_is_written_is_compared_and_all_of_it(tmp_path, expect, failures):
    (result,) = report(tmp_path, HEAD + CASE.format(expect)).results
    assert result.failures == failures
    assert (result.place, result.name) == (f"{tmp_path}/0.test.yaml:5", "n")


def test_a_case_can_be_the_request_of_a_client(tmp_path):
    text = (
        HEAD
        + '  - {name: n, as: ann, request: "POST /q?x=1", body: {a: [1, null]}, collection: t, expect: {effect: allow}}\n'
    )
    assert report(tmp_path, text).failed == ()


def test_a_request_that_cannot_be_read_is_a_failure(tmp_path):
    (result,) = report(tmp_path, HEAD + "  - {name: n, as: ann, request: GET /odd, expect: {effect: deny}}\n").failed
    assert result.failures[0].startswith("the request itself is refused: route.unknown")


def test_the_upstream_of_a_case_counts_before_that_of_its_file(tmp_path):
    text = HEAD + "  - {name: n, as: ann, upstream: other, operation: search, collection: t, expect: {effect: deny}}\n"
    assert report(tmp_path, text).failed == ()


def test_rules_that_no_case_saw_decide_are_told(tmp_path):
    assert report(tmp_path, HEAD + CASE.format("effect: allow")).untested == ("ask",)


def test_every_mistake_of_every_test_file_is_reported_at_once(tmp_path):
    first = HEAD + (
        "  - {name: a, as: bob, operation: search, expect: {effect: deny}}\n"
        "  - {name: b, as: ann, expect: {effect: deny}}\n"
        "  - {name: c, as: ann, operation: serch, expect: {effect: deny}}\n"
        "  - {name: d, as: ann, operation: search, request: GET /x, expect: {effect: deny}}\n"
    )
    second = HEAD + "  - {name: a, as: ann, operation: search, expects: {effect: deny}, request: get x}\n"
    with pytest.raises(PolicyError) as caught:
        report(tmp_path, first, second)
    got = [problem.replace(f"{tmp_path}/", "") for problem in caught.value.problems]
    assert got[:2] == [
        "0.test.yaml:5: unknown principal 'bob'. Known: ann.",
        "0.test.yaml:6: a case has either an 'operation' or a 'request'",
    ]
    assert got[2].startswith("0.test.yaml:7: unknown operation 'serch'. Known: search,")
    assert got[3] == "0.test.yaml:8: a case has either an 'operation' or a 'request'"
    assert [problem.split(". Known")[0] for problem in got[4:]] == [
        "1.test.yaml:5: 'request': String should match pattern '^[A-Z]+ /\\S*$'",
        "1.test.yaml:5: missing 'expect'",
        "1.test.yaml:5: unknown key 'expects'",
    ]
