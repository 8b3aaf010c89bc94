"""Checks an exported journal from the file alone: the chain worked out anew with nothing of the store's, so that a
mistake there does not vouch for itself. docs/journal.md describes what is checked, for who would rather write his own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LINKED = ("municipality", "stage", "attempt", "host", "event", "payload_digest")


@dataclass(frozen=True)
class Told:
    """What the file is. head: the chain's value at its last record; personal: whether what it holds of people is in
    it."""

    estate: str
    schema: int
    records: int
    head: str
    personal: bool


def check(path: Path) -> Told:
    """Walk the chain in the file. FD604 names the first record that does not fit, FD616 is for a file that is no
    export, was cut off, or is of a format that this version does not know."""
    found, told = iterate(path), None
    previous, count = "0" * 64, 0
    for line, value in found:
        if told is None:
            told = _header(path, value)
            continue
        if "record" not in value:
            continue
        record, count = value["record"], count + 1
        wrong = _wrong(record, previous, count)
        if wrong:
            raise FellesdriftError(
                "FD604",
                "the journal's chain is broken",
                file=f"{path}:{line}",
                key=f"record {record.get('seq') if isinstance(record, dict) else count}",
                found=f"{wrong} does not match its digest",
                expected="an untouched record",
                next_step="trust nothing from this record on; use another copy (docs/journal.md)",
            )
        previous = record["chain"]
    if told is None or (count, previous) != (told.records, told.head):
        missing = (
            "an empty file" if told is None else f"{count} records of {told.records}, which end in {previous[:16]}..."
        )
        raise _no_export(path, missing, "every record that its first line speaks of")
    return told


def iterate(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number of the line, what it says). FD616 for what is no JSON object."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                yield number, _object(f"{path}:{number}", line)
    except OSError as error:
        raise _no_export(path, why_not(error), "a file that fellesdrift journal export or backup wrote") from error


def why_not(error: OSError) -> str:
    """Why a file cannot be read, without numbers that only programmers know."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return error.strerror or type(error).__name__


def _object(where: str, line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"))
    except ValueError as error:  # no UTF-8, or no JSON; what the parser says of it helps nobody to find another copy
        cut = not line.endswith(b"\n")
        found = "the line ends in its middle: the file was cut off" if cut else "the line is no JSON"
        raise _no_export(where, found, "a whole line of JSON") from error
    if not isinstance(value, dict):
        raise _no_export(where, "the line is JSON, but no object", "JSON lines")
    return value


def _header(path: Path, value: dict[str, Any]) -> Told:
    where = f"{path}:1"
    if value.get("format") != "fellesdrift-journal" or value.get("version") != 1:
        found = f"format {value.get('format')}, version {value.get('version')}"
        raise _no_export(where, found, "fellesdrift-journal, version 1")
    try:
        return Told(
            str(value["estate"]), int(value["schema"]), int(value["records"]), value["head"], bool(value["personal"])
        )
    except KeyError as error:
        found = f"a first line without {error.args[0]}"
    except (TypeError, ValueError):
        found = "a first line whose schema or records is no number"
    raise _no_export(where, found, "estate, schema, records, head, personal")


def _wrong(record: dict[str, Any], previous: str, count: int) -> str | None:
    """What of a record is not as its digests say; None: nothing."""
    try:
        linked = [previous, record["at"], *(record[name] for name in _LINKED)]
        if record["personal_digest"] is not None:
            linked.append(record["personal_digest"])
        if (
            record["seq"] != count
            or record["previous"] != previous
            or record["chain"] != _sha256(json.dumps(linked, ensure_ascii=False))
        ):
            return "its link to the record before it"
        if record["payload"] is not None and record["payload_digest"] != _sha256(record["payload"]):
            return "its payload"
        about = record.get("personal")
        if about is not None and record["personal_digest"] != _sha256(about["salt"] + about["body"]):
            return "its personal data"
    except (KeyError, TypeError):
        return "its shape"
    return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _no_export(where: Path | str, found: str, expected: str) -> FellesdriftError:
    return FellesdriftError(
        "FD616",
        "this is no whole export of a journal",
        file=str(where),
        found=found,
        expected=expected,
        next_step="use another copy, or write it again",
    )
