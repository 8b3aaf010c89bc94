"""`fellesdrift`: the scriptable front door.

Exit codes: 0 as asked, 1 a difference or an unfinished state was found, 2 an error (its text is on stderr),
141 nobody reads the output any more.
"""

from __future__ import annotations

import errno
import os
import select
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fellesdrift import __version__
from fellesdrift.errors import FellesdriftError, FellesdriftErrors

if TYPE_CHECKING:
    import typer

    app: typer.Typer

_GROUPS: dict[str, tuple[str, str]] = {
    "estate": ("fellesdrift.estate.cli", "Check the estate, list its assumptions, draw it; make one up."),
    "twin": ("fellesdrift.twin.cli", "The twin: every network device of an inventory, simulated on this machine."),
    "journal": ("fellesdrift.commands.journal", "The journal: what was done, in order."),
    "stage": ("fellesdrift.commands.stage", "One stage of one municipality: plan, start, answer, finalize, go back."),
    "drift": ("fellesdrift.commands.drift_reports", "Hold every host against what is written down of it."),
}
"""Commands that have commands of their own: the module that holds its `app`, and its line of help."""
_COMMANDS: dict[str, tuple[str, str]] = {
    "status": ("fellesdrift.commands.status", "status"),
    "evidence": ("fellesdrift.commands.evidence", "evidence"),
    "compose": ("fellesdrift.commands.compose", "compose_host"),
    "dial": ("fellesdrift.commands.dial", "dial"),
    "rehearse": ("fellesdrift.commands.rehearse", "rehearse"),
}
"""Commands: module, function."""
_STDOUT = 1
_AN_ERROR = 2
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Of the output, which has no name: what is written to files has an error of its own."""
_NOBODY_READS = 128 + 13
"""As a shell tells of a program that SIGPIPE has ended. The signal itself would end a rehearsal, or a session with a
device, in the middle."""


def build(asked: str | None = None) -> typer.Typer:
    """The command line. asked: the command that will be run; only its module is imported, for the status must not wait
    for what a drift report needs. None, or what is no command: all of them."""
    import typer

    made = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
    known = {**_GROUPS, **_COMMANDS}
    for name in [asked] if asked in known else known:
        if name in _GROUPS:
            module, text = _GROUPS[name]
            made.add_typer(_group(name, module), name=name, help=text)
        else:
            module, function = _COMMANDS[name]
            made.command(name)(getattr(import_module(module), function))
    made.command("version")(version)
    return made


def _group(name: str, module: str) -> typer.Typer:
    group: typer.Typer = import_module(module).app
    if name == "estate" and not any(command.name == "generate" for command in group.registered_commands):
        # the estate itself knows nothing of roles, nor of regions that do not exist
        group.command("check")(import_module("fellesdrift.commands.estate_check").check)
        group.command("generate")(import_module("fellesdrift.commands.generate").generate_region)
    return group


def version() -> None:
    """Print the version."""
    print(__version__)


def __getattr__(name: str) -> Any:
    """`app`: the whole command line, made when somebody asks for it."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = made = build()
    return made


def main() -> None:
    """Run the command line; a FellesdriftError is printed as it is, without a traceback, and ends with 2. So does what
    nobody thought of, with its traceback: 1 would say that a difference was found. Who reads the output may stop doing
    so (`| head`): that ends it quietly."""
    try:
        try:
            _run()
        finally:
            sys.stdout.flush()  # here, not when Python ends: there nobody could tell a reader that is gone
    except (BrokenPipeError, SystemExit) as error:
        # typer makes an exit of its own out of a broken pipe, with a code that says something else here
        broken = error if isinstance(error, BrokenPipeError) else error.__context__
        if isinstance(broken, BrokenPipeError) and _nobody_reads():
            _drop_output()
            sys.exit(_NOBODY_READS)
        if isinstance(error, SystemExit):
            raise
        _show(error)
        sys.exit(_AN_ERROR)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM and error.filename is None:
            sys.stderr.write(f"{_unwritten(error)}\n")
            _drop_output()
        else:
            _show(error)
        sys.exit(_AN_ERROR)


def _run() -> None:
    try:
        if sys.argv[1:2] == ["status"]:
            from fellesdrift.commands import status_run

            if plainly := status_run.asked_plainly(sys.argv[2:]):
                sys.exit(status_run.run(plainly[0], as_json=plainly[1]))
        build(next(iter(sys.argv[1:]), None))()
    except (FellesdriftError, FellesdriftErrors) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_AN_ERROR)


def _show(error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


def _unwritten(error: OSError) -> FellesdriftError:
    return FellesdriftError(
        "FD001",
        "the output cannot be written",
        found=error.strerror or str(error),
        expected="room for it where the output is sent to",
        next_step="make room, or send it elsewhere, and ask again; what was written of it is not all",
    )


def _drop_output() -> None:
    """What Python still holds of the output goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)


def _nobody_reads() -> bool:
    """Whether it is the output's pipe that is broken: the same error may come from a device's line, and is no end."""
    looked = select.poll()
    looked.register(_STDOUT, 0)
    return any(event & select.POLLERR for _, event in looked.poll(0))
