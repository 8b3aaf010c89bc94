"""Put on PYTHONPATH by tests/integration/cutover/test_kill.py: the run is killed when a given record is on disk.

Python imports it at start. It wraps Journal.append as soon as the module is imported, in ansible-playbook and so in the
workers that are forked from it; the product has no such switch.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_MODULE = "fellesdrift.journal.store"


class _Wrapping(Loader):
    def __init__(self, spec: ModuleSpec, at: int) -> None:
        assert spec.loader is not None
        self._loader = spec.loader
        self._at = at

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        original, at = module.Journal.transaction, self._at

        @contextmanager
        def transaction(journal: Any) -> Iterator[object]:
            """The original, and the kill right after the COMMIT that the record is in."""
            with original(journal) as connection:
                yield connection
            if journal.head()[0] >= at:
                # actions write from a worker; its parent is ansible-playbook
                os.kill(os.getppid(), signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)

        module.Journal.transaction = transaction


class _Finder(MetaPathFinder):
    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != _MODULE:
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        spec.loader = _Wrapping(spec, int(os.environ["FELLESDRIFT_KILL_AT"]))
        return spec


if "FELLESDRIFT_KILL_AT" in os.environ:
    sys.meta_path.insert(0, _Finder())
