"""The one module of the library that knows Ansible: from an inventory to resolved variables, and their places.

Only variables that fellesdrift reads are resolved (`fellesdrift_*`, and role variables, which have `__` in their name):
`ansible_password` and its like are never touched, so loading needs neither vault password nor environment.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ansible import constants
from ansible._internal._datatag._tags import Origin, TrustedAsTemplate
from ansible.errors import AnsibleError
from ansible.inventory.host import Host
from ansible.inventory.manager import IGNORED, InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import EncryptedString
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from ansible.utils.collection_loader._collection_config import AnsibleCollectionConfig
from ansible.utils.display import Display
from ansible.utils.vars import combine_vars
from ansible.vars.manager import VariableManager
from ansible.vars.plugins import get_vars_from_inventory_sources, get_vars_from_path

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import names, places
from fellesdrift.estate.build import ESTATE_VARIABLES, HOST_VARIABLES, PREFIX, Variables, build
from fellesdrift.estate.draft import KeyPath, Locate
from fellesdrift.estate.models import Estate
from fellesdrift.estate.plain_yaml import plain_mapping
from fellesdrift.estate.template_names import names_in

# A folder of ours inside an inventory folder; Ansible would try to read the snapshots as inventories.
_NOT_INVENTORY = "snapshots"
_TEMPLATE = ("{{", "{%", "{#")
# what there mostly is first: asking for Mapping takes ten times as long
_MAPPINGS, _LISTS = (dict, Mapping), (list, tuple)
_VAULT = b"$ANSIBLE_VAULT;"
# Ansible as it is without a site's additions: what gives variables to hosts, and where facts of earlier runs are.
_VARS_PLUGINS = ["host_group_vars"]
_NO_FACTS = ("memory", "ansible.builtin.memory")
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
# Words of those warnings of Ansible after which something that was written down is not there.
_LOSES_DATA = ("pars", "duplicate", "skipping", "both group and host")


class Logins(dict[str, dict[str, Any]]):
    """host -> the variables of its login, so that a host's files are read once. Only hosts whose login can be known
    without a password: one with a secret in it, or that something encrypted may speak of, is Ansible's to resolve.

    limit  which hosts are wanted, as Ansible's --limit says it
    hosts  those, once the inventory is read
    """

    NAMES = frozenset(
        {
            *(f"ansible_{name}" for name in ("host", "port", "user", "password", "become_password")),
            *(f"fellesdrift_{name}" for name in ("exchange_form", "known_hosts", "platform", "ssh_legacy", "telnet")),
            *(f"fellesdrift_winrm_{name}" for name in ("auth", "plain", "code_page")),
        }
    )

    def __init__(self, limit: str | None = None) -> None:
        super().__init__()
        self.limit = limit
        self.hosts: frozenset[str] = frozenset()

    def read(self, host: str, variables: Mapping[str, Any], resolve: Callable[[Any], Any]) -> None:
        """Take over what is plain, or was made so by `resolve`; a brace that is left could be a template still."""
        found = {name: variables[name] for name in self.NAMES if variables.get(name) is not None}
        if not all(isinstance(value, int | str) for value in found.values()):
            return
        try:
            plain = {name: resolve(value) for name, value in found.items()}
        except (AnsibleError, ReferenceError):
            return
        if all(isinstance(value, int) or (isinstance(value, str) and "{" not in value) for value in plain.values()):
            self[host] = plain


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
    with _quiet() as warnings, _few_collections():
        try:
            raw = _HostVariables(paths)
            reader = _Reader(raw, inventory_dir, warnings)
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
            _refuse_warnings(warnings, inventory_dir)
            raise FellesdriftErrors([_unreadable(_words(error), _origin_of(error), inventory_dir)]) from error
        _refuse_warnings(warnings, inventory_dir)
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
        own[host] = {name: _plain(variables[name]) for name in variables if _is_own(name)}
    written = {**wide}
    return build(
        Variables(
            inventory_dir=here,
            groups=_in_order(groups, hosts),
            wide={name: _plain(value) for name, value in wide.items()},
            hosts=own,
            locate=_locator({hosts[0]: written}, here),
            files=False,
        )
    )


def _in_order(groups: Mapping[str, Sequence[str]], hosts: Iterable[str]) -> dict[str, list[str]]:
    """Each group's hosts in the inventory's order: that of the hosts of a wave. Ansible walks the children of a group
    as a set, and where they are nested twice, its own order may be another one each time."""
    position = {host: number for number, host in enumerate(hosts)}
    return {name: sorted(members, key=lambda host: position.get(host, -1)) for name, members in groups.items()}


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


class _Files:
    """Ansible's reader of files; it skips those encrypted as a whole: what fellesdrift reads is no secret.

    loader   the reader itself, for Ansible
    keep     whether what is read will be asked for again: a group's files are, a host's are not
    places   whether the places of what the files say are wanted; most are never asked for
    skipped  whether there was one that is encrypted
    """

    def __init__(self) -> None:
        loader: Any = DataLoader()
        self._load = loader.load_from_file
        loader.load_from_file = self._load_from_file
        self.loader: Any = loader
        self.keep = False
        self.places = False
        self.skipped = False
        self._kept: dict[tuple[str, bool], Any] = {}

    def _load_from_file(self, file_name: str, *_cache: str, unsafe: bool = False, **kwargs: Any) -> Any:
        kwargs["cache"] = "none"  # this is the only one
        known = file_name, self.places
        if unsafe and known in self._kept:
            return self._kept[known]
        content = self._content(file_name)
        if content.startswith(_VAULT):
            self.skipped = True
            return {}
        data = _plain_mapping(content) if unsafe and not self.places else None
        if data is None:
            # Nobody else has what is not kept, so it need not be copied (unsafe: as it was read).
            data = self._load(file_name, unsafe=True, **kwargs)
        if unsafe and self.keep:
            self._kept[known] = data
        return data

    def _content(self, file_name: str) -> bytes:
        try:
            return Path(self.loader.path_dwim(file_name)).read_bytes()
        except OSError:
            return b""  # Ansible says what is wrong with it


def _plain_mapping(content: bytes) -> dict[str, Any] | None:
    try:
        return plain_mapping(content.decode())
    except UnicodeDecodeError:
        return None


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


@contextmanager
def _few_collections() -> Iterator[None]:
    """An estate is many objects that all stay: Python need not look through them for garbage again and again."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _HostVariables(Mapping[str, Mapping[str, Any]]):
    """What Ansible's VariableManager gives for each host, with what hosts of the same groups share worked out once.

    Ansible merges the variables of a host's groups anew for every host, which is most of what a large inventory costs.
    Here it does so once for each set of groups, for a stand-in that has nothing of its own; a host's own variables are
    then put on top in Ansible's order. They are not kept: they are read again when an error needs their places.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        if AnsibleCollectionConfig.collection_finder is None:
            # A playbook run has done this already; twice is refused.
            start: Callable[..., object] = init_plugin_loader
            start()
        self._files = _Files()
        self.loader = self._files.loader
        self._sources = [str(source) for path in paths for source in _files(path)]
        self._inventory: Any = InventoryManager(loader=self.loader, sources=self._sources)
        self._manager: Any = VariableManager(loader=self.loader, inventory=self._inventory)
        self._shared: dict[tuple[frozenset[str], bool], tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
        # Further plugins, and facts of earlier runs, could know a host by its name: then Ansible is asked for each.
        ansible: Any = constants
        self._ordinary = ansible.VARIABLE_PLUGINS_ENABLED == _VARS_PLUGINS and ansible.CACHE_PLUGIN in _NO_FACTS
        self._last: tuple[str, Mapping[str, Any]] | None = None

    def groups(self) -> Mapping[str, Sequence[str]]:
        """The hosts of every group."""
        found: Mapping[str, Sequence[str]] = self._inventory.get_groups_dict()
        return found

    def within(self, limit: str | None, warnings: list[_Warning]) -> frozenset[str]:
        """The hosts that a limit leaves in. FD740 when a part of it means no host: Ansible only warns of that."""
        if not limit:
            return frozenset(self)
        known = len(warnings)
        try:
            self._inventory.subset(limit)
            found = frozenset(str(host) for host in self._inventory.list_hosts("all"))
            said = [_one_line(warning.text) for warning in warnings[known:]]
        except AnsibleError as error:
            found, said = frozenset(), [_one_line(_words(error))]
        finally:
            self._inventory.subset(None)
            del warnings[known:]
        if said or not found:
            raise FellesdriftErrors(
                [
                    FellesdriftError(
                        "FD740",
                        "the limit names hosts that the inventory does not have",
                        key="--limit",
                        found="; ".join(said) or f"{limit}: no host",
                        expected="hosts, groups or patterns, each of at least one host",
                        next_step="ansible-inventory --graph with the same inventory",
                    )
                ]
            )
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._inventory.hosts)

    def __len__(self) -> int:
        return len(self._inventory.hosts)

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        if self._last is None or self._last[0] != name:
            self._last = name, self._merged(self._inventory.hosts[name])
        return self._last[1]

    def with_places(self) -> Mapping[str, Mapping[str, Any]]:
        """The same, and where each value was written."""
        return _WithPlaces(self)

    def placed(self, name: str) -> Mapping[str, Any]:
        """One host's variables with their places."""
        self._files.places = True
        try:
            return self._merged(self._inventory.hosts[name])
        finally:
            self._files.places = False

    @property
    def is_whole(self) -> bool:
        """Whether this is all that Ansible would give: nothing encrypted was left out, no plugin adds to it."""
        return self._ordinary and not self._files.skipped

    def shared(self, name: str) -> Mapping[str, Any]:
        """What the host has of its groups: these values are the same objects for all hosts that share them."""
        return self._of_groups(self._inventory.hosts[name])[0] if self._ordinary else {}

    def _merged(self, host: Any) -> Mapping[str, Any]:
        if not self._ordinary:
            found: Mapping[str, Any] = self._manager.get_vars(host=host, include_hostvars=False)
            return found
        combine: Callable[..., Mapping[str, Any]] = combine_vars
        beside: Callable[..., Mapping[str, Any]] = get_vars_from_inventory_sources
        here: Callable[..., Mapping[str, Any]] = get_vars_from_path
        shared, last = self._of_groups(host)
        merged = combine(shared, host.get_vars())
        merged = combine(merged, beside(self.loader, self._sources, [host], "task"))
        if self._manager.safe_basedir:
            merged = combine(merged, here(self.loader, self.loader.get_basedir(), [host], "task"))
        return combine(merged, last)

    def _of_groups(self, host: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The variables of these groups; and those, of Ansible itself, that win over a host's own."""
        groups = frozenset(group.name for group in host.groups), self._files.places
        if groups not in self._shared:
            # Ansible looks for no files of a host whose name is a path.
            stand_in: Any = Host("/", gen_uuid=False)
            stand_in.groups = host.groups
            self._files.keep = True
            variables = self._manager.get_vars(host=stand_in, include_hostvars=False)
            last = {"ansible_facts", "ansible_local", *self._manager.get_vars(include_hostvars=False)}
            self._files.keep = False
            self._shared[groups] = variables, {name: variables[name] for name in last if name in variables}
        return self._shared[groups]


class _WithPlaces(Mapping[str, Mapping[str, Any]]):
    def __init__(self, raw: _HostVariables) -> None:
        self._raw = raw
        self._last: tuple[str, Mapping[str, Any]] | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        if self._last is None or self._last[0] != name:
            self._last = name, self._raw.placed(name)
        return self._last[1]


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
    """Resolves variables, host by host; what cannot be resolved is an error and left out.

    wide   the estate's own variables, from the first host that has them; the others must have the same
    own    host -> its own variables
    """

    def __init__(self, raw: _HostVariables, inventory_dir: Path, warnings: list[_Warning]) -> None:
        self._raw = raw
        self._warnings = warnings
        self.locate = _locator(raw.with_places(), inventory_dir)
        self.wide: dict[str, Any] = {}
        self.own: dict[str, dict[str, Any]] = {}
        self.errors: list[FellesdriftError] = []
        # Where each of the estate's own variables was found first: the host, and its value as it is written.
        self._first: dict[str, tuple[str, Any]] = {}
        # Values without a template that many hosts share, converted once. id -> the value (so that it stays), converted
        self._constant: dict[int, tuple[Any, Any]] = {}
        # What a template came to: most are a group's, and say the same for all its hosts.
        self._answers: dict[tuple[Any, ...], Any] = {}

    def read(self, host: str) -> None:
        """One host's variables; a `fellesdrift_*` that nothing reads is an error. Raises AnsibleError."""
        variables = self._raw[host]
        shared = self._raw.shared(host)
        found = self.own[host] = {}
        for name, value in variables.items():
            if _is_own(name):
                self._resolve_into(found, host, name, value, shared)
            elif name in ESTATE_VARIABLES:
                self._read_wide(host, name, value, shared)
            elif name.startswith(PREFIX):
                self._refuse_unknown(host, name)

    def resolving(self, host: str) -> Callable[[Any], Any]:
        """A function that resolves a value of the host; it raises AnsibleError, ReferenceError."""
        return partial(self._resolve, host)

    def _read_wide(self, host: str, name: str, value: Any, shared: Mapping[str, Any]) -> None:
        if name not in self._first:
            self._first[name] = host, value
            self._resolve_into(self.wide, host, name, value, shared)
        elif value is not self._first[name][1] and not self._same(host, name, value):
            self._refuse_other(host, name, self._first[name][0])

    def _resolve_into(self, found: dict[str, Any], host: str, name: str, value: Any, shared: Mapping[str, Any]) -> None:
        constant = self._constant.get(id(value))
        if constant is not None:
            found[name] = constant[1]
        elif not _is_secret(value):
            try:
                found[name] = self._resolve(host, value)
            except (AnsibleError, ReferenceError) as error:
                self._refuse_unresolved(host, name, _one_line(_words(error)))
            else:
                if shared.get(name) is value and not _has_template(value):
                    self._constant[id(value)] = value, found[name]
        elif name in ESTATE_VARIABLES | HOST_VARIABLES:
            self._refuse_unresolved(host, name, "a value encrypted with Ansible Vault")
        # Else a role's secret: loading needs no password, so it is not among the variables here.

    def _refuse_unresolved(self, host: str, name: str, found: str) -> None:
        self.errors.append(
            FellesdriftError(
                code="FD103",
                problem=f"The variable {name} cannot be resolved.",
                host=host,
                file=self.locate(host, (name,)),
                key=name,
                found=found,
                expected="a value that can be read without a task and without a password",
            )
        )

    def _resolve(self, host: str, value: Any) -> Any:
        if not _has_template(value):
            return _plain(value)
        depends = self._depends(self._raw[host], value)
        if depends is not None and depends in self._answers:
            return self._answers[depends]
        known = len(self._warnings)
        try:
            answer = _plain(Templar(loader=self._raw.loader, variables=dict(self._raw[host])).template(value))
        finally:
            # What Ansible says of a template is no word on the inventory's files.
            del self._warnings[known:]
        if depends is not None and isinstance(answer, str | int):
            self._answers[depends] = answer
        return answer

    def _depends(self, variables: Mapping[str, Any], value: Any) -> tuple[Any, ...] | None:
        """A template and all that its answer depends on, where these are plain words and numbers: the same for
        another host, the same answer. None where it may depend on more."""
        names = names_in(str(value)) if isinstance(value, str) else None
        if names is None:
            return None
        found: list[Any] = [str(value), TrustedAsTemplate.is_tagged_on(value)]
        for name in sorted(names):
            one = variables.get(name)
            if name in variables and (not isinstance(one, str | int) or _has_template(one)):
                return None
            found.append((name in variables, isinstance(one, bool), _plain(one)))
        return tuple(found)

    def _same(self, host: str, name: str, value: Any) -> bool:
        try:
            return bool(self._resolve(host, value) == self.wide.get(name))
        except (AnsibleError, ReferenceError):
            return False

    def _refuse_other(self, host: str, name: str, first: str) -> None:
        self.errors.append(
            FellesdriftError(
                code="FD108",
                problem=f"{name} is one for the whole estate, and this host has another.",
                host=host,
                file=self.locate(host, (name,)),
                key=name,
                expected=f"the same as {first} has ({self.locate(first, (name,))})",
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
                file=self.locate(host, (name,)),
                key=name,
                expected=names.one_of(known),
                next_step=names.did_you_mean(name, known),
            )
        )


def _has_template(value: Any) -> bool:
    # asked of every word of every host: the types that there mostly are come first, and loops make no objects
    if isinstance(value, str):
        return "{" in value and any(mark in value for mark in _TEMPLATE)
    if isinstance(value, _MAPPINGS):
        for key, inner in value.items():
            if _has_template(key) or _has_template(inner):
                return True
    elif isinstance(value, _LISTS):
        for inner in value:
            if _has_template(inner):
                return True
    return False


def _is_secret(value: Any) -> bool:
    """Whether a value, or anything in it, is encrypted with Ansible Vault."""
    if isinstance(value, _MAPPINGS):
        return any(_is_secret(inner) for inner in value.values())
    if isinstance(value, _LISTS):
        return any(_is_secret(inner) for inner in value)
    return isinstance(value, EncryptedString)


def _plain(value: Any) -> Any:
    """Built-in types only: Ansible's tags (where a value was written) end here."""
    if isinstance(value, str):
        # hosts say much the same: each word once
        return sys.intern(str(value))
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, _MAPPINGS):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, _LISTS):
        return [_plain(inner) for inner in value]
    for kind in (int, float):
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
