"""Two typed snapshots of one host, a Windows host or an exchange, resource by resource; and what no fragment claims."""

from __future__ import annotations

from typing import Any

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import exchange_snapshots, windows_snapshots
from fellesdrift.estate.exchange_snapshots import ExchangeSnapshot
from fellesdrift.estate.typed_snapshots import PRESENT, Kinds, SnapshotFormError
from fellesdrift.estate.windows_snapshots import WindowsSnapshot
from fellesdrift.snapshots.findings import Change, Findings

_NAMES = ("name", "name")
WITHHELD = "<name>"
"""In place of what somebody's telephone shows: a report says that it is another, and not which."""


def compare_typed(baseline: str, latest: str) -> Findings:
    """What is otherwise than in the baseline; a kind that one of them could not answer is told as a line. Raises
    FellesdriftError FD713."""
    before, after = _read(baseline), _read(latest)
    old, new = _there(before.kinds), _there(after.kinds)
    both = [name for name in new if name in old]
    different = [
        _change(*old[name][:2], attribute, old[name][2].get(attribute), new[name][2].get(attribute))
        for name in both
        for attribute in dict.fromkeys([*new[name][2], *old[name][2]])
        if old[name][2].get(attribute) != new[name][2].get(attribute)
    ]
    return Findings(
        new=["/".join(found[:2]) for name, found in new.items() if name not in old],
        gone=["/".join(found[:2]) for name, found in old.items() if name not in new],
        different=different,
        added=[f"{kind}: not answered: {code}" for kind, code in after.unread.items() if kind not in before.unread],
        removed=[f"{kind}: not answered: {code}" for kind, code in before.unread.items() if kind not in after.unread],
    )


def unmanaged_typed(latest: str, desired: Kinds) -> list[str]:
    """Resources of the host that no fragment claims, as "kind/key". Raises FellesdriftError FD713."""
    claimed = {(kind, key.lower()) for kind, keys in desired.items() for key in keys}
    found = _there(_read(latest).kinds)
    return [f"{kind}/{key}" for (kind, low), (_, key, _) in found.items() if (kind, low) not in claimed]


def _change(kind: str, key: str, attribute: str, baseline: Any, latest: Any) -> Change:
    if (kind, attribute) == _NAMES:
        return Change(kind, key, attribute, WITHHELD, WITHHELD)
    return Change(kind, key, attribute, baseline, latest)


def _there(kinds: Kinds) -> dict[tuple[str, str], tuple[str, str, dict[str, Any]]]:
    """(kind, lower-case key) -> (kind, key, attributes) of what is there: keys of Windows know no case."""
    return {
        (kind, key.lower()): (kind, key, {name: value for name, value in resource.items() if name != PRESENT})
        for kind, keys in kinds.items()
        for key, resource in keys.items()
        if resource.get(PRESENT, True)
    }


def _read(text: str) -> ExchangeSnapshot | WindowsSnapshot:
    exchange = exchange_snapshots.is_exchange(text)
    try:
        return exchange_snapshots.read(text) if exchange else windows_snapshots.read(text)
    except SnapshotFormError as error:
        raise FellesdriftError(
            "FD713",
            "what is recorded of this host is no snapshot of such a host",
            found=str(error),
            expected=f"JSON of the schema {(exchange_snapshots if exchange else windows_snapshots).SCHEMA}",
            next_step="bring the file back from version control",
        ) from error
