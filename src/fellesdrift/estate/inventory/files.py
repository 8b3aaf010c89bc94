"""The inventory's files, as Ansible is given them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.inventory.manager import IGNORED
from ansible.parsing.dataloader import DataLoader

from fellesdrift.estate.inventory.plain_yaml import plain_mapping

# A folder of ours inside an inventory folder; Ansible would try to read the snapshots as inventories.
_NOT_INVENTORY = "snapshots"
_VAULT = b"$ANSIBLE_VAULT;"


class Files:
    """Ansible's reader of files; it skips those encrypted as a whole: what fellesdrift reads is no secret.

    loader   the reader itself, for Ansible
    keep     whether what is read will be asked for again: a group's files are, a host's are not
    places   whether the places of what the files say are wanted; most are never asked for
    skipped  whether there was one that is encrypted
    """

    def __init__(self) -> None:
        loader: Any = DataLoader()
        self._load = loader.load_from_file
        loader.load_from_file = self._load_from_file
        self.loader: Any = loader
        self.keep = False
        self.places = False
        self.skipped = False
        self._kept: dict[tuple[str, bool], Any] = {}

    def _load_from_file(self, file_name: str, *_cache: str, unsafe: bool = False, **kwargs: Any) -> Any:
        kwargs["cache"] = "none"  # this is the only one
        known = file_name, self.places
        if unsafe and known in self._kept:
            return self._kept[known]
        content = self._content(file_name)
        if content.startswith(_VAULT):
            self.skipped = True
            return {}
        data = _plain_mapping(content) if unsafe and not self.places else None
        if data is None:
            # Nobody else has what is not kept, so it need not be copied (unsafe: as it was read).
            data = self._load(file_name, unsafe=True, **kwargs)
        if unsafe and self.keep:
            self._kept[known] = data
        return data

    def _content(self, file_name: str) -> bytes:
        try:
            return Path(self.loader.path_dwim(file_name)).read_bytes()
        except OSError:
            return b""  # Ansible says what is wrong with it


def files_of(path: Path) -> list[Path]:
    """What Ansible is to read of a source: the folder itself, or its entries when snapshots are among them."""
    if not (path / _NOT_INVENTORY).is_dir():
        return [path]
    entries = [
        entry
        for entry in sorted(path.iterdir())
        if entry.name != _NOT_INVENTORY and not IGNORED.search(entry.name.encode())
    ]
    return entries or [path]


def _plain_mapping(content: bytes) -> dict[str, Any] | None:
    try:
        return plain_mapping(content.decode())
    except UnicodeDecodeError:
        return None
