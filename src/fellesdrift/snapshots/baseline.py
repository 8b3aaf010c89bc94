"""The first baseline of a host that has none. One that is there is never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import names, places, typed_snapshots
from fellesdrift.snapshots import store
from fellesdrift.snapshots.taking import Taken


def check_first(inventory_dir: Path, wanted: Sequence[str], taken: Mapping[str, Taken]) -> None:
    """Raises FellesdriftErrors with FD907 for each wanted host that has a baseline, was not read, or is none."""
    errors = []
    for host in wanted:
        answer = taken.get(host)
        path = baseline(inventory_dir, host, answer.config if answer is not None else "")
        if answer is None:
            found, next_step = "no such host in the estate", names.did_you_mean(host, taken)
        elif path.exists():
            found, next_step = "it has one", "a baseline is what a device said before the first move: it stays"
        elif answer.state != "read":
            found, next_step = f"{answer.state.replace('_', ' ')}: {answer.why}", "read it first"
        else:
            continue
        errors.append(
            FellesdriftError(
                "FD907",
                "the host cannot be given a first baseline",
                host=host,
                file=places.shown(path, inventory_dir),
                key="first_baseline",
                found=found,
                expected="a host without a baseline that was read in this run",
                next_step=next_step,
            )
        )
    if errors:
        raise FellesdriftErrors(errors)


def write_first(inventory_dir: Path, wanted: Sequence[str], taken: Mapping[str, Taken]) -> None:
    """After `check_first`. FD906 when the folder cannot be written to."""
    try:
        for host in wanted:
            path = baseline(inventory_dir, host, taken[host].config)
            path.parent.mkdir(parents=True, exist_ok=True)
            store.write(path, taken[host].config)
    except OSError as error:
        raise FellesdriftError(
            "FD906",
            "the snapshots cannot be written",
            file=places.shown(inventory_dir / "snapshots" / "baseline", inventory_dir),
            found=error.strerror or type(error).__name__,
            expected="a folder that this user may write to, and room on its disk",
            next_step="run it again when that is so: a file that was written is whole, and no other was touched",
        ) from error


def baseline(inventory_dir: Path, host: str, text: str) -> Path:
    """Where it is, or would be. text: what it holds, or would; a Windows host's has another form."""
    return inventory_dir / "snapshots" / "baseline" / typed_snapshots.file_name(host, text)
