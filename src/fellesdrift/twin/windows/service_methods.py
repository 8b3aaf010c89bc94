"""Win32_Service's methods, on the services of one host. Return codes are as documented."""

from __future__ import annotations

from typing import Any

from fellesdrift.twin.windows.defaults import Installed
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.provider import Args, Keys, Method, code
from fellesdrift.twin.windows.services import EXISTS, INVALID, OK, UNKNOWN_ACCOUNT

_OWN = ("localsystem", "nt authority\\localservice", "nt authority\\networkservice")


def _start(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    return code(host.services.start(keys["name"]))


def _stop(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    return code(host.services.stop(keys["name"]))


def _no_pause(_host: WindowsHost, _keys: Keys, _args: Args) -> dict[str, Any]:
    return code(1)


def _change_mode(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
    return code(host.services.change_mode(keys["name"], args.text("StartMode")))


def _settings(host: WindowsHost, args: Args) -> dict[str, Any] | None:
    """What Change and Create set; None for an account that nobody knows. What is null stays as it is."""
    found: dict[str, Any] = {}
    for name, argument in (("title", "DisplayName"), ("path", "PathName"), ("account", "StartName")):
        if args.all(argument):
            found[name] = args.text(argument)
    if args.all("ServiceDependencies"):
        found["needs"] = tuple(each for each in args.all("ServiceDependencies") if each)
    account = str(found.get("account", _OWN[0])).lower()
    return found if account in _OWN or account.rpartition("\\")[2] in host.accounts.users else None


def _change(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
    settings = _settings(host, args)
    return code(UNKNOWN_ACCOUNT if settings is None else host.services.change(keys["name"], settings))


def _create(host: WindowsHost, _keys: Keys, args: Args) -> dict[str, Any]:
    name, settings = args.text("Name"), _settings(host, args)
    if not name or not args.text("PathName"):
        return code(INVALID)
    if name.lower() in host.services.known:
        return code(EXISTS)
    if settings is None:
        return code(UNKNOWN_ACCOUNT)
    host.services.install(Installed(**{"name": name, "title": name, "start": 3, **settings}))
    return code(host.services.change_mode(name, args.text("StartMode", "Manual")))


def _delete(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    name = keys["name"].lower()
    if host.services.is_running(name):
        stopped = host.services.stop(name)
        if stopped != OK:
            return code(stopped)
    host.services.remove(name)
    return code(OK)


METHODS: dict[str, Method] = {
    "StartService": _start,
    "StopService": _stop,
    "PauseService": _no_pause,
    "ResumeService": _no_pause,
    "ChangeStartMode": _change_mode,
    "Change": _change,
    "Create": _create,
    "Delete": _delete,
}
