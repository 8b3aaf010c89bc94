"""Claims that are read together: each resource once, whatever the spelling of its key."""

from __future__ import annotations

from support.windows import Running

from fellesdrift.state.windows import check, open_host, read_host
from fellesdrift.state.windows.read import read_together


def test_claims_of_one_resource_are_read_once(host: Running) -> None:
    """As each claim by itself would be read, and for no more requests than one of them."""
    one = check({"share": {"Felles": {"permissions": []}}, "group": {"Gjester": {"members": []}}})
    other = check({"share": {"FELLES": {"path": r"D:\x"}}, "group": {"gjester": {"member": {"gjest": True}}}})
    with open_host(host.target()) as session:
        single = [read_host(session, claim) for claim in (one, other)]
        before = session.client.requests
        read_host(session, one)
        alone = session.client.requests - before
        together = read_together(session, one, other)
        assert session.client.requests - before == 2 * alone
    assert together[0]["share"].keys() == {"Felles"}
    assert together[1]["share"].keys() == {"FELLES"}
    for found, expected in zip(together, single, strict=True):
        for kind, by_key in expected.items():
            for key, resource in by_key.items():
                assert resource.items() <= found[kind][key].items()
