"""Several attempts at one host make one way back."""

from __future__ import annotations

from fellesdrift.cutover.progress import MEMBERWISE, NESTED, joined
from fellesdrift.state import pbx
from fellesdrift.state.typed.claims import NESTED as NESTED_CLAIM
from fellesdrift.state.typed.claims import Members
from fellesdrift.state.windows import KINDS, check

KEY = r"HKLM\SOFTWARE\Fag"


def test_the_journal_knows_what_is_claimed_member_by_member() -> None:
    claims = {
        (kind.name, name): each.claim
        for kind in (*KINDS.values(), *pbx.KINDS.values())
        for name, each in kind.attributes.items()
    }
    assert {place for place, claim in claims.items() if isinstance(claim, Members)} == MEMBERWISE
    assert {place for place, claim in claims.items() if claim is NESTED_CLAIM} == NESTED


def test_what_an_attempt_made_before_it_was_cut_off_is_taken_away_again() -> None:
    first = {"registry": {KEY: {"present": False}}}
    resumed = {"registry": {KEY: {"values": {"a": None}}}}
    assert joined(resumed, first) == first
    check(joined(resumed, first))


def test_what_was_removed_to_be_made_anew_comes_back_whole() -> None:
    first = {"share": {"Felles": {"present": True, "path": r"D:\Data"}}}
    resumed = {"share": {"Felles": {"present": False}}}
    assert joined(resumed, first) == first


def test_values_of_one_key_are_kept_beside_each_other() -> None:
    one = {"registry": {KEY: {"values": {"a": {"type": "dword", "data": 1}, "b": None}}}}
    other = {"registry": {KEY: {"values": {"a": None}}}}
    assert joined(one, other) == {"registry": {KEY: {"values": {"a": None, "b": None}}}}


def test_members_of_members_are_kept_beside_each_other() -> None:
    one = {"set": {"014 0 00 03": {"keys": {"00": {"marp": True}, "01": None, "02": {"dn": "2001"}}}}}
    other = {"set": {"014 0 00 03": {"keys": {"00": {"dn": "2057"}, "01": {"dn": "2058"}, "02": None}}}}
    keys = {"00": {"marp": True, "dn": "2057"}, "01": {"dn": "2058"}, "02": None}
    assert joined(one, other) == {"set": {"014 0 00 03": {"keys": keys}}}
