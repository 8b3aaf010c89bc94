"""A PostgreSQL server of the tests' own: Debian's programs, an unprivileged user, a unix socket, gone afterwards."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

_USER = "fellesdrift"
_WAIT = 60


def _program(name: str) -> str:
    """The newest version's; Debian keeps them off PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    program = str(found[-1]) if found else shutil.which(name)
    assert program, f"there is no {name}: scripts/system-packages installs it"
    return program


class Server:
    """Started by `start`, stopped by `stop`; `crash` ends it as a power cut would."""

    def __init__(self) -> None:
        # not pytest's folder, which belongs to root alone; and a socket's path must be short
        self.folder = Path(tempfile.mkdtemp(prefix="fellesdrift-pg-"))
        self._drop: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses root; its package brings a user
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._drop = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._run("initdb", "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--locale=C", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command = [_program(program), *arguments, "-D", str(self.folder / "data")]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._drop)

    def start(self) -> None:
        """Returns when it answers."""
        log = (self.folder / "log").open("ab")
        arguments = ["-k", str(self.folder), "-c", "listen_addresses=", "-c", "shared_buffers=16MB"]
        command = [_program("postgres"), "-D", str(self.folder / "data"), *arguments]
        with log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **self._drop)
        end = time.monotonic() + _WAIT
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def url(self, database: str) -> str:
        """As fellesdrift_estate.journal takes it."""
        return f"postgresql://{_USER}@/{database}?host={self.folder}"

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"journal{next(self._names)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, database: str, *statements: str) -> None:
        """Each in a transaction of its own, as the superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def stop(self) -> None:
        """At once, for nobody needs what it would write down; and take its folder away."""
        self.crash()
        shutil.rmtree(self.folder)

    def crash(self) -> None:
        """No checkpoint, no farewell."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_WAIT)
            self._process = None
