"""StdRegProv: the registry over WMI, one value a call."""

from __future__ import annotations

import re
from typing import Any

from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.provider import WBEM_INVALID_METHOD, WBEM_INVALID_PARAMETER, Args, ProviderError
from fellesdrift.twin.windows.registry import BINARY, DWORD, EXPAND_SZ, MULTI_SZ, SZ, Data, Key

_HKLM = 0x80000002
# Win32 codes, and WBEM_E_TYPE_MISMATCH
_OK, _NO_VALUE, _NO_KEY, _DENIED, _TYPE_MISMATCH = 0, 1, 2, 5, 0x80041005
_GET = {
    "GetStringValue": (SZ, "sValue"),
    "GetExpandedStringValue": (EXPAND_SZ, "sValue"),
    "GetMultiStringValue": (MULTI_SZ, "sValue"),
    "GetDWORDValue": (DWORD, "uValue"),
    "GetBinaryValue": (BINARY, "uValue"),
}
_SET = {
    "SetStringValue": (SZ, "sValue"),
    "SetExpandedStringValue": (EXPAND_SZ, "sValue"),
    "SetMultiStringValue": (MULTI_SZ, "sValue"),
    "SetDWORDValue": (DWORD, "uValue"),
    "SetBinaryValue": (BINARY, "uValue"),
}
METHODS = {*_GET, *_SET, "CreateKey", "DeleteKey", "EnumKey", "EnumValues", "DeleteValue"}


def call(host: WindowsHost, method: str, args: Args, bits: int) -> dict[str, Any]:
    """One method. Raises ProviderError."""
    hive, path = args.number("hDefKey", _HKLM), args.text("sSubKeyName")
    if method == "CreateKey":
        return {"ReturnValue": _OK if host.registry.make(hive, path, bits) is not None else _NO_KEY}
    key = host.registry.find(hive, path, bits)
    if method not in METHODS:
        raise ProviderError(WBEM_INVALID_METHOD, "Metoden finnes ikke.")
    if method == "DeleteKey":
        removed = host.registry.remove(hive, path, bits)
        return {"ReturnValue": _OK if removed else _NO_KEY if key is None else _DENIED}
    if method in _SET:
        # as Windows does it, the key comes with the value only where it is there already
        return {"ReturnValue": _NO_KEY if key is None else _set(key, method, args)}
    return _with_key(key, method, args)


def _with_key(key: Key | None, method: str, args: Args) -> dict[str, Any]:
    names = {"EnumKey": ("sNames",), "EnumValues": ("sNames", "Types")}
    outs = names.get(method) or ((_GET[method][1],) if method in _GET else ())
    if key is None:
        return {"ReturnValue": _NO_KEY, **dict.fromkeys(outs)}
    if method == "EnumKey":
        return {"ReturnValue": _OK, "sNames": [each.name for each in key.keys.values()]}
    if method == "EnumValues":
        values = list(key.values.values())
        return {"ReturnValue": _OK, "sNames": [each[0] for each in values], "Types": [each[1] for each in values]}
    if method == "DeleteValue":
        gone = key.values.pop(args.text("sValueName").lower(), None)
        return {"ReturnValue": _OK if gone is not None else _NO_KEY}
    return _get(key, method, args)


def _get(key: Key, method: str, args: Args) -> dict[str, Any]:
    kind, out = _GET[method]
    found = key.values.get(args.text("sValueName").lower())
    if found is None:
        return {"ReturnValue": _NO_VALUE, out: None}
    if found[1] != kind:
        return {"ReturnValue": _TYPE_MISMATCH, out: None}
    data = found[2]
    if kind == EXPAND_SZ and isinstance(data, str):
        # as its name says: the value as it is, nobody can read this way
        data = re.sub("%systemroot%", lambda _: r"C:\WINDOWS", data, flags=re.IGNORECASE)
    return {"ReturnValue": _OK, out: list(data) if isinstance(data, bytes) else data}


def _set(key: Key, method: str, args: Args) -> int:
    kind, parameter = _SET[method]
    name = args.text("sValueName")
    data: Data
    if kind == DWORD:
        data = args.number(parameter)
        if not 0 <= data <= 0xFFFFFFFF:
            raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.")
    elif kind == BINARY:
        try:
            data = bytes(int(each) for each in args.all(parameter))
        except ValueError as error:
            raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.") from error
    else:
        data = args.all(parameter) if kind == MULTI_SZ else args.text(parameter)
    key.set(name, kind, data)
    return _OK
