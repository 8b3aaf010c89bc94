"""The one module of the library that knows Ansible: from an inventory to resolved variables, and their places.

Only variables that fellesdrift reads are resolved (`fellesdrift_*`, and role variables, which have `__` in their name):
`ansible_password` and its like are never touched, so loading needs neither vault password nor environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ansible._internal._datatag._tags import Origin
from ansible.errors import AnsibleError
from ansible.inventory.manager import IGNORED, InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import EncryptedString
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from ansible.utils.collection_loader._collection_config import AnsibleCollectionConfig
from ansible.utils.display import Display
from ansible.vars.manager import VariableManager

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import names, places
from fellesdrift.estate.build import ESTATE_VARIABLES, HOST_VARIABLES, PREFIX, Variables, build
from fellesdrift.estate.draft import KeyPath, Locate
from fellesdrift.estate.models import Estate

# A folder of ours inside an inventory folder; Ansible would try to read the snapshots as inventories.
_NOT_INVENTORY = "snapshots"
_TEMPLATE = ("{{", "{%", "{#")
_VAULT = b"$ANSIBLE_VAULT;"
# Words of those warnings of Ansible after which something that was written down is not there.
_LOSES_DATA = ("pars", "duplicate", "skipping", "both group and host")


def load_estate(
    sources: Sequence[str | Path],
    *,
    roles_dirs: Sequence[Path] | None = None,
    gates: Iterable[str] | None = None,
) -> Estate:
    """The estate of an inventory (files or folders; later ones win, as with several `-i`).

    roles_dirs   when given, every stage's role must be a folder in one of them
    gates        when given, the gates that a stage may name (default: those of this version)

    Raises FellesdriftErrors with everything that is wrong (FD101 to FD139). Prints nothing.
    """
    paths = [Path(source).expanduser().absolute() for source in sources]
    _must_exist(paths)
    inventory_dir = paths[0] if paths[0].is_dir() else paths[0].parent
    with _quiet() as warnings:
        try:
            inventory, manager, loader = _parse(paths)
            raw = {name: manager.get_vars(host=host, include_hostvars=False) for name, host in inventory.hosts.items()}
        except AnsibleError as error:
            # What it gave up for stands in its warnings; its last word is only that it gave up.
            _refuse_warnings(warnings, inventory_dir)
            raise FellesdriftErrors([_unreadable(_words(error), _origin_of(error), inventory_dir)]) from error
    _refuse_warnings(warnings, inventory_dir)
    if not raw:
        raise _one("FD101", "The inventory has no hosts.", places.shown(paths[0], inventory_dir), "at least one host")

    reader = _Reader(loader, raw, inventory_dir)
    with _quiet():
        wide = reader.wide()
        own = {host: reader.own(host) for host in raw}
    return build(
        Variables(
            inventory_dir=inventory_dir,
            groups=inventory.get_groups_dict(),
            wide=wide,
            hosts=own,
            locate=_locator(raw, inventory_dir),
            roles_dirs=roles_dirs,
            gates=gates,
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
        own[host] = {name: _plain(variables[name]) for name in variables if _is_own(name)}
    written = {**wide}
    return build(
        Variables(
            inventory_dir=here,
            groups={name: list(members) for name, members in groups.items()},
            wide={name: _plain(value) for name, value in wide.items()},
            hosts=own,
            locate=_locator({hosts[0]: written}, here),
            files=False,
        )
    )


def _is_own(name: str) -> bool:
    """Whether a variable is read for each host: one of Host's, or a role's (`role__name`)."""
    return name in HOST_VARIABLES or ("__" in name and not name.startswith(("_", "ansible")))


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


def _data_loader() -> Any:
    """Ansible's reader of files; it skips those encrypted as a whole: what fellesdrift reads is no secret."""
    loader: Any = DataLoader()
    load = loader.load_from_file

    def load_from_file(file_name: str, *args: Any, **kwargs: Any) -> Any:
        path = Path(loader.path_dwim(file_name))
        if path.is_file():
            with path.open("rb") as stream:
                if stream.read(len(_VAULT)) == _VAULT:
                    return {}
        return load(file_name, *args, **kwargs)

    loader.load_from_file = load_from_file
    return loader


class _Warning(NamedTuple):
    text: str
    origin: Origin | None


@contextmanager
def _quiet() -> Iterator[list[_Warning]]:
    """Nothing reaches the terminal; Ansible's warnings are collected instead."""
    display = Display()
    collected: list[_Warning] = []

    def warning(msg: object, *_args: Any, obj: Any = None, **_kwargs: Any) -> None:
        collected.append(_Warning(str(msg), Origin.get_tag(obj)))

    def error_as_warning(msg: str | None, exception: BaseException, **_kwargs: Any) -> None:
        del msg  # says only which of its plugins could not read the file
        collected.append(_Warning(_words(exception), _origin_of(exception)))

    def nothing(*_args: Any, **_kwargs: Any) -> None:
        return None

    replaced: dict[str, Callable[..., None]] = {
        "warning": warning,
        "error_as_warning": error_as_warning,
        "deprecated": nothing,
        "display": nothing,
    }
    for name, function in replaced.items():
        setattr(display, name, function)
    try:
        yield collected
    finally:
        # They were put on the instance: the class's own methods are there again when these are gone.
        for name in replaced:
            delattr(display, name)


def _parse(paths: Sequence[Path]) -> tuple[Any, Any, Any]:
    """Ansible's own reading: its inventory, its variable manager, its reader of files."""
    if AnsibleCollectionConfig.collection_finder is None:
        # A playbook run has done this already; twice is refused.
        start: Callable[..., object] = init_plugin_loader
        start()
    loader = _data_loader()
    inventory = InventoryManager(loader=loader, sources=[str(source) for path in paths for source in _files(path)])
    return inventory, VariableManager(loader=loader, inventory=inventory), loader


def _files(path: Path) -> list[Path]:
    """What Ansible is to read of a source: the folder itself, or its entries when snapshots are among them."""
    if not (path / _NOT_INVENTORY).is_dir():
        return [path]
    entries = [
        entry
        for entry in sorted(path.iterdir())
        if entry.name != _NOT_INVENTORY and not IGNORED.search(entry.name.encode())
    ]
    return entries or [path]


def _refuse_warnings(warnings: Sequence[_Warning], inventory_dir: Path) -> None:
    """What Ansible only warns of would be lost silently: a file that it skips, a key that is there twice."""
    serious = [warning for warning in warnings if any(word in warning.text.lower() for word in _LOSES_DATA)]
    # Each of its plugins says why it could not read a file: the one that says a line was meant for that file.
    exact = [warning for warning in serious if warning.origin is not None and warning.origin.line_num]
    if serious:
        errors = [_unreadable(text, origin, inventory_dir) for text, origin in dict.fromkeys(exact or serious)]
        raise FellesdriftErrors(list({str(error): error for error in errors}.values()))


def _unreadable(text: str, origin: Origin | None, inventory_dir: Path) -> FellesdriftError:
    project = places.project_dir(inventory_dir)
    return FellesdriftError(
        code="FD102",
        problem="Ansible cannot read the inventory.",
        file=_origin_text(origin, inventory_dir) or places.shown(inventory_dir, inventory_dir),
        found=_one_line(text).removeprefix("YAML parsing failed: ").replace(f"{project}/", ""),
        expected="YAML or INI as Ansible reads it",
    )


def _words(error: BaseException) -> str:
    """What an error of Ansible says, without the excerpt of the file: it could hold a secret."""
    message = getattr(error, "message", None)
    return message if isinstance(message, str) else str(error)


def _origin_of(error: BaseException | None) -> Origin | None:
    """The place that an error, or the one that caused it, is about."""
    while error is not None:
        about = getattr(error, "obj", None)
        origin = about if isinstance(about, Origin) else Origin.get_tag(about)
        if origin is not None and origin.path is not None:
            return origin
        error = error.__cause__ or error.__context__
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Reader:
    """Resolves variables, host by host; what cannot be resolved is an error and left out."""

    def __init__(self, loader: Any, raw: Mapping[str, Mapping[str, Any]], inventory_dir: Path) -> None:
        self._loader = loader
        self._raw = raw
        self._inventory_dir = inventory_dir
        self._locate = _locator(raw, inventory_dir)
        # Most values hold no template and are shared by many hosts: converted once, by identity.
        self._constant: dict[int, Any] = {}
        self.errors: list[FellesdriftError] = []

    def wide(self) -> dict[str, Any]:
        """The estate's own variables, from the first host that has them; the others must have the same."""
        found: dict[str, Any] = {}
        origin: dict[str, tuple[str, Any]] = {}
        for host, variables in self._raw.items():
            for name in ESTATE_VARIABLES & variables.keys():
                if name not in origin:
                    origin[name] = (host, variables[name])
                    self._resolve_into(found, host, name)
                elif variables[name] is not origin[name][1] and not self._same(host, name, found.get(name)):
                    self._refuse_other(host, name, origin[name][0])
        return found

    def own(self, host: str) -> dict[str, Any]:
        """One host's variables; a `fellesdrift_*` that nothing reads is an error."""
        found: dict[str, Any] = {}
        for name in self._raw[host]:
            if _is_own(name):
                self._resolve_into(found, host, name)
            elif name.startswith(PREFIX) and name not in ESTATE_VARIABLES:
                self._refuse_unknown(host, name)
        return found

    def _resolve_into(self, found: dict[str, Any], host: str, name: str) -> None:
        if not _is_secret(self._raw[host][name]):
            try:
                found[name] = self._resolve(host, name)
            except (AnsibleError, ReferenceError) as error:
                self._refuse_unresolved(host, name, _one_line(_words(error)))
        elif name in ESTATE_VARIABLES | HOST_VARIABLES:
            self._refuse_unresolved(host, name, "a value encrypted with Ansible Vault")
        # Else a role's secret: loading needs no password, so it is not among the variables here.

    def _refuse_unresolved(self, host: str, name: str, found: str) -> None:
        self.errors.append(
            FellesdriftError(
                code="FD103",
                problem=f"The variable {name} cannot be resolved.",
                host=host,
                file=self._locate(host, (name,)),
                key=name,
                found=found,
                expected="a value that can be read without a task and without a password",
            )
        )

    def _resolve(self, host: str, name: str) -> Any:
        value = self._raw[host][name]
        if id(value) in self._constant:
            return self._constant[id(value)]
        if not _has_template(value):
            self._constant[id(value)] = _plain(value)
            return self._constant[id(value)]
        return _plain(Templar(loader=self._loader, variables=dict(self._raw[host])).template(value))

    def _same(self, host: str, name: str, value: Any) -> bool:
        try:
            return bool(self._resolve(host, name) == value)
        except (AnsibleError, ReferenceError):
            return False

    def _refuse_other(self, host: str, name: str, first: str) -> None:
        self.errors.append(
            FellesdriftError(
                code="FD108",
                problem=f"{name} is one for the whole estate, and this host has another.",
                host=host,
                file=self._locate(host, (name,)),
                key=name,
                expected=f"the same as {first} has ({self._locate(first, (name,))})",
                next_step="define it once, in group_vars/all/",
            )
        )

    def _refuse_unknown(self, host: str, name: str) -> None:
        known = ESTATE_VARIABLES | HOST_VARIABLES
        self.errors.append(
            FellesdriftError(
                code="FD105",
                problem=f"Nothing reads the variable {name}.",
                host=host,
                file=self._locate(host, (name,)),
                key=name,
                expected=names.one_of(known),
                next_step=names.did_you_mean(name, known),
            )
        )


def _has_template(value: Any) -> bool:
    if isinstance(value, str):
        return any(mark in value for mark in _TEMPLATE)
    if isinstance(value, Mapping):
        return any(_has_template(inner) for pair in value.items() for inner in pair)
    if isinstance(value, list | tuple):
        return any(_has_template(inner) for inner in value)
    return False


def _is_secret(value: Any) -> bool:
    """Whether a value, or anything in it, is encrypted with Ansible Vault."""
    if isinstance(value, Mapping):
        return any(_is_secret(inner) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(_is_secret(inner) for inner in value)
    return isinstance(value, EncryptedString)


def _plain(value: Any) -> Any:
    """Built-in types only: Ansible's tags (where a value was written) end here."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    # Dates, encrypted values and whatever else a YAML file can hold: as text. The models say what belongs there.
    return str(value)


def _locator(raw: Mapping[str, Mapping[str, Any]], inventory_dir: Path) -> Locate:
    """Where a key was written, from Ansible's Origin tags: the deepest one on the way to it."""

    def locate(host: str | None, path: KeyPath) -> str | None:
        if host is None:
            # The estate's own variables: any host that has them.
            current: Any = next((own for own in raw.values() if path and path[0] in own), None)
        else:
            current = raw.get(host)
        origin = None
        for step in path:
            origin = _origin_of_key(current, step) or origin
            try:
                current = current[step]
            except (KeyError, IndexError, TypeError):
                break
            # A value with its key on the same line, or a list's element: the value's own place is the better one.
            origin = _better(origin, Origin.get_tag(current))
        return _origin_text(origin, inventory_dir)

    return locate


def _origin_of_key(container: Any, step: str | int) -> Origin | None:
    """Where the key itself stands (Ansible tags keys too), for values that carry no place, such as true or null."""
    if not isinstance(container, Mapping):
        return None
    return next((Origin.get_tag(key) for key in container if key == step), None)


def _better(key: Origin | None, value: Origin | None) -> Origin | None:
    """A record's place is where its first key is; its own key, one line above, is what the reader looks for."""
    if key is None or value is None:
        return key or value
    return key if key.path == value.path else value


def _origin_text(origin: Origin | None, inventory_dir: Path) -> str | None:
    if origin is None or origin.path is None:
        return None
    shown = places.shown(Path(origin.path), inventory_dir)
    return f"{shown}:{origin.line_num}" if origin.line_num else shown
