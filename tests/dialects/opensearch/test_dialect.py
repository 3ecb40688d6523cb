"""What of OpenSearch is its own: which ports it opens?"""

from vecgate.doctor.checks.around import ports


def test_the_doctor_knocks_at_every_port() -> None:
    assert {port.number for port in ports("opensearch")} == {9200, 9300, 9600}
