"""The first inventory of an estate: built beside its place, checked as a whole, and only then put there."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import load_estate, snapshots
from fellesdrift.estate.routes import Network
from fellesdrift.snapshots import starting, store
from fellesdrift.snapshots.report import Report


def check_place(target: Path) -> None:
    """Raises FellesdriftError FD910 when something is there already, or the folder above is not."""
    if target.exists() or target.is_symlink() or not target.parent.is_dir():
        raise FellesdriftError(
            "FD910",
            "the inventory cannot be made there",
            file=str(target),
            key="import_to",
            found="something is there already" if target.parent.is_dir() else f"no folder {target.parent}",
            expected="a new folder in one that is there, such as inventories/NAME",
            next_step="choose another name: an import changes no inventory",
        )


def refuse_unread(report: Report) -> None:
    """An estate is imported as a whole, or the parts that --limit names: raises FD915 when a device was not read."""
    if report.not_read:
        details = [f"{name}: {host.state}: {host.code}: {host.why}" for name, host in report.hosts.items() if host.code]
        raise FellesdriftError(
            "FD915",
            "not every device was read, so no inventory was made",
            found=f"{len(report.not_read)} of {len(report.hosts)} hosts: {', '.join(report.not_read)}",
            expected="each host of the run read",
            next_step="mend them, or leave them out by name: --limit 'all:!HOST'",
            details=details,
        )


def check_devices(devices: Sequence[starting.Read]) -> None:
    """Raises FellesdriftErrors with FD913 for each name that two devices have, FD914 when there is no device."""
    if not devices:
        raise FellesdriftErrors(
            [
                FellesdriftError(
                    "FD914",
                    "no device was read, so there is nothing to make an inventory of",
                    found="no configuration",
                    expected="one device at least",
                    next_step="see why above",
                )
            ]
        )
    counts = Counter(device.name for device in devices)
    errors = [
        FellesdriftError(
            "FD913",
            "two devices have the same name",
            host=name,
            found=", ".join(f"{each.address} port {each.port}" for each in devices if each.name == name),
            expected="a hostname that no other device has",
            next_step="change one on its device, or import one of them (--limit)",
        )
        for name, count in counts.items()
        if count > 1
    ]
    if errors:
        raise FellesdriftErrors(errors)


def import_estate(
    target: Path,
    devices: Sequence[starting.Read],
    controller: Sequence[str],
    host_keys: Sequence[str],
    *,
    check_only: bool = False,
) -> starting.Made:
    """Make the inventory `target`, or, when it would not pass the check or cannot be written, nothing.

    check_only   build and check it elsewhere, and leave nothing behind

    Raises FD910, FD913, FD914 as above, FD911 and FD912 of `starting.make`, FD906, and FellesdriftErrors of the estate
    check (FD1xx) with the names of the files as they would be.
    """
    check_place(target)
    check_devices(devices)
    inside: dict[str, str | None] = {"dir": None if check_only else str(target.parent)}
    try:
        # under `inventories`, so that the project is found from there as it will be from its place
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=inside["dir"]) as scratch:
            folder = Path(scratch) / "inventories" / target.name
            folder.mkdir(parents=True)
            made = starting.make(folder, target.name, devices, controller, host_keys)
            if unreached := _unreached(folder, target, devices):
                made = starting.make(folder, target.name, devices, controller, host_keys, unreached)
            _check(folder, target)
            if not check_only:
                check_place(target)
                folder.rename(target)
                store.sync(target.parent)
    except OSError as error:
        raise FellesdriftError(
            "FD906",
            "the snapshots cannot be written",
            file=str(target),
            found=error.strerror or type(error).__name__,
            expected="a folder that this user may write to, and room on its disk",
            next_step="run it again when that is so: nothing was left behind",
        ) from error
    return made


def _unreached(folder: Path, target: Path, devices: Sequence[starting.Read]) -> list[str]:
    """The LANs to which no static route leads from the controller's link: a routing protocol does, or a device that
    was not read."""
    try:
        estate = load_estate([folder], files=False)
    except FellesdriftErrors as errors:
        raise FellesdriftErrors([_placed(error, folder, target) for error in errors.errors]) from errors
    said = {device.name: snapshots.read(device.config) for device in devices}
    network = Network(estate.links.values(), said)
    starts = [end.host for end in estate.links[estate.controller.link].ends if end.host is not None]
    return [
        link.key
        for link in estate.links.values()
        if link.kind == "lan"
        and link.zone != "transit"
        and any(network.follow(start, link) is not None for start in starts)
    ]


def _check(folder: Path, target: Path) -> None:
    try:
        load_estate([folder])
    except FellesdriftErrors as errors:
        raise FellesdriftErrors([_placed(error, folder, target) for error in errors.errors]) from errors


def _placed(error: FellesdriftError, folder: Path, target: Path) -> FellesdriftError:
    """With the file that it would be; the folder in which it was built is gone when this is read."""
    if error.file is None:
        return error
    return replace(
        error, file=error.file.replace(f"{folder}", str(target)).replace(f"inventories/{folder.name}", str(target))
    )
