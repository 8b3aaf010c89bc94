"""`reg` and `sc`. reg's own layout is the one of 2003, and not translated."""

from __future__ import annotations

from fellesdrift.twin.windows.cmd import Context, Output, command, fail
from fellesdrift.twin.windows.registry import BINARY, DWORD, EXPAND_SZ, HIVES, MULTI_SZ, SHORT, SZ, Data, Key

_TYPES = {SZ: "REG_SZ", EXPAND_SZ: "REG_EXPAND_SZ", BINARY: "REG_BINARY", DWORD: "REG_DWORD", MULTI_SZ: "REG_MULTI_SZ"}
_BY_NAME = {name: number for number, name in _TYPES.items()}


def after(args: list[str], option: str) -> str | None:
    """The word behind an option, or None."""
    lower = [word.lower() for word in args]
    place = lower.index(option) + 1 if option in lower else len(args)
    return args[place] if place < len(args) else None


def _path(text: str) -> tuple[int, str] | None:
    """Hive and path of `HKLM\\...`, short or long."""
    hive, _, path = text.partition("\\")
    numbers = {**SHORT, **{name: number for number, name in HIVES.items()}}
    return (numbers[hive.upper()], path) if hive.upper() in numbers else None


def _shown(data: Data) -> str:
    if isinstance(data, int):
        return f"0x{data:x}"
    if isinstance(data, bytes):
        return data.hex().upper()
    return "\\0".join(data) + "\\0\\0" if isinstance(data, list) else data


@command("reg")
async def reg(context: Context, args: list[str]) -> Output:
    place = _path(args[1]) if len(args) > 1 else None
    verbs = {"query": _query, "add": _add, "delete": _delete}
    if place is None or args[0].lower() not in verbs:
        return fail("Error:  Invalid command-line parameters")
    return verbs[args[0].lower()](context, place, args[2:])


def _query(context: Context, place: tuple[int, str], args: list[str]) -> Output:
    key = context.host.registry.find(*place)
    wanted = "" if "/ve" in args else after(args, "/v")
    if key is None or (wanted is not None and wanted.lower() not in key.values):
        return fail("Error:  The system was unable to find the specified registry key or value")
    lines = ["", "! REG.EXE VERSION 3.0", ""]
    full = f"{HIVES[place[0]]}\\{place[1]}"
    if "/s" in (word.lower() for word in args):
        for path, each in context.host.registry.walk(key, full):
            lines += [path, *_values(each), ""]
    else:
        lines += [full, *_values(key, wanted), ""] + [f"{full}\\{each.name}" for each in key.keys.values()]
    return Output(0, "".join(f"{line}\r\n" for line in lines))


def _values(key: Key, wanted: str | None = None) -> list[str]:
    return [
        f"    {name or '<NO NAME>'}\t{_TYPES[kind]}\t{_shown(data)}"
        for name, kind, data in key.values.values()
        if wanted is None or name.lower() == wanted.lower()
    ]


def _add(context: Context, place: tuple[int, str], args: list[str]) -> Output:
    name, kind, text = after(args, "/v"), _BY_NAME.get(after(args, "/t") or "REG_SZ"), after(args, "/d") or ""
    key = context.host.registry.make(*place)
    if key is None or kind is None:
        return fail("Error:  Invalid command-line parameters")
    if name is not None:
        try:
            data: Data = int(text, 0) if kind == DWORD else bytes.fromhex(text) if kind == BINARY else text
        except ValueError:
            return fail("Error:  Invalid command-line parameters")
        key.set(name, kind, text.split("\\0") if kind == MULTI_SZ else data)
    return Output(0, "\r\nThe operation completed successfully\r\n")


def _delete(context: Context, place: tuple[int, str], args: list[str]) -> Output:
    key = context.host.registry.find(*place)
    name = after(args, "/v")
    if name is None:
        done = key is not None and _remove_all(context, place, key)
    else:
        done = key is not None and key.values.pop(name.lower(), None) is not None
    if not done:
        return fail("Error:  The system was unable to find the specified registry key or value")
    return Output(0, "\r\nThe operation completed successfully\r\n")


def _remove_all(context: Context, place: tuple[int, str], key: Key) -> bool:
    key.keys.clear()
    return context.host.registry.remove(*place)


@command("sc")
async def sc(context: Context, args: list[str]) -> Output:
    services = context.host.services
    service = services.known.get(args[1].lower()) if len(args) > 1 else None
    if service is None:
        return fail("[SC] EnumQueryServicesStatus:OpenService FAILED 1060:", 1060)
    if args[0].lower() == "query":
        state = "4  RUNNING" if services.is_running(service.name) else "1  STOPPED"
        return Output(0, f"\r\nSERVICE_NAME: {service.name}\r\n        STATE              : {state}\r\n")
    if args[0].lower() == "config" and (mode := after(args, "start=")) is not None:
        code = services.change_mode(service.name, mode)
        return Output(0, "[SC] ChangeServiceConfig SUCCESS\r\n") if code == 0 else fail("[SC]", 87)
    return fail("[SC]", 87)
