"""What must hold for snapshots/latest: each file is what was written there, and none is older than the estate allows.

    index.yml   host: {taken: "2026-11-22T15:40:00Z", digest: SHA-256 of HOST.cfg in hexadecimal}

Without the folder nothing has been taken yet, and there is nothing to hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from fellesdrift.estate import places, snapshots, typed_checks, typed_snapshots
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.models import MANAGED, SUFFIXES

INDEX = "index.yml"
# report.json is no host's
REPORT = "report"
_AGAIN = "run playbooks/snapshot.yml"
# Clocks of two controllers differ; a snapshot from tomorrow was never taken.
_AHEAD = timedelta(days=1)
# The C library's reader, where it is there: an index of 10,000 hosts takes a second instead of ten.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class _Entry:
    taken: datetime
    digest: str


def check(draft: Draft, now: datetime | None = None) -> None:
    """All checks of the latest snapshots; `now` (UTC) for tests."""
    folder = draft.inventory_dir / "snapshots" / "latest"
    if not folder.is_dir():
        return
    index = _index(draft, folder / INDEX)
    if index is None:
        return
    files = {path.stem: path for suffix in SUFFIXES for path in sorted(folder.glob(f"*{suffix}"))}
    files.pop(REPORT, None)
    for host, entry in index.items():
        if host not in files:
            draft.refuse(
                "FD161",
                f"The index names a snapshot of {host!r} that is not there.",
                (host,),
                file=_shown(draft, folder / INDEX),
                expected=f"the file {host}.cfg or {host}.json beside the index",
                next_step=_AGAIN,
            )
        else:
            _file(draft, host, files[host], entry)
    for host in files.keys() - index.keys():
        draft.refuse(
            "FD161",
            "A snapshot is not in the index: nobody knows when it was taken.",
            (),
            host=host,
            file=_shown(draft, files[host]),
            expected=f"an entry in {INDEX}",
            next_step=_AGAIN,
        )
    _ages(draft, folder, index, now or datetime.now(UTC))


def _shown(draft: Draft, path: Path) -> str:
    return places.shown(path, draft.inventory_dir)


def _index(draft: Draft, path: Path) -> dict[str, _Entry] | None:
    """The index, or None after noting that it cannot be used."""
    try:
        data = _LOADER(path.read_text(encoding="utf-8")).get_single_data()
    except (OSError, ValueError, yaml.YAMLError) as error:
        _refuse_index(draft, path, type(error).__name__)
        return None
    if not isinstance(data, Mapping):
        _refuse_index(draft, path, type(data).__name__)
        return None
    found: dict[str, _Entry] = {}
    for host, value in data.items():
        entry = _entry(value)
        if entry is None:
            _refuse_index(draft, path, f"{host}: {value!r}"[:80])
            return None
        found[str(host)] = entry
    return found


def _entry(value: object) -> _Entry | None:
    taken, digest = (value.get("taken"), value.get("digest")) if isinstance(value, Mapping) else (None, None)
    try:
        moment = taken if isinstance(taken, datetime) else datetime.fromisoformat(str(taken))
    except ValueError:
        return None
    # YAML makes a date of a time that is not quoted, and keeps it in UTC without saying so.
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return _Entry(moment, digest) if isinstance(digest, str) else None


def _refuse_index(draft: Draft, path: Path, found: str) -> None:
    draft.refuse(
        "FD161",
        "The index of the latest snapshots cannot be read.",
        (),
        file=_shown(draft, path),
        found=found,
        expected='HOST: {taken: "2026-11-22T15:40:00Z", digest: 64 hexadecimal digits}',
        next_step=f"bring it back from version control, or remove snapshots/latest and {_AGAIN}",
    )


def _file(draft: Draft, host: str, path: Path, entry: _Entry) -> None:
    shown = _shown(draft, path)
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, ValueError) as error:
        draft.refuse("FD132", "The snapshot cannot be read.", (), host=host, file=shown, found=type(error).__name__)
        return
    if hashlib.sha256(content).hexdigest() != entry.digest:
        draft.refuse(
            "FD161",
            "The snapshot is not what was written: it was changed since, or is damaged.",
            (),
            host=host,
            file=shown,
            found="another SHA-256 than the index has",
            expected="the file as playbooks/snapshot.yml wrote it",
            next_step=_AGAIN,
        )
    if typed_snapshots.is_typed(text):
        typed_checks.check_latest(draft, host, text, shown)
        return
    for line in snapshots.read(text).secret_lines:
        snapshots.refuse_secret(draft, host, f"{shown}:{line}")


def _ages(draft: Draft, folder: Path, index: Mapping[str, _Entry], now: datetime) -> None:
    """Of the hosts of the estate that this version reads; what is left of others harms nobody."""
    days = draft.estate.snapshots_stale_after_days if draft.estate is not None else None
    for host in draft.hosts.values():
        if host.platform not in MANAGED:
            continue
        entry, shown = index.get(host.name), _shown(draft, folder / f"{host.name}.cfg")
        if entry is None:
            if days is not None:
                draft.refuse(
                    "FD162",
                    "The host has no latest snapshot.",
                    (),
                    host=host.name,
                    file=shown,
                    expected=f"one that is at most {_days(days)} old",
                    next_step=_AGAIN,
                )
        elif entry.taken > now + _AHEAD:
            draft.refuse(
                "FD161",
                "The latest snapshot is from the future.",
                (),
                host=host.name,
                file=shown,
                found=entry.taken.isoformat(),
                expected="a time that has been",
                next_step=f"look at this machine's clock, then {_AGAIN}",
            )
        elif days is not None and now - entry.taken > timedelta(days=days):
            draft.refuse(
                "FD162",
                "The latest snapshot is stale.",
                (),
                host=host.name,
                file=shown,
                found=f"taken {entry.taken.isoformat()}",
                expected=f"at most {_days(days)} old (fellesdrift_estate.snapshots_stale_after_days)",
                next_step=_AGAIN,
            )


def _days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"
