"""What Ansible gives for each host, unresolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.inventory.host import Host
from ansible.inventory.manager import InventoryManager
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader._collection_config import AnsibleCollectionConfig
from ansible.utils.vars import combine_vars
from ansible.vars.manager import VariableManager
from ansible.vars.plugins import get_vars_from_inventory_sources, get_vars_from_path

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate.inventory.files import Files, files_of
from fellesdrift.estate.inventory.sayings import Warned, one_line, words

# Ansible as it is without a site's additions: what gives variables to hosts, and where facts of earlier runs are.
_VARS_PLUGINS = ["host_group_vars"]
_NO_FACTS = ("memory", "ansible.builtin.memory")


class HostVariables(Mapping[str, Mapping[str, Any]]):
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
        self._files = Files()
        self.loader = self._files.loader
        self._sources = [str(source) for path in paths for source in files_of(path)]
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

    def within(self, limit: str | None, warnings: list[Warned]) -> frozenset[str]:
        """The hosts that a limit leaves in. FD740 when a part of it means no host: Ansible only warns of that."""
        if not limit:
            return frozenset(self)
        known = len(warnings)
        try:
            self._inventory.subset(limit)
            found = frozenset(str(host) for host in self._inventory.list_hosts("all"))
            said = [one_line(warning.text) for warning in warnings[known:]]
        except AnsibleError as error:
            found, said = frozenset(), [one_line(words(error))]
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
    def __init__(self, raw: HostVariables) -> None:
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
