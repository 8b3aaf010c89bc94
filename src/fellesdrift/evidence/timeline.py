"""Records of the journal as sentences: what happened, in the order in which it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.evidence.model import Moment, Tone
from fellesdrift.evidence.moments import parsed, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fellesdrift.journal import Record

type Teller = Callable[[dict[str, Any]], tuple[str, Tone]]
_ERASED = "what it said was erased under retention"


def timeline(records: Sequence[Record]) -> list[Moment]:
    """A line for each record that is news to a reader; single steps on devices are told with their host."""
    titles: dict[str, str] = {}
    told = []
    for record in records:
        payload = record.payload or {}
        if record.event == "manual_asked":
            titles[str(payload.get("step"))] = str(payload.get("title"))
        if record.event not in _TOLD_WITH_THE_HOST:
            told.append(_moment(record, payload | {"asked": titles.get(str(payload.get("step")), "")}))
    return told


def _moment(record: Record, payload: dict[str, Any]) -> Moment:
    erased: tuple[str, Tone] = (f"{record.event.replace('_', ' ')}: {_ERASED}", "plain")
    teller = _TELLERS.get(record.event, _other(record.event))
    text, tone = erased if record.payload is None else teller(payload)
    return Moment(stamp(record.at), record.seq, record.event, record.host, text, tone)


def _other(event: str) -> Teller:
    """An event that this version does not know: its name is better than nothing."""

    def tell(payload: dict[str, Any]) -> tuple[str, Tone]:
        why = payload.get("reason") or payload.get("title") or ""
        return f"{event.replace('_', ' ')}{': ' if why else ''}{why}", "plain"

    return tell


def _opened(payload: dict[str, Any]) -> tuple[str, Tone]:
    version = f"; fellesdrift {payload['version']}" if payload.get("version") else ""
    return ("Taken up again" if payload.get("resumed") else "Opened") + version, "plain"


def _gates(payload: dict[str, Any]) -> tuple[str, Tone]:
    results = payload.get("results", [])
    other = [one for one in results if one["result"] != "pass"]
    if not other:
        return "The one gate passes" if len(results) == 1 else f"All {len(results)} gates pass", "good"
    stopping, overridden = (
        [
            f"{one.get('gate')} on {one.get('host') or 'the estate'}"
            for one in other
            if bool(one.get("overridden")) is way
        ]
        for way in (False, True)
    )
    parts = [f"{len(results) - len(other)} of {len(results)} gates pass"]
    parts += [f"not: {', '.join(stopping)}"] if stopping else []
    parts += [f"overridden: {', '.join(overridden)}"] if overridden else []
    return "; ".join(parts), "bad" if stopping else "notice"


def _wave_begun(payload: dict[str, Any]) -> tuple[str, Tone]:
    kind = "Canary wave" if payload.get("canary") else "Wave"
    return f"{kind} {payload.get('wave')} begins: {_listed(payload.get('hosts'))}", "plain"


def _wave_ended(payload: dict[str, Any]) -> tuple[str, Tone]:
    if left := payload.get("left"):
        return f"Wave {payload.get('wave')} ends; left behind: {_listed(left)}", "notice"
    return f"Wave {payload.get('wave')} ends", "plain"


def _asked(payload: dict[str, Any]) -> tuple[str, Tone]:
    role = str(payload.get("role")).replace("_", " ")
    return f"Asked of the {role}: {payload.get('title')}", "plain"


def _answered(payload: dict[str, Any]) -> tuple[str, Tone]:
    label = label_of(payload)
    answer = str(payload.get("answer"))
    text = f"{payload['asked'] or payload.get('step')}: {answer}{f' ({label})' if label else ''}"
    return text, "good" if answer == "pass" else "bad"


def label_of(payload: dict[str, Any]) -> str:
    """SIMULATED for an answer that a rehearsal gave, computed for one that was worked out; "" for a person's."""
    if payload.get("simulated"):
        return "SIMULATED"
    return "computed" if payload.get("computed") else ""


def _soak_begun(payload: dict[str, Any]) -> tuple[str, Tone]:
    until = parsed(payload.get("until"))
    return f"Repeated verification begins{_after(payload)}{f', until {until:%H:%M} UTC' if until else ''}", "plain"


def _soak_checked(payload: dict[str, Any]) -> tuple[str, Tone]:
    silent, wrong = _names(payload.get("silent")), _names(payload.get("wrong"))
    if not silent and not wrong:
        return f"Round {payload.get('round')}: everything answers and is as it should be", "good"
    parts = [f"silent: {_listed(silent)}" if silent else "", f"wrong: {_listed(wrong)}" if wrong else ""]
    return f"Round {payload.get('round')}: {'; '.join(part for part in parts if part)}", "bad"


def _soak_ended(payload: dict[str, Any]) -> tuple[str, Tone]:
    rounds = payload.get("rounds")
    return f"Repeated verification ends after {rounds} round{'' if rounds == 1 else 's'}", "good"


def _but_for(payload: dict[str, Any]) -> str:
    """What stays as the stage left it, because nobody knows any more what it was."""
    erased = payload.get("erased")
    return f"; but for the names of {', '.join(erased)}, which retention has erased" if erased else ""


def _after(payload: dict[str, Any]) -> str:
    return f" after {payload['wave']}" if payload.get("wave") else ""


def _why(text: str, tone: Tone) -> Teller:
    def tell(payload: dict[str, Any]) -> tuple[str, Tone]:
        reason = payload.get("reason")
        return (f"{text}: {reason}" if reason else text), tone

    return tell


def _says(text: str, tone: Tone = "plain") -> Teller:
    return lambda _: (text, tone)


def _stop_asked(payload: dict[str, Any]) -> tuple[str, Tone]:
    how = "now" if payload.get("how") == "now" else "after the step at hand"
    return f"Somebody asked to stop {how}", "notice"


def _intended(payload: dict[str, Any]) -> tuple[str, Tone]:
    count = len(payload.get("steps", []))
    return (f"To be changed in {count} step{'' if count == 1 else 's'}" if count else "To be changed"), "plain"


def _listed(names: Any) -> str:
    return ", ".join(_names(names)) or "none"


def _names(names: Any) -> list[str]:
    """Hosts and services as names, whichever form the event gives them in."""
    return [
        str(one.get("name") or one.get("host") or one) if isinstance(one, dict) else str(one) for one in names or []
    ]


_TELLERS: dict[str, Teller] = {
    "opened": _opened,
    "gates": _gates,
    "refused": _why("Refused; nothing was changed", "bad"),
    "wave_begun": _wave_begun,
    "wave_ended": _wave_ended,
    "host_intended": _intended,
    "host_applied": _says("Changed and verified in a new login", "good"),
    "host_saved": _says("As the stage says, and saved", "good"),
    "host_failed": _why("Failed", "bad"),
    "host_left": _why("Left behind", "notice"),
    "host_reverted": _why("Went back by itself", "notice"),
    "back_intended": _says("To be brought back to its recorded before"),
    "host_back": lambda payload: (f"Back as it was, and saved{_but_for(payload)}", "good"),
    "manual_asked": _asked,
    "manual_answered": _answered,
    "soak_begun": _soak_begun,
    "soak_checked": _soak_checked,
    "soak_ended": _soak_ended,
    "drained": _says("Drained: users are sent elsewhere for the time being"),
    "given_back": lambda payload: (f"Given back: what was drained serves again{_but_for(payload)}", "good"),
    "stop_asked": _stop_asked,
    "stopped": _why("Stopped", "notice"),
    "failed": _why("Failed; the stage goes back", "bad"),
    "rollback_opened": _why("The way back begins", "notice"),
    "way_back_resumed": _why("Another run goes on with the way back", "notice"),
    "rolled_back": _why("Rolled back", "notice"),
    "held": _why("HELD", "bad"),
    "done": _says("Done: every host verified and saved", "good"),
    "finalized": _why("Declared final: there is no way back from here", "notice"),
    "reconciled": lambda payload: (f"Looked at again after a repair: {payload.get('choice')}", "notice"),
}
_TOLD_WITH_THE_HOST = frozenset({"step_intended", "step_confirmed", "save_intended", "verified"})
