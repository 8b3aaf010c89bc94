"""A Windows of its own, by Debian's wine64: Norwegian, as Server 2003, in a folder of this clone."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WINE = Path("/usr/lib/wine/wine64")
SERVER = Path("/usr/lib/wine/wineserver64")
LOCALE = "nb_NO"
_SOURCE = Path(__file__).parent / "wmi.c"
# a loaded machine is slow, a Wine that hangs is never done
MOST_SECONDS = 180
# no C library: zig would build one first, for two minutes
_OPTIONS = ("-target", "x86_64-windows-gnu", "-Os", "-s", "-Wall", "-Werror", "-fno-sanitize=all")
_FREESTANDING = ("-fno-stack-protector", "-nostdlib", "-Wl,-e,entry")
_LIBRARIES = ("-lkernel32", "-ladvapi32", "-lshell32", "-lole32", "-loleaut32")


class Machine:
    """folder: holds the prefix and the locale. c: the only drive. helper: wmi.c, compiled, on that drive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.c = folder / "prefix" / "drive_c"
        self.helper = self.c / "wmi.exe"
        self.environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "LOCPATH": str(folder / "locale"),
            "LC_ALL": f"{LOCALE}.UTF-8",
            "WINEPREFIX": str(folder / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # no .NET, no browser and no menus of a desktop; no display either
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=",
            "DISPLAY": "",
        }

    def make(self) -> None:
        """Everything, anew. Raises RuntimeError for what is not installed, and CalledProcessError."""
        definition = Path("/usr/share/i18n/locales") / LOCALE
        for needed in (WINE, SERVER, definition):
            if not needed.exists():
                raise RuntimeError(f"{needed} is missing: run scripts/system-packages")
        (self.folder / "locale").mkdir(parents=True)
        # Wine takes its language and its code pages from the C library's locale
        _run(["localedef", "-i", LOCALE, "-f", "UTF-8", str(self.folder / "locale" / f"{LOCALE}.UTF-8")])
        booting = subprocess.Popen(
            [str(WINE), "wineboot", "-i"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        compiled = self.folder / self.helper.name
        self._compile(compiled)
        if booting.wait(MOST_SECONDS):
            raise RuntimeError(f"wineboot ended with {booting.returncode}")
        self.run("winecfg", "-v", "win2003")
        # what was started as another version, and is still installing devices, is started anew
        self.end()
        # Z: is this whole machine, and a query for files walks it
        (self.c.parent / "dosdevices" / "z:").unlink()
        compiled.rename(self.helper)
        # once its services are up
        self.run("wineboot")

    def run(self, *arguments: str) -> None:
        """A program of Wine's, to its end. Raises RuntimeError when it fails, subprocess.TimeoutExpired."""
        _run([str(WINE), *arguments], self.environment)

    def end(self) -> None:
        """End every process of this Windows, and wait for it; the registry is written to its files."""
        _run([str(SERVER), "-k"], self.environment)
        _run([str(SERVER), "-w"], self.environment)

    def _compile(self, to: Path) -> None:
        import ziglang

        home = Path(str(ziglang.__file__)).parent
        cache = str(self.folder / "zig")
        _run(
            [
                str(home / "zig"),
                "cc",
                *_OPTIONS,
                *_FREESTANDING,
                "-isystem",
                str(home / "lib" / "libc" / "include" / "any-windows-any"),
                "-o",
                str(to),
                str(_SOURCE),
                *_LIBRARIES,
            ],
            {"PATH": os.defpath, "HOME": str(self.folder), "ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache},
        )


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=MOST_SECONDS,
        check=False,
    )
    # wineserver -k says 1 when there was nothing to end
    if done.returncode and command[0] != str(SERVER):
        said = done.stdout.decode(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {said}")


@contextmanager
def wine_machine(folder: Path) -> Iterator[Machine]:
    """A machine that is up, in a folder that is made anew and removed in the end."""
    shutil.rmtree(folder, ignore_errors=True)
    machine = Machine(folder)
    try:
        machine.make()
        yield machine
    finally:
        if SERVER.exists() and folder.exists():
            machine.end()
        shutil.rmtree(folder, ignore_errors=True)
