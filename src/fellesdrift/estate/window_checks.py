"""What must hold for change windows: each can be kept, none needs what another holds, and they keep the stages' order.

Windows are local times. A time that a clock change leaves out, or has twice, is no time to agree on; between its ends
a window may well contain a clock change.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fellesdrift.estate import names
from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.people import WINDOW_TIME, Window
from fellesdrift.estate.references import refers
from fellesdrift.estate.requirement_checks import Pair, required_pairs
from fellesdrift.estate.time_checks import minutes_of_waiting

VARIABLE = "fellesdrift_windows"
# index in the list, the window, its start and its end in UTC
_Timed = tuple[int, Window, datetime, datetime]


def check(draft: Draft) -> None:
    """All checks of windows."""
    zone = _zone(draft)
    timed: list[_Timed] = []
    for index, window in draft.windows:
        path: KeyPath = (VARIABLE, index)
        _whose(draft, window, path)
        if zone is None:
            continue
        start = _instant(draft, window.start, zone, (*path, "start"))
        end = _instant(draft, window.end, zone, (*path, "end"))
        if start is None or end is None:
            continue
        if end <= start:
            draft.refuse(
                "FD150",
                "The window ends before it has begun.",
                (*path, "end"),
                found=f"{window.start} to {window.end}",
                expected="an end after the start",
            )
            continue
        timed.append((index, window, start, end))
    _long_enough(draft, timed)
    _apart(draft, timed)
    _in_order(draft, timed)


def _zone(draft: Draft) -> ZoneInfo | None:
    """The estate's time zone; None when it is not known (FD137 is told)."""
    try:
        return ZoneInfo(draft.estate.time_zone) if draft.estate is not None else None
    except (KeyError, ValueError, OSError):
        return None


def _whose(draft: Draft, window: Window, path: KeyPath) -> None:
    refers(draft, "municipalities", "FD110", window.municipality, (*path, "municipality"))
    for number, contact in enumerate(window.on_call):
        refers(draft, "contacts", "FD170", contact, (*path, "on_call", number))
    stages = [stage for _, stage in draft.stages if stage.id == window.stage]
    if "stages" in draft.declared and window.stage not in draft.names("stages"):
        known = draft.names("stages")
        draft.refuse(
            "FD149",
            f"There is no stage {window.stage!r} to hold the window for.",
            (*path, "stage"),
            found=window.stage,
            expected=names.one_of(known),
            next_step=names.did_you_mean(window.stage, known),
        )
    elif (
        stages and window.municipality in draft.names("municipalities") and not _has(draft, window.municipality, window)
    ):
        draft.refuse(
            "FD149",
            f"The stage {window.stage!r} is not one of {window.municipality!r}.",
            (*path, "stage"),
            found=f"{window.stage} for {names.listed(stages[0].municipalities) or 'nobody'}",
            expected="a stage of that municipality",
        )


def _has(draft: Draft, municipality: str, window: Window) -> bool:
    return any(stage.id == window.stage and municipality in stage.municipalities for _, stage in draft.stages)


def _instant(draft: Draft, text: str, zone: ZoneInfo, path: KeyPath) -> datetime | None:
    """The moment in UTC, or None after noting why there is not exactly one."""
    try:
        local = datetime.strptime(text, WINDOW_TIME).replace(tzinfo=zone)
        first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        back = first.astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        draft.refuse("FD150", "There is no such date or time.", path, found=text, expected='"2006-03-03 22:00"')
        return None
    if first == second:
        return first
    exists = back == local.replace(tzinfo=None)
    draft.refuse(
        "FD150",
        f"The clock of {zone.key} shows this time {'twice' if exists else 'never'}: it is changed that night.",
        path,
        found=text,
        expected="a time before or after the hour in which the clock is changed",
    )
    return None


def _long_enough(draft: Draft, timed: list[_Timed]) -> None:
    """What only waits, waits inside the window: the soaks and, up to their deadlines, the people."""
    stages = {stage.id: stage for _, stage in draft.stages}
    for index, window, start, end in timed:
        minutes = minutes_of_waiting(stages[window.stage]) if window.stage in stages else 0
        if timedelta(minutes=minutes) >= end - start:
            draft.refuse(
                "FD171",
                f"The window is too short for {window.stage!r}: its soaks and manual steps alone may fill it.",
                (VARIABLE, index, "end"),
                found=f"{window.start} to {window.end}, and {minutes} minutes of waiting",
                expected="a longer window, a shorter soak or shorter deadlines",
            )


def _apart(draft: Draft, timed: list[_Timed]) -> None:
    """No two windows at once: a stage holds the lease of what all share. The sorted neighbours are enough."""
    last: _Timed | None = None
    for each in sorted(timed, key=lambda item: (item[2], item[3], item[0])):
        if last is not None and each[2] < last[3]:
            draft.refuse(
                "FD151",
                "Two windows overlap, and each needs what all municipalities share.",
                (VARIABLE, each[0], "start"),
                found=f"{_text(each[1])} and {_text(last[1])}",
                expected="windows one after the other",
            )
        if last is None or each[3] > last[3]:
            last = each


def _text(window: Window) -> str:
    return f"{window.stage} of {window.municipality}, {window.start} to {window.end}"


def _in_order(draft: Draft, timed: list[_Timed]) -> None:
    """A stage's window opens when those of all that it builds on could have been used."""
    first: dict[tuple[str, str], _Timed] = {}
    for each in timed:
        place = (each[1].municipality, each[1].stage)
        if place not in first or each[3] < first[place][3]:
            first[place] = each
    before = _all_required(required_pairs(draft))
    for index, window, start, _ in timed:
        for pair in before.get((window.municipality, window.stage), ()):
            needed = first.get(pair)
            if needed is not None and start < needed[3]:
                stage = pair[1] if pair[0] == window.municipality else ":".join(pair)
                draft.refuse(
                    "FD152",
                    f"The window comes before the one of {stage!r}, which {window.stage!r} requires.",
                    (VARIABLE, index, "start"),
                    found=window.start,
                    expected=f"a start after {needed[1].end}, when the first window of {stage} ends",
                )


def _all_required(direct: dict[Pair, list[Pair]]) -> dict[Pair, list[Pair]]:
    """For each stage all that must be done before it, also through others; a circle (FD125) ends where it closes."""
    found: dict[Pair, list[Pair]] = {}
    for name, required_first in direct.items():
        seen: dict[Pair, None] = {}
        waiting = list(required_first)
        while waiting:
            required = waiting.pop(0)
            if required not in seen and required != name:
                seen[required] = None
                waiting.extend(direct.get(required, []))
        found[name] = list(seen)
    return found
