"""The ways in: from an inventory, or from variables that Ansible has resolved, to the estate.

Only variables that fellesdrift reads are resolved (`fellesdrift_*`, and role variables, which have `__` in their name):
`ansible_password` and its like are never touched, so loading needs neither vault password nor environment.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import places
from fellesdrift.estate.build import ESTATE_VARIABLES, Variables, build
from fellesdrift.estate.inventory.host_variables import HostVariables
from fellesdrift.estate.inventory.logins import Logins
from fellesdrift.estate.inventory.origins import locator, origin_of
from fellesdrift.estate.inventory.reader import Reader, is_own
from fellesdrift.estate.inventory.sayings import quiet, refuse_warnings, unreadable, words
from fellesdrift.estate.inventory.values import plain
from fellesdrift.estate.models import Estate

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def load_estate(
    sources: Sequence[str | Path],
    *,
    roles_dirs: Sequence[Path] | None = None,
    gates: Iterable[str] | None = None,
    files: bool = True,
    logins: Logins | None = None,
) -> Estate:
    """The estate of an inventory (files or folders; later ones win, as with several `-i`).

    roles_dirs   when given, every stage's role must be a folder in one of them
    gates        when given, the gates that a stage may name (default: those of this version)
    files        also look at the snapshots on disk; not for the run that takes them
    logins       is given the login of each host that can be known without a password, see `Logins`

    Raises FellesdriftErrors with everything that is wrong (FD101 to FD164), FD740 for a limit. Prints nothing.
    """
    paths = [Path(source).expanduser().absolute() for source in sources]
    _must_exist(paths)
    inventory_dir = paths[0] if paths[0].is_dir() else paths[0].parent
    with quiet() as warnings, _few_collections():
        try:
            raw = HostVariables(paths)
            reader = Reader(raw, inventory_dir, warnings)
            if logins is not None:
                logins.hosts = raw.within(logins.limit, warnings)
            for host in raw:
                reader.read(host)
                if logins is not None and raw.is_whole and host in logins.hosts:
                    logins.read(host, raw[host], reader.resolving(host))
            if logins is not None and not raw.is_whole:
                logins.clear()
        except AnsibleError as error:
            # What it gave up for stands in its warnings; its last word is only that it gave up.
            refuse_warnings(warnings, inventory_dir)
            raise FellesdriftErrors([unreadable(words(error), origin_of(error), inventory_dir)]) from error
        refuse_warnings(warnings, inventory_dir)
        if not raw:
            shown = places.shown(paths[0], inventory_dir)
            raise _one("FD101", "The inventory has no hosts.", shown, "at least one host")
        return build(
            Variables(
                inventory_dir=inventory_dir,
                groups=_in_order(raw.groups(), raw),
                wide=reader.wide,
                hosts=reader.own,
                locate=reader.locate,
                roles_dirs=roles_dirs,
                gates=gates,
                files=files,
                errors=reader.errors,
            )
        )


def estate_from_variables(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    inventory_dir: str | Path,
) -> Estate:
    """The same from variables that Ansible has already resolved (`groups`, `hostvars` and `inventory_dir` in a task).

    Snapshots are not read again and unknown `fellesdrift_*` variables are not refused: registered results and extra
    variables are among them. Raises FellesdriftErrors as `load_estate`.
    """
    here = Path(inventory_dir).absolute()
    hosts = list(hostvars)
    if not hosts:
        raise _one("FD101", "The inventory has no hosts.", places.shown(here, here), "at least one host")
    own: dict[str, dict[str, Any]] = {}
    wide: dict[str, Any] = {}
    for host in hosts:
        variables = hostvars[host]
        for name in ESTATE_VARIABLES - wide.keys():
            if name in variables:
                wide[name] = variables[name]
        own[host] = {name: plain(variables[name]) for name in variables if is_own(name)}
    written = {**wide}
    return build(
        Variables(
            inventory_dir=here,
            groups=_in_order(groups, hosts),
            wide={name: plain(value) for name, value in wide.items()},
            hosts=own,
            locate=locator({hosts[0]: written}, here),
            files=False,
        )
    )


def _in_order(groups: Mapping[str, Sequence[str]], hosts: Iterable[str]) -> dict[str, list[str]]:
    """Each group's hosts in the inventory's order: that of the hosts of a wave. Ansible walks the children of a group
    as a set, and where they are nested twice, its own order may be another one each time."""
    position = {host: number for number, host in enumerate(hosts)}
    return {name: sorted(members, key=lambda host: position.get(host, -1)) for name, members in groups.items()}


def _must_exist(paths: Sequence[Path]) -> None:
    if not paths:
        raise _one("FD101", "No inventory is given.", None, "a file or a folder, such as inventories/production")
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise FellesdriftErrors(
            [
                FellesdriftError(
                    code="FD101",
                    problem="There is no such inventory.",
                    file=places.shown(path, path),
                    expected="a file or a folder",
                    next_step="look at what -i names",
                )
                for path in missing
            ]
        )


def _one(
    code: str, problem: str, file: str | None, expected: str | None, *, found: str | None = None
) -> FellesdriftErrors:
    return FellesdriftErrors([FellesdriftError(code, problem, file=file, expected=expected, found=found)])


@contextmanager
def _few_collections() -> Iterator[None]:
    """An estate is many objects that all stay: Python need not look through them for garbage again and again."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
