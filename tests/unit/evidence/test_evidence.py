"""What the evidence says of nights that ended in every way, and what it does not claim."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.recorded import NIGHTS, Night, recorded

from fellesdrift.cutover.of_people import parted
from fellesdrift.cutover.transcripts import folder_of
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate
from fellesdrift.evidence import Evidence, gather
from fellesdrift.evidence.page import page
from fellesdrift.journal import Journal, lease
from fellesdrift.state.pbx import KINDS

type Golden = Callable[[str, object], None]
LATER = "2006-03-24T21:07:03Z"
type Of = Callable[..., Evidence]


@pytest.mark.parametrize("night", NIGHTS)
def test_the_data_of_a_night(evidence_of: Of, golden: Golden, night: str) -> None:
    """The schema's promise: what stands in these files changes its meaning only with the schema's number."""
    golden(f"evidence/{night}", evidence_of(night).as_json().rstrip())


@pytest.mark.parametrize(
    ("night", "verdict", "ended"),
    [
        ("done", "Done", True),
        ("rolled_back", "Rolled back", True),
        ("held", "HELD", False),
        ("running", "NOT FINISHED", False),
        ("refused", "Refused", True),
        ("overridden", "Done", True),
    ],
)
def test_how_it_ended(evidence_of: Of, night: str, verdict: str, *, ended: bool) -> None:
    found = evidence_of(night)
    assert (found.summary.verdict, found.ended) == (verdict, ended)
    assert ("This attempt has not ended" in page(found)) is not ended


def test_each_record_is_there_with_its_link(evidence_of: Of) -> None:
    found = evidence_of("done")
    assert [line.number for line in found.records] == list(range(1, len(found.records) + 1))
    assert all(later.previous == line.chain for line, later in zip(found.records, found.records[1:], strict=False))
    assert found.chain.verified
    assert (found.chain.records, found.chain.head) == (len(found.records), found.records[-1].chain)


def test_a_changed_record_is_said_first(tmp_path: Path, estate: Estate) -> None:
    with recorded(tmp_path, estate.name, "done"):
        pass
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE records SET host = 'drm-core2' WHERE seq = 9")
        connection.commit()
    with Journal.reading(path, estate.name) as journal:
        found = gather(estate.model_copy(update={"journal": path}), journal, "sande", "wan_link")
    assert found.chain.verified is False
    assert "FD604" in found.chain.problem
    assert "chain is broken" in page(found)


def test_what_users_noticed_is_no_more_than_what_was_measured(evidence_of: Of) -> None:
    [told] = evidence_of("done").summary.noticed
    assert told.startswith("No check on record found anything silent")
    assert "is not measured" in told


def test_a_lost_service_is_told(evidence_of: Of) -> None:
    [told] = evidence_of("rolled_back").summary.noticed
    assert "FD631" in told


def test_an_answer_of_a_rehearsal_is_labelled(evidence_of: Of) -> None:
    found = evidence_of("running")
    assert [(step.answer, step.label) for step in found.steps] == [("pass", "SIMULATED"), ("", "")]
    assert "SIMULATED" in page(found)
    assert any("nobody has looked" in told for told in found.summary.remains)


def test_a_step_without_an_end_shows(evidence_of: Of) -> None:
    [host] = [one for one in evidence_of("running").hosts if one.host == "san-rtr1"]
    assert (host.outcome, host.tone) == ("its change has not ended", "bad")
    assert [bool(action.ended) for action in host.actions] == [True, True, False]


def test_a_host_that_did_not_come_back(evidence_of: Of) -> None:
    found = evidence_of("held")
    assert {host.host: host.tone for host in found.hosts}["san-rtr1"] == "bad"
    assert found.way_back is not None
    assert (found.way_back.back, found.way_back.held) == (["drm-fwi1"], ["san-rtr1"])


def test_a_gate_that_was_overridden_is_told_with_its_own_answer(evidence_of: Of) -> None:
    found = evidence_of("overridden")
    why = "The line to the nursing home is cut; the head of operations decided."
    [gate] = [gate for gate in found.gates if gate.overridden]
    assert (gate.gate, gate.result, gate.overridden) == ("window_open", "fail", why)
    assert found.summary.ending.startswith(
        f"As planned, with a gate overridden: window open (fail), for this reason: {why} It ended on "
    )
    [asked] = [moment for moment in found.timeline if moment.event == "gates"]
    assert (asked.text, asked.tone) == ("9 of 10 gates pass; overridden: window_open on the estate", "notice")
    text = page(found)
    assert "<dd>9 of 10</dd>" in text
    assert "asked before anything is changed; 1 overridden" in text
    assert f'<span class="chip label">overridden</span> {why}' in text


def test_a_stage_ends_when_it_is_done_and_is_final_when_it_is_declared(evidence_of: Of) -> None:
    found = evidence_of("overridden")
    assert (found.end, found.finalized_at, found.last) == ("2006-03-03T21:07:03Z", LATER, LATER)
    assert found.seconds == 178
    assert "It ended on 2006-03-03 22:07 CET, 2 min 58 s after it began." in found.summary.ending
    assert found.summary.ending.endswith("It was declared final on 2006-03-24 22:07 CET.")
    text = page(found)
    assert "<dt>Took</dt><dd>2 min 58 s</dd>" in text
    assert "declared final <time" in text


@pytest.mark.parametrize("night", ["done", "rolled_back", "held", "refused"])
def test_what_is_written_later_makes_no_night_longer(
    evidence_of: Of, monkeypatch: pytest.MonkeyPatch, night: str
) -> None:
    def later(told: Night) -> None:
        before(told)
        told.write("reconciled", {"choice": "back"}, seconds=24 * 3600)

    before = NIGHTS[night]
    monkeypatch.setitem(NIGHTS, "later", later)
    found = evidence_of("later")
    *_, last_of_the_night, _ = found.records
    assert found.end == last_of_the_night.at < found.last
    assert found.seconds < 3600
    assert "2006-03-03" in found.summary.ending
    assert "2006-03-04" not in found.summary.ending


def test_a_night_that_goes_on_has_its_last_record_for_an_end(evidence_of: Of) -> None:
    found = evidence_of("running")
    assert (found.end, found.finalized_at) == (found.last, "")


def test_what_was_overridden_is_told_however_it_ended(evidence_of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    def both(night: Night) -> None:
        """Two runs that override the same gate, then one that is refused."""
        for _ in range(2):
            night.opened()
            night.gates("An emergency.")
        night.gates("An emergency.", san_rtr1="fail")
        night.write("refused", {"reason": "services_before on san-rtr1: fail"})

    monkeypatch.setitem(NIGHTS, "both", both)
    found = evidence_of("both")
    assert found.summary.ending.endswith("A gate was overridden: window open (fail), for this reason: An emergency.")
    last = [moment for moment in found.timeline if moment.event == "gates"][-1]
    assert last.text == "8 of 10 gates pass; not: services_before on san-rtr1; overridden: window_open on the estate"
    assert last.tone == "bad"


def stopped_at_once(night: Night, *, back: bool = False) -> None:
    """Ctrl-C twice: the workers are gone, and nobody tries to bring anything back."""
    night.opened()
    night.gates()
    night.waves("Internet exit in Drammen")
    night.change("san-rtr1", steps=0)
    if back:
        night.write("failed", {"reason": "a task failed"})
    night.write("stop_asked", {"how": "now"})
    hosts = ["drm-fwi1", "san-rtr1"] if back else ["san-rtr1"]
    night.write("held", {"hosts": hosts, "reason": "san-rtr1: half way, last confirmed step: none"}, seconds=0)


def test_a_stop_at_once_is_not_told_as_a_device_that_nobody_could_bring_back(
    evidence_of: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NIGHTS, "now", stopped_at_once)
    found = evidence_of("now")
    assert found.summary.ending.startswith(
        "It was stopped at once on 2006-03-03 22:07 CET, san-rtr1 half way, and is held"
    )
    assert "a device's own switch may have done so already" in found.summary.ending
    assert found.summary.remains == [
        "Somebody has to look whether san-rtr1 went back by itself, then the stage goes on or goes back."
    ]
    assert {host.host: host.outcome for host in found.hosts} == {
        "drm-fwi1": "changed, not yet saved",
        "san-rtr1": "stopped at once before its end; a switch of its own may have taken it back since",
    }
    assert "could not be brought back" not in page(found)


def test_a_way_back_that_was_stopped_at_once(evidence_of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NIGHTS, "now", lambda night: stopped_at_once(night, back=True))
    assert ", on its way back, drm-fwi1, san-rtr1 not back yet, and is held" in evidence_of("now").summary.ending


def test_a_way_back_that_failed_after_a_stop_at_once(evidence_of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    def later(night: Night) -> None:
        stopped_at_once(night)
        night.write("rollback_opened", {"reason": "asked for"})
        night.write("held", {"hosts": ["san-rtr1"], "reason": "san-rtr1: not back, last confirmed step: none"})

    monkeypatch.setitem(NIGHTS, "later", later)
    assert "san-rtr1 could not be brought back" in evidence_of("later").summary.ending


def test_a_device_that_confirmed_nothing_is_not_counted_as_changed(
    evidence_of: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(night: Night) -> None:
        night.opened()
        night.change("san-rtr1", steps=0)
        night.write("held", {"hosts": ["san-rtr1"], "reason": "san-rtr1: not back, last confirmed step: none"})

    monkeypatch.setitem(NIGHTS, "silent", silent)
    told = "1 device begun on, without a confirmed step; the work has not ended."
    found = evidence_of("silent")
    assert found.summary.done.endswith(f": {told}")
    assert "<dt>Devices changed</dt><dd>0</dd>" in page(found)


def test_a_device_that_confirmed_nothing_is_told_beside_those_that_did(
    evidence_of: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NIGHTS, "now", stopped_at_once)
    done = evidence_of("now").summary.done
    assert done.endswith(
        ": 1 device changed so far, 1 device begun on, without a confirmed step; the work has not ended."
    )


def test_who_is_at_work_is_read_off_the_lease(tmp_path: Path, estate: Estate) -> None:
    holder = lease.Holder.of_process(os.getpid())
    here = estate.model_copy(update={"journal": tmp_path / "journal.sqlite"})

    def ending(journal: Journal) -> str:
        return gather(here, journal, "sande", "wan_link").summary.ending

    with recorded(tmp_path, estate.name, "running") as journal:
        killed = ending(journal)
        with journal.transaction() as connection:
            token = lease.acquire(connection, ["drammen"], holder)
        assert ending(journal) == killed  # somebody else's
        with journal.transaction() as connection:
            lease.release(connection, token)
            lease.acquire(connection, ["sande", "platform"], holder)
        alive = ending(journal)
    assert "and nobody is at work: the run was killed, or ended without an end" in killed
    assert "is under way" not in killed
    assert f"and is under way: process {holder.pid} on {holder.machine} is at work; last heard of on" in alive


def test_why_a_device_could_not_be_asked_is_no_matter_of_users(
    evidence_of: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unasked(night: Night) -> None:
        night.opened()
        found = {"gate": "services_before", "result": "inconclusive", "evidence": "FD302: the device refuses the login"}
        night.write("gates", {"results": [found | {"host": "san-rtr1"}]})
        night.write("refused", {"reason": "services_before on san-rtr1: inconclusive"})

    monkeypatch.setitem(NIGHTS, "unasked", unasked)
    first, second = evidence_of("unasked").summary.noticed
    assert first == "Whether what users need answered before anything was changed is not known from san-rtr1."
    assert second.startswith("No check on record found anything silent")


@pytest.mark.parametrize("answer", [None, "pass"])
def test_a_step_that_was_asked_again_waits_once_at_most(
    evidence_of: Of, monkeypatch: pytest.MonkeyPatch, answer: str | None
) -> None:
    def again(night: Night) -> None:
        night.opened()
        night.asked("call", None)
        night.write("stopped", {"reason": "a stop was asked for"})
        night.opened(resumed=True)
        night.asked("call", answer)

    monkeypatch.setitem(NIGHTS, "again", again)
    found = evidence_of("again")
    assert len(found.steps) == 2
    waits = [] if answer else ["Call the town hall"]
    assert [one.partition(":")[0] for one in found.summary.remains] == [*waits, "The run has to be finished"]


def test_one_of_something_is_told_as_one(evidence_of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    def small(night: Night) -> None:
        night.opened()
        night.write("gates", {"results": [{"gate": "reachable", "host": "san-rtr1", "result": "pass", "evidence": ""}]})
        night.write("soak_ended", {"wave": None, "rounds": 1})

    monkeypatch.setitem(NIGHTS, "small", small)
    told = [moment.text for moment in evidence_of("small").timeline]
    assert told[1:] == ["The one gate passes", "Repeated verification ends after 1 round"]


def test_one_device_is_brought_back_to_what_it_was(evidence_of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    def one(night: Night) -> None:
        night.opened()
        night.change("san-rtr1")
        night.write("failed", {"reason": "a task failed"})
        night.back("san-rtr1")
        night.write("rolled_back", {"reason": "a task failed"})

    monkeypatch.setitem(NIGHTS, "one", one)
    assert evidence_of("one").summary.done.endswith(": 1 device changed and brought back to what it was before.")


def test_a_name_is_told_until_it_is_erased(tmp_path: Path, estate: Estate) -> None:
    with recorded(tmp_path, estate.name, "done") as journal:
        here = estate.model_copy(update={"journal": tmp_path / "journal.sqlite"})
        assert "by (the operator)" in page(gather(here, journal, "sande", "wan_link"))
        assert "(the operator)" not in page(gather(here, journal, "sande", "wan_link", names=False))
        with journal.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM personal")
        found = gather(here, journal, "sande", "wan_link")
    assert [(step.name, step.erased) for step in found.steps] == [("", True)]
    assert found.chain.verified
    assert "the name was erased under retention" in page(found)


def test_a_name_on_a_host_is_told_until_it_is_erased(tmp_path: Path, estate: Estate) -> None:
    before: dict[str, Any] = {"name": {"6000": {"present": False}}}
    after = {"name": {"6000": {"present": True, "name": "Kari Eksempel", "language": "ROM"}}}
    with recorded(tmp_path, estate.name, "done") as journal:
        here = estate.model_copy(update={"journal": tmp_path / "journal.sqlite"})
        attempt = journal.records()[0].attempt
        journal.append(
            "sande", "wan_link", attempt, "x1", "host_intended", *parted({"before": before, "after": after}, KINDS)
        )
        assert "Kari Eksempel" in page(gather(here, journal, "sande", "wan_link"))
        found = gather(here, journal, "sande", "wan_link", names=False)
    assert "Kari Eksempel" not in page(found)
    assert ("name 6000", "name", [("-", "(nothing)"), ("+", "(a name)")]) in [
        (one.resource, one.attribute, one.lines) for host in found.hosts for one in host.changes
    ]


def test_a_name_that_did_not_come_back_is_told(tmp_path: Path, estate: Estate) -> None:
    with recorded(tmp_path, estate.name, "done") as journal:
        here = estate.model_copy(update={"journal": tmp_path / "journal.sqlite"})
        attempt = journal.records()[0].attempt
        journal.append("sande", "wan_link", attempt, "x1", "host_back", {"erased": ["name/6000"]})
        last = gather(here, journal, "sande", "wan_link").timeline[-1]
    assert last.text == "Back as it was, and saved; but for the names of name/6000, which retention has erased"


def test_transcripts_are_named_with_their_digests(tmp_path: Path, estate: Estate) -> None:
    with recorded(tmp_path, estate.name, "done") as journal:
        here = estate.model_copy(update={"journal": tmp_path / "journal.sqlite"})
        folder = folder_of(tmp_path / "journal.sqlite", "sande", "wan_link", "1f1c2d" + "0" * 26)
        folder.mkdir(parents=True)
        (folder / "san-rtr1.log").write_bytes(b"")
        [file] = gather(here, journal, "sande", "wan_link").transcripts
    assert file.file == f"{folder.name}/san-rtr1.log"
    assert file.sha256.startswith("e3b0c44298fc1c14")


def test_an_attempt_is_chosen_by_the_beginning_of_its_id(tmp_path: Path, estate: Estate, golden: Golden) -> None:
    with recorded(tmp_path, estate.name, "rolled_back", "done") as journal:
        assert gather(estate, journal, "sande", "wan_link").state == "done"
        assert gather(estate, journal, "sande", "wan_link", "1f").state == "rolled back"
        with pytest.raises(FellesdriftError) as caught:
            gather(estate, journal, "sande", "wan_link", "f")
        golden("evidence/FD671", caught.value)
        with pytest.raises(FellesdriftError) as caught:
            gather(estate, journal, "svelvik", "wan_link")
        golden("evidence/FD670", caught.value)


def test_a_page_needs_nothing_from_outside_and_lets_nothing_act(evidence_of: Of) -> None:
    text = page(evidence_of("done"))
    assert "Fiber til Drammen æøå &lt;b&gt;" in text
    assert "<b>" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert "default-src 'none'" in text


def test_the_data_is_json_with_its_schema_first(evidence_of: Of) -> None:
    data = json.loads(evidence_of("refused").as_json())
    assert next(iter(data.items())) == ("schema", "fellesdrift.evidence/1")
