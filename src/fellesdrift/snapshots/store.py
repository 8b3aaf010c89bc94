"""snapshots/latest: one file a host and the index of them. A file is there whole or as it was before."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import places
from fellesdrift.estate.models import SUFFIXES
from fellesdrift.estate.typed_snapshots import file_name

INDEX, REPORT = "index.yml", "report.json"
_HEADER = """\
---
# When each device was read (UTC), and the SHA-256 of what it said. Written by playbooks/snapshot.yml.
"""
# The C library's reader, where it is there: an index of many hosts takes a tenth of the time.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAKEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """taken: UTC, "2026-11-22T15:40:00Z"; digest: SHA-256 of the file's bytes, in hexadecimal."""

    taken: str
    digest: str


def digest_of(text: str) -> str:
    """As in the index."""
    return hashlib.sha256(text.encode()).hexdigest()


def write(path: Path, text: str) -> None:
    """Replace a file in one step, readable by everybody, on disk when this returns."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(folder: Path) -> None:
    """A file's name is on disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Latest:
    """The folder `snapshots/latest` of an inventory."""

    def __init__(self, inventory_dir: Path) -> None:
        self.inventory_dir = inventory_dir
        self.folder = inventory_dir / "snapshots" / "latest"

    def index(self) -> dict[str, Entry]:
        """What is known of each host; {} before the first run. FD905 when the file is not what was written."""
        path = self.folder / INDEX
        try:
            data: Any = _LOADER(path.read_text(encoding="utf-8")).get_single_data()
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise self._unreadable(path, type(error).__name__) from error
        if data is None:
            return {}
        if not isinstance(data, dict):
            raise self._unreadable(path, type(data).__name__)
        return {str(host): self._entry(path, str(host), value) for host, value in data.items()}

    def _entry(self, path: Path, host: str, value: Any) -> Entry:
        taken, digest = (value.get("taken"), value.get("digest")) if isinstance(value, dict) else (None, None)
        if not (isinstance(taken, str) and _TAKEN.fullmatch(taken)):
            raise self._unreadable(path, f"{host}: taken {taken!r}")
        if not (isinstance(digest, str) and _DIGEST.fullmatch(digest)):
            raise self._unreadable(path, f"{host}: digest {digest!r}")
        return Entry(taken, digest)

    def _unreadable(self, path: Path, found: str) -> FellesdriftError:
        return FellesdriftError(
            "FD905",
            "the index of the latest snapshots cannot be read",
            file=places.shown(path, self.inventory_dir),
            found=found,
            expected="host: {taken: 2026-11-22T15:40:00Z, digest: 64 hexadecimal digits}",
            next_step="bring the file back from version control, or remove it and snapshot every host again",
        )

    def text(self, host: str) -> str | None:
        """What is kept of a host, None when there is nothing that can be read."""
        return read_either(self.folder, host)

    def trusted(self, host: str, entry: Entry | None) -> str | None:
        """The same, but only what was written there at a known time; a file that was changed since is none."""
        text = self.text(host)
        return text if entry is not None and text is not None and digest_of(text) == entry.digest else None

    def write(self, taken: Mapping[str, tuple[str, str]], report: str) -> None:
        """taken: host -> (text, time). The entries of all other hosts stay as they are at that moment. FD906 when the
        folder cannot be written to."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._alone():
                index = self.index()
                for host, (text, time) in taken.items():
                    if self.text(host) != text:
                        write(self.folder / file_name(host, text), text)
                    index[host] = Entry(time, digest_of(text))
                write(self.folder / INDEX, index_text(index))
                write(self.folder / REPORT, report)
        except OSError as error:
            raise FellesdriftError(
                "FD906",
                "the snapshots cannot be written",
                file=places.shown(self.folder, self.inventory_dir),
                found=error.strerror or type(error).__name__,
                expected="a folder that this user may write to, and room on its disk",
                next_step="run it again when that is so: a file that was written is whole, and no other was touched",
            ) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two runs at a time take turns; the second keeps what the first has written of other hosts."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def read_either(folder: Path, host: str) -> str | None:
    """A host's snapshot of either form, None when there is nothing that can be read."""
    found = (read_text(folder / f"{host}{suffix}") for suffix in SUFFIXES)
    return next((text for text in found if text is not None), None)


def read_text(path: Path) -> str | None:
    """A file's text, None when there is nothing that can be read."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None


def index_text(index: Mapping[str, Entry]) -> str:
    """The index as it is written: quoted, for YAML would make a date of a time, and of a name like `on` no name."""
    lines = (
        f'{json.dumps(host, ensure_ascii=False)}: {{taken: "{entry.taken}", digest: "{entry.digest}"}}\n'
        for host, entry in sorted(index.items())
    )
    return _HEADER + ("".join(lines) or "{}\n")
