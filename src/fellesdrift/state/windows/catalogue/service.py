"""Services: Win32_Service, and Win32_DependentService for who needs whom.

A service that is to run brings those that it needs along, each as a step of its own with its own before. One that is to
stop takes nobody with it: whoever needs it must be claimed too. Codes are those of Win32_Service's methods (Microsoft's
WMI reference).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fellesdrift.state.windows.catalogue.service_order import Graph, in_order, read_graph
from fellesdrift.state.windows.claims import SAME_TEXT
from fellesdrift.state.windows.errors import PasswordMissingError, RefusedError, RefusedStateError, UnreadableStateError
from fellesdrift.state.windows.forms import choice, many, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Phase, Resource, Scene, Step
from fellesdrift.state.windows.refusals import ManagementPathError

_CLASS = "Win32_Service"
_PROPERTIES = {
    "start": "StartMode",
    "state": "State",
    "account": "StartName",
    "display_name": "DisplayName",
    "path": "PathName",
}
_MODES = {"auto": "Automatic", "manual": "Manual", "disabled": "Disabled"}
_CHANGE = {"display_name": "DisplayName", "path": "PathName", "account": "StartName"}
# what a service manager waits for a service by itself is 30 s
_SETTLES = 60.0
_MANAGED_BY = "winrm"
_SPOOLER, _SPOOLED = "spooler", ("printer_port", "printer")
_BUILT_IN = ("localsystem", "nt authority\\localservice", "nt authority\\networkservice")
_VERBS = {"running": "StartService", "stopped": "StopService", "paused": "PauseService"}


class ServiceKind(Kind):
    """Start mode, state, account, display name, path, dependencies; created where `path` is claimed, and removed."""

    name = "service"
    rank = 60
    attributes: Mapping[str, Attribute] = {
        "start": Attribute(choice(*_MODES)),
        "state": Attribute(choice(*_VERBS)),
        "account": Attribute(text(256, empty=False), SAME_TEXT),
        "display_name": Attribute(text(256, empty=False)),
        "path": Attribute(text(1024, empty=False), SAME_TEXT),
        "dependencies": Attribute(many(text(256, empty=False), same=str.lower), SAME_TEXT),
    }
    listable = True
    # nobody can tell which services Windows brought along
    purgeable = False

    def key(self, key: str) -> str:
        if set(key) & set("/\\"):
            raise ValueError("a service's name, which has no slashes; not its display name")
        return super().key(key)

    def check(self, _key: str, resource: Resource) -> Resource:
        if resource.get("start") == "disabled" and resource.get("state") == "running":
            raise ValueError("a start mode other than disabled for a service that runs")
        return resource

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        rows = host.query_named(_CLASS, ["Name", *_PROPERTIES.values()], "Name", want)
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        spelled = {key.lower(): key for key in found}
        for row in rows:
            key = row["Name"] if want is None else spelled.get(str(row["Name"]).lower())
            if key is not None:
                found[key] = _resource(row)
        if want is None or any("dependencies" in claim or not claim.get(PRESENT, True) for claim in want.values()):
            graph = read_graph(host)
            for key, resource in found.items():
                if resource[PRESENT]:
                    resource["dependencies"] = graph.needs(key)
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        have = scene.have[self.name]
        planned: list[Step] = []
        late: list[Step] = []
        for key, change in changes.items():
            if have[key].get("state") not in (None, *_VERBS) and ("state" in change or not change.get(PRESENT, True)):
                raise UnreadableStateError(
                    scene.host.name, f"service/{key}/state", str(have[key]["state"]), f"one of {', '.join(_VERBS)}"
                )
            _keep_managed(scene, key, change)
            _keep_served(scene, key, change)
            if not change.get(PRESENT, True):
                continue
            if not have[key][PRESENT]:
                planned.append(_create(scene, key, change))
                continue
            if settings := {name: value for name, value in change.items() if name in (*_CHANGE, "dependencies")}:
                planned.append(_change(scene, key, settings))
            if "start" in change:
                # what is to be disabled is stopped first
                (late if change["start"] == "disabled" else planned).append(_mode(scene, key, change["start"]))
        removed = [key for key, change in changes.items() if not change.get(PRESENT, True)]
        moved = {key: change["state"] for key, change in changes.items() if _moves(have[key], change)}
        moves = in_order(scene, moved, removed, self.read) if moved or removed else []
        for key, was, state in moves:
            step = _state(key, was, state, removing=key in removed)
            (planned if state == "stopped" else late).append(step)
        return [*planned, *late, *(_delete(key, have[key]) for key in _dependents_first(scene, removed))]


def _keep_managed(scene: Scene, key: str, change: Resource) -> None:
    """The service by which the host is managed goes on running, and comes back after a boot."""
    if key.lower() != _MANAGED_BY:
        return
    if (
        change.get("state", "running") != "running"
        or change.get("start", "auto") != "auto"
        or not change.get(PRESENT, True)
    ):
        raise ManagementPathError(
            scene.host.name, f"service/{key}", str(change), "running, and starting by itself: it manages this host"
        )


def _keep_served(scene: Scene, key: str, change: Resource) -> None:
    """Nobody can make or read a printer once the spooler has stopped."""
    desired = [name for name in _SPOOLED if scene.want.get(name)]
    stays = change.get(PRESENT, True) and change.get("state", "running") == "running"
    if key.lower() == _SPOOLER and desired and not stays:
        raise RefusedStateError(
            scene.host.name,
            f"service/{key}",
            f"it is to stop, and {' and '.join(desired)} are desired, which it alone makes and shows",
            "a spooler that runs, or printers and ports left out",
        )


def _moves(have: Resource, change: Resource) -> bool:
    # a service that is made is stopped
    return "state" in change and (have[PRESENT] or change["state"] != "stopped")


def _dependents_first(scene: Scene, removed: list[str]) -> list[str]:
    if len(removed) < 2:
        return removed
    graph: Graph = read_graph(scene.host)
    return sorted(removed, key=lambda key: -graph.depth(key))


def _resource(row: Mapping[str, Any]) -> Resource:
    found = {name: row[prop] for name, prop in _PROPERTIES.items()}
    return {
        PRESENT: True,
        **found,
        "start": str(found["start"]).lower(),
        "state": str(found["state"]).lower(),
        "account": found["account"] or "LocalSystem",
    }


def _act(
    title: str, method: str, arguments: Mapping[str, Any], keys: Mapping[str, str] | None
) -> Callable[[Host], None]:
    def do(host: Host) -> None:
        code = host.client.invoke(_CLASS, method, arguments, keys)["ReturnValue"]
        if code != 0:
            raise RefusedError(host.name, title, f"{_CLASS}.{method} returned {code}")

    return do


def _step(key: str, title: str, before: Resource, after: Resource, do: Callable[[Host], None], settles: float) -> Step:
    return Step(ServiceKind.name, key, title, before, after, do, settles)


def _password(scene: Scene, key: str, account: str) -> dict[str, str]:
    """What StartPassword is for an account: none for those that Windows has itself."""
    if account.lower() in _BUILT_IN:
        return {"StartPassword": ""}
    found = scene.passwords.get(account.lower().removeprefix(".\\"))
    if found is None:
        raise PasswordMissingError(scene.host.name, f"service/{key}/account", account)
    return {"StartPassword": found}


def _create(scene: Scene, key: str, want: Resource) -> Step:
    if "path" not in want:
        raise RefusedStateError(
            scene.host.name, f"service/{key}", "no such service, and no `path` to make it of", "a service that is there"
        )
    arguments: dict[str, Any] = {
        "Name": key,
        "DisplayName": want.get("display_name", key),
        "PathName": want["path"],
        "ServiceType": 16,
        "ErrorControl": 1,
        "StartMode": _MODES[want.get("start", "manual")],
        "DesktopInteract": False,
    }
    if "account" in want:
        arguments |= {"StartName": want["account"]} | _password(scene, key, want["account"])
    if want.get("dependencies"):
        arguments["ServiceDependencies"] = want["dependencies"]
    title = f"Create service {key}"
    after = want | ({"state": "stopped"} if "state" in want else {})
    return _step(key, title, dict(ABSENT), after, _act(title, "Create", arguments, None), 0)


def _change(scene: Scene, key: str, settings: Resource) -> Step:
    arguments: dict[str, Any] = {_CHANGE[name]: settings[name] for name in _CHANGE if name in settings}
    if "account" in settings:
        arguments |= _password(scene, key, settings["account"])
    if "dependencies" in settings:
        # null would leave them as they are; one empty text is none
        arguments["ServiceDependencies"] = settings["dependencies"] or [""]
    title = f"Change {', '.join(settings)} of service {key}"
    have = scene.have[ServiceKind.name][key]
    before = {name: have.get(name) for name in settings}
    return _step(key, title, before, settings, _act(title, "Change", arguments, {"Name": key}), 0)


def _mode(scene: Scene, key: str, start: str) -> Step:
    title = f"Set service {key} to start {start}"
    before = {"start": scene.have[ServiceKind.name][key]["start"]}
    do = _act(title, "ChangeStartMode", {"StartMode": _MODES[start]}, {"Name": key})
    return _step(key, title, before, {"start": start}, do, 0)


def _state(key: str, was: str, state: str, *, removing: bool) -> Step:
    words = {"running": "Start", "stopped": "Stop", "paused": "Pause"}
    method = "ResumeService" if (was, state) == ("paused", "running") else _VERBS[state]
    title = f"{words[state]} service {key}"
    do = _act(title, method, {}, {"Name": key})
    phase: Phase = "remove" if removing else "make"
    return Step(ServiceKind.name, key, title, {"state": was}, {"state": state}, do, _SETTLES, phase=phase)


def _delete(key: str, have: Resource) -> Step:
    title = f"Remove service {key}"
    do = _act(title, "Delete", {}, {"Name": key})
    return Step(ServiceKind.name, key, title, dict(have), dict(ABSENT), do, _SETTLES, phase="remove")
