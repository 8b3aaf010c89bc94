"""An estate that is read while Ansible starts is the one that would be read later, or it is read later."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fellesdrift.drift import early
from fellesdrift.errors import FellesdriftErrors

INVENTORY = Path(__file__).resolve().parents[3] / "inventories" / "production"
OWN = Path(__file__).resolve().parents[3]


@pytest.fixture
def read(monkeypatch):
    """The processes that an estate was read in: what follows `begin` is in another one than what follows `take`."""
    monkeypatch.setattr(early, "_begun", [])
    real = early._read

    def noting(question, roles):
        estate, logins = real(question, roles)
        logins["read by"] = {"pid": os.getpid(), "roles": [str(path) for path in roles]}
        return estate, logins

    monkeypatch.setattr(early, "_read", noting)


def test_what_was_begun_is_taken(read, estate):
    question = early.asked([INVENTORY], None)
    early.begin(question, OWN)
    begun = early._begun[0].work._pid
    found, logins = early.take(question, [OWN / "roles"])
    assert logins["read by"]["pid"] == begun
    assert found == estate


@pytest.mark.parametrize(("sources", "limit"), [([INVENTORY], "all"), ([INVENTORY, INVENTORY / "hosts.yml"], None)])
def test_another_question_is_read_anew(read, sources, limit):
    early.begin(early.asked([INVENTORY], None), OWN)
    begun = early._begun[0].work
    _, logins = early.take(early.asked(sources, limit), [OWN / "roles"])
    assert logins["read by"]["pid"] != begun._pid
    begun.result()


def test_roles_that_the_run_does_not_have_are_no_ground_to_stand_on(read, tmp_path):
    early.begin(early.asked([INVENTORY], None), OWN)
    begun = early._begun[0].work
    with pytest.raises(FellesdriftErrors):
        early.take(early.asked([INVENTORY], None), [tmp_path])
    begun.result()


def test_what_is_wrong_is_told_by_who_knows_every_folder(read, tmp_path):
    """Begun with too few folders, read again with all of them."""
    question = early.asked([INVENTORY], None)
    early.begin(question, tmp_path)
    _, logins = early.take(question, [OWN / "roles"])
    assert logins["read by"]["roles"] == [str(OWN / "roles")]


def test_what_is_wrong_is_told(read, tmp_path):
    question = early.asked([tmp_path / "nosuch"], None)
    early.begin(question, OWN)
    with pytest.raises(FellesdriftErrors):
        early.take(question, [OWN / "roles"])
