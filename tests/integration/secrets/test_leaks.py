"""A planted secret appears in no output, log, journal, difference, snapshot or process list, however loud a run is.

The runs are made once for all that is asked of them: most of an operator's day, a refused change included.
"""

from __future__ import annotations

import secrets

import pytest

from .conftest import PLANTED_ON, Vault, plant
from .needles import Needles
from .runs import LOUD, NAMED, Runner, Traces, add_role_secret, journal_of, planted_hosts


@pytest.fixture(scope="module")
def traces(vault: Vault) -> Traces:
    vault.secrets |= plant(vault.lab)
    vault.secrets["role variable"] = f"Rolle-{secrets.token_urlsafe(9)}"
    add_role_secret(vault, vault.secrets["role variable"])
    runner = Runner(vault)
    with runner.traces.processes:
        # what the console left is not saved: refused, with the difference between the two configurations
        refused = runner.change("refused", "applied", NAMED, planted_hosts())
        assert "<secret>" in refused, refused
        runner.change("saved", "saved", {"interface": {"Loopback0": {"enabled": True}}}, planted_hosts())
        runner.play("plan", "plan.yml", *LOUD, debug=True)
        runner.play("cutover", "cutover.yml", *LOUD)
        runner.play("status", "status.yml", *LOUD)
        runner.play("rollback", "rollback.yml", *LOUD, "-e", "stage=wan_link")
    return runner.collect()


def test_the_runs_did_what_they_are_for(traces: Traces) -> None:
    assert traces.codes == {"refused": 2, "saved": 0, "plan": 0, "cutover": 0, "status": 0, "rollback": 0}


def test_no_secret_is_left_anywhere(vault: Vault, traces: Traces) -> None:
    found = Needles(vault.secrets).found(traces.places)
    assert not found, "\n".join(found)


def test_the_search_was_where_a_secret_could_be(vault: Vault, traces: Traces) -> None:
    """The journal and what SQLite keeps beside it, the logs, the twin's own files, a home folder; and the process list
    was read often enough to see the processes of each run."""
    names = set(traces.places)
    assert str(journal_of(vault).relative_to(vault.home)) in names
    assert {f"log/{run}" for run in traces.codes} <= names
    assert "twin/.state/log" in names
    transcripts = [name for name in names if "/transcripts/" in name]
    for part in (*(f"/{host}.log" for host in PLANTED_ON), "-day2-"):
        # what the devices said is kept, and the place of a secret is to be seen in it
        told = [traces.places[name] for name in transcripts if part in name]
        assert any(b"<secret>" in text for text in told), f"{part} is in no transcript of {transcripts}"
    assert traces.processes.rounds > 100
    assert sum(b"ansible-playbook" in line for line in traces.processes.seen) >= len(traces.codes)
    assert all(len(traces.places[f"log/{run}"]) > 100 for run in traces.codes)
