"""The kinds that a run looks at: those that the engines have, and of an exchange's host its own."""

from __future__ import annotations

from fellesdrift.drift.kinds import all_kinds
from fellesdrift.drift.model import EXCHANGE_KINDS, KINDS
from fellesdrift.drift.typed import Engine, Place, remedies
from fellesdrift.drift.windows_crew import windows_kinds
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.pbx import KINDS as OF_EXCHANGES


def test_the_kinds_of_exchanges_are_those_of_their_engine() -> None:
    assert set(EXCHANGE_KINDS) == set(OF_EXCHANGES)
    assert set(EXCHANGE_KINDS) & {*KINDS, *windows_kinds()} == {"route"}
    assert set(all_kinds()) == {*KINDS, *windows_kinds(), *EXCHANGE_KINDS}
    assert len(all_kinds()) == len(set(all_kinds()))


def test_what_is_possible_only_together_is_asked_for_together() -> None:
    """A name whose number is gone: refused alone, taken with the set that brings the number."""
    asked: list[set[str]] = []

    def steps(desired: dict[str, dict[str, dict[str, object]]]) -> list[tuple[str, str]]:
        asked.append(set(desired))
        if "name" in desired and "set" not in desired:
            raise FellesdriftError("FD452", "no such number", key="name/2001", found="nothing", next_step="-")
        if "never" in desired:
            raise FellesdriftError("FD452", "never", key="never/1", found="x", next_step="-")
        return [(f"{kind}/{key}/", f"make {kind}") for kind, keys in desired.items() for key in keys]

    places = [
        Place("name", "2001", "", {}, None, {"present": True}),
        Place("set", "1", "", {}, None, {"present": True}),
        Place("never", "1", "", {}, None, {"present": True}),
        Place("set", "2", "", {}, None, {"present": True}),
    ]
    found = remedies(Engine(steps, lambda _error: True), places, {3: "by hand"}, "mend it")
    assert [(one.steps, one.command) for one in found] == [
        (["make name"], "mend it"),
        (["make set"], "mend it"),
        ([], ""),
        ([], ""),
    ]
    assert "FD452: never" in found[2].note
    assert found[3].note == "by hand"
    assert len(asked) < 7
