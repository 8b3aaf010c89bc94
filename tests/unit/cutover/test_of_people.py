"""Names of people in the journal: in the rows that are erased, and with them the way back knows them."""

from __future__ import annotations

from pathlib import Path

from fellesdrift.cutover.of_people import APART, Known, known, parted, whole, with_erased_as, without_erased
from fellesdrift.cutover.progress import read_progress
from fellesdrift.cutover.way_back import History
from fellesdrift.journal import Journal, personal
from fellesdrift.state import pbx, windows

BEFORE = {"name": {"6000": {"name": "Rådhus vakt", "language": "ROM"}}, "set": {"096 1 00 00": {"present": False}}}
AFTER = {"name": {"6000": {"name": "Rådhus post", "language": "ROM"}}, "set": {"096 1 00 00": {"type": "i2004"}}}
PAYLOAD = {"before": BEFORE, "after": AFTER, "steps": ["change name 6000"]}


def journal_of(path: Path) -> Journal:
    journal = Journal.create(path / "journal.sqlite", "an estate")
    public, theirs = parted(PAYLOAD, pbx.KINDS)
    assert theirs is not None
    assert "Rådhus" not in str(public)
    assert theirs["before"] == {"name": {"6000": {"name": "Rådhus vakt"}}}
    journal.append("sande", "telephony", "one", "", "opened", {"waves": []})
    journal.append("sande", "telephony", "one", "drm-succession1", "host_intended", public, theirs)
    return journal


def test_the_way_back_knows_a_name_as_long_as_the_journal_does(tmp_path: Path) -> None:
    with journal_of(tmp_path) as journal:
        (_, record) = journal.records()
        assert whole(record) == PAYLOAD
        host = read_progress(journal.current())["sande", "telephony"].hosts["drm-succession1"]
        assert (host.before, host.after) == (BEFORE, AFTER)
        assert History(journal.records(), "drm-succession1").last(("name", "6000", "name")) == "Rådhus post"


def test_what_was_erased_is_gone_and_everything_else_still_leads_back(tmp_path: Path) -> None:
    with journal_of(tmp_path) as journal:
        personal.erase(journal, [2], "a test")
        host = read_progress(journal.current())["sande", "telephony"].hosts["drm-succession1"]
        assert host.before == {"name": {"6000": {"name": APART, "language": "ROM"}}, "set": BEFORE["set"]}
        assert journal.verify() == 3
        assert without_erased(host.before) == {"set": BEFORE["set"]}, "nobody knows the name that was there"
        assert without_erased(BEFORE) == BEFORE
        gone = {"name": {"6000": {"present": False}}}
        assert without_erased(gone) == gone


def test_a_later_record_does_not_stand_in_for_one_that_was_erased(tmp_path: Path) -> None:
    """What it found there was our own."""
    later = {"before": AFTER, "after": {"name": {"6000": {"name": "Rådhus hall", "language": "ROM"}}}}
    public, theirs = parted(later | {"steps": []}, pbx.KINDS)
    with journal_of(tmp_path) as journal:
        journal.append("sande", "telephony", "one", "drm-succession1", "host_intended", public, theirs)
        personal.erase(journal, [2], "a test")
        host = read_progress(journal.current())["sande", "telephony"].hosts["drm-succession1"]
        assert host.before["name"]["6000"]["name"] == APART
        assert host.after["name"]["6000"]["name"] == "Rådhus hall"
        assert known(host.before, host.after) == Known({"set": BEFORE["set"]}, {"set": AFTER["set"]}, ["name/6000"])


def test_of_what_is_left_as_it_is_nobody_asks_who_changed_it() -> None:
    before = {"user": {"vakt": {"full_name": APART, "disabled": True}, "post": {"full_name": APART}}}
    after = {"user": {"vakt": {"full_name": "Kari", "disabled": False}, "post": {"full_name": "Ola"}}}
    left = known(before, after)
    assert left.before == {"user": {"vakt": {"disabled": True}}}
    assert left.after == {"user": {"vakt": {"disabled": False}}}
    assert left.erased == ["user/vakt", "user/post"]
    assert known(after, before) == Known(after, {"user": {"vakt": {"disabled": True}}}, [])


def test_what_is_not_known_can_be_stood_in_for() -> None:
    resources = {"user": {"vakt": {"full_name": APART, "disabled": True}}, "group": {"vakt": {"member": {"a": True}}}}
    assert with_erased_as("<person>", resources) == {
        "user": {"vakt": {"full_name": "<person>", "disabled": True}},
        "group": {"vakt": {"member": {"a": True}}},
    }
    assert with_erased_as("<person>", {"user": None}) == {"user": None}


def test_a_payload_without_anybodys_name_is_left_as_it_is() -> None:
    payload = {"before": {"set": {}}, "after": {"set": {}}}
    assert parted(payload, pbx.KINDS) == (payload, None)
    assert parted({"title": "x"}, pbx.KINDS) == ({"title": "x"}, None)


def test_of_a_windows_user_the_full_name_is_somebodys() -> None:
    before = {"user": {"vakt": {"full_name": "Kari Eksempel", "disabled": True}}, "group": {"vakt": {"members": []}}}
    payload = {"before": before, "after": {"user": {"vakt": {"full_name": "Vakt"}}}}
    public, theirs = parted(payload, windows.KINDS)
    assert public == {
        "before": before | {"user": {"vakt": {"full_name": APART, "disabled": True}}},
        "after": {"user": {"vakt": {"full_name": APART}}},
    }
    assert theirs == {
        "before": {"user": {"vakt": {"full_name": "Kari Eksempel"}}},
        "after": {"user": {"vakt": {"full_name": "Vakt"}}},
    }
