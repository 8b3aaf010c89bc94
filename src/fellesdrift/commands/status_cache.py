"""The status' view of an inventory, kept between two looks at it: Ansible takes a second to read what has not changed.

It is kept in the user's cache folder, and used only while every file of the inventory is what it was (inode, size and
time of its last change), the code too. An inventory with a program in it, or a journal on a server, is read each time.
Losing the cache, or having no place for it, costs the second and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fellesdrift import __version__
from fellesdrift.cutover.status_view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LEFT_OUT = ("snapshots", ".state")
"""Folders beside an inventory that say nothing of its stages and change often."""
_CODE = Path(__file__).parents[1]
_ROOMS = ("estate", "cutover")


def view_of_inventory(inventory: Path, read: Callable[[Path], View]) -> View:
    """What `read` gives, or what it gave when everything was the same."""
    key = _key(inventory)
    if key is None:
        return read(inventory)
    place = _folder() / f"status-{key}.json"
    try:
        return View.from_data(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        view = read(inventory)
    if isinstance(view.place, Path):  # a URL may hold what is nobody's business
        _keep(place, view)
    return view


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fellesdrift"


def _keep(place: Path, view: View) -> None:
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in sorted(place.parent.glob("status-*.json"), key=lambda one: one.stat().st_mtime)[:-8]:
            old.unlink()
        beside.write_text(json.dumps(view.as_data()), encoding="utf-8")
        beside.replace(place)
    except OSError:
        return  # the next look reads the inventory again


def _key(inventory: Path) -> str | None:
    """A digest of everything that the view depends on; None where that cannot be told."""
    digest = hashlib.sha256(f"{__version__}\0{inventory.absolute()}\0{Path.cwd()}".encode())
    try:
        for path in _files(inventory):
            found = path.stat()
            if found.st_mode & 0o111 and _is_ours(path, inventory):
                return None
            digest.update(f"{path}\0{found.st_ino}\0{found.st_size}\0{found.st_ctime_ns}\0".encode())
    except OSError:
        return None
    # an inventory may take values from the environment; what looks like a secret is no part of a stage
    for name, value in sorted(os.environ.items()):
        if name.startswith(("FELLESDRIFT_", "ANSIBLE_")) and not any(
            word in name for word in ("PASS", "SECRET", "ENABLE", "TOKEN", "USER")
        ):
            digest.update(f"{name}={value}\0".encode())
    return digest.hexdigest()[:32]


def _is_ours(path: Path, inventory: Path) -> bool:
    """Whether Ansible would run it as an inventory: a file of the inventory's own folder."""
    return inventory in (path, path.parent)


def _files(inventory: Path) -> Iterator[Path]:
    for room in _ROOMS:
        yield from sorted((_CODE / room).glob("*.py"))
    yield Path("ansible.cfg") if Path("ansible.cfg").exists() else _CODE
    if not inventory.is_dir():
        yield inventory
        beside = [inventory.parent / name for name in ("group_vars", "host_vars")]
    else:
        beside = [inventory]
    for top in beside:
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
            yield from (Path(folder, name) for name in sorted(names))
