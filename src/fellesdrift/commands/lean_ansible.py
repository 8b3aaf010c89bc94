"""ansible-playbook with what the nightly check does not use left out: `python -P -m fellesdrift.commands.lean_ansible`.

Before its first play Ansible loads every connection plugin that it has. Two of them import libraries for Windows that
take longer than all others together, and no play of the nightly check connects by them. Here these imports fail, as
where the libraries are not installed, until the check's own code is there: it may use what it likes.

asyncssh has parts that the check does without: certificates, and codes of packets that `session.algorithms` does not
offer. They are not loaded. Nor is a library looked for, with the help of a compiler, for a key exchange that is not
offered.
"""

from __future__ import annotations

import ctypes.util
import gc
import importlib
import json
import runpy
import sys
from importlib.abc import MetaPathFinder
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_LATER = frozenset({"pypsrp", "winrm"})
_SWEEP = "fellesdrift.drift.run"
_READER = "fellesdrift.estate.inventory.loader"
_UNUSED = frozenset({"asyncssh.crypto.umac", "asyncssh.crypto.x509"})
_NOT_LOOKED_FOR = frozenset({"oqs", "liboqs"})
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""What starts and ends within a minute mostly makes what stays: looking for garbage every 2,000 objects finds none."""


class Later(MetaPathFinder):
    """Finds none of these libraries before the check's own code is there, and never what is not used; of all others it
    knows nothing."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Of MetaPathFinder."""
        if fullname in _LATER and _SWEEP not in sys.modules:
            raise ModuleNotFoundError(f"{fullname} is not needed yet", name=fullname)
        if fullname in _UNUSED:
            raise ModuleNotFoundError(f"{fullname} is not used", name=fullname)
        return None


def lighten() -> None:
    """Leave out, in this process, what a run of the nightly check does not use."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.meta_path.insert(0, Later())
    look = ctypes.util.find_library
    vars(ctypes.util)["find_library"] = lambda name: None if name in _NOT_LOOKED_FOR else look(name)


def main() -> None:
    """Be ansible-playbook, with the arguments of this process."""
    lighten()
    _read_meanwhile(sys.argv[1:])
    program = Path(sys.executable).parent / "ansible-playbook"
    sys.argv[0] = str(program)
    runpy.run_path(str(program), run_name="__main__")


def _read_meanwhile(arguments: Sequence[str]) -> None:
    """Begin to read the estate that the variables of the nightly check name, if these are they."""
    said = next((value for name, value in pairwise(arguments) if name == "-e"), "{}")
    variables = json.loads(said)
    if "drift_inventory" not in variables:
        return
    # what both will need is loaded before they part
    importlib.import_module("ansible.cli.playbook")
    importlib.import_module(_READER)
    from fellesdrift.drift import early

    # the playbook is that of a clone, which is the collection
    early.begin(early.asked(variables["drift_inventory"], variables.get("drift_limit")), Path.cwd())


if __name__ == "__main__":
    main()
