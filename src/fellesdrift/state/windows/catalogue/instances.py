"""Kinds whose resources are instances of one WMI class that are created, put and deleted as such."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Keys, Kind, Phase, Resource, Scene, Step
from fellesdrift.state.windows.refusals import NotServedError


class InstanceKind(Kind):
    """cls, by: the WMI class and its key. properties: attribute -> property. words: what people call one."""

    cls: str
    by: str
    words: str
    properties: Mapping[str, str]
    listable = True

    @abstractmethod
    def shown(self, host: Host, row: Mapping[str, Any]) -> Resource:
        """The attributes of an instance, without `present`. Raises UnreadableStateError."""

    @abstractmethod
    def written(self, resource: Resource) -> dict[str, Any]:
        """Attributes as the instance's properties."""

    @abstractmethod
    def allow(self, scene: Scene, key: str, want: Resource) -> None:
        """Raises RefusedStateError for what the host would refuse: something that it needs is missing."""

    def allow_removal(self, scene: Scene, key: str) -> None:
        """Raises RefusedStateError for what the host would not let go."""

    def leads_back(self, have: Resource, change: Resource) -> Resource:
        """What an instance had of all that has to be claimed to undo a change."""
        return {name: have[name] for name in change}

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        served(host, self.name)
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        spelled = {key.lower(): key for key in found}
        for row in host.query_named(self.cls, [self.by, *self.properties.values()], self.by, want):
            name = str(row[self.by])
            found[spelled.get(name.lower(), name)] = {PRESENT: True, **self.shown(host, row)}
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not change.get(PRESENT, True):
                self.allow_removal(scene, key)
                planned.append(self._remove(key, have))
                continue
            # what differs may lean on what does not: a share's name on its being shared
            want = {name: value for name, value in (have | change).items() if name != PRESENT}
            self.allow(scene, key, want)
            planned.append(self._change(key, have, change, want) if have[PRESENT] else self._create(key, change, want))
        return planned

    def _step(self, key: str, title: str, before: Resource, after: Resource, do: Callable[[Host], None]) -> Step:
        phase: Phase = "make" if after.get(PRESENT, True) else "remove"
        return Step(self.name, key, title, before, after, do, phase=phase)

    def _create(self, key: str, change: Resource, want: Resource) -> Step:
        values = {self.by: key, **self.written(want)}
        title = f"Create {self.words} {key}"
        after = {PRESENT: True, **change}
        return self._step(key, title, dict(ABSENT), after, lambda host: host.client.create(self.cls, values))

    def _change(self, key: str, have: Resource, change: Resource, want: Resource) -> Step:
        values = {self.properties[name]: None for name in change} | self.written(want)
        title = f"Change {', '.join(change)} of {self.words} {key}"
        before = self.leads_back(have, change)
        return self._step(
            key, title, before, dict(change), lambda host: host.client.put(self.cls, {self.by: key}, values)
        )

    def _remove(self, key: str, have: Resource) -> Step:
        title = f"Remove {self.words} {key}"
        return self._step(
            key, title, dict(have), dict(ABSENT), lambda host: host.client.delete(self.cls, {self.by: key})
        )


def served(host: Host, kind: str) -> None:
    """The spooler must run: WMI shows no printer while it does not. Raises NotServedError."""
    rows = host.query_named("Win32_Service", ["State"], "Name", ["Spooler"])
    state = str(rows[0]["State"]) if rows else "not there"
    if state != "Running":
        raise NotServedError(host.name, kind, "Spooler", state)
