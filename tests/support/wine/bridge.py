"""The controller's side of wmi.c: asks Wine's own WMI over a pipe."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from support.wine.machine import WINE, Machine

# a machine with much else to do is slow, a Wine that hangs is never done
_SECONDS = 120.0
_ENDING = 5.0
_LENGTH = struct.Struct("<I")


class WmiError(Exception):
    """WMI refuses, with an HRESULT. where: the call of COM's that did."""

    def __init__(self, hresult: int, where: str) -> None:
        super().__init__(f"{where}: {hresult:#010x}")
        self.hresult = hresult
        self.where = where


@dataclass(frozen=True)
class Property:
    """cim_type: a number of CIMTYPE_ENUMERATION; values: as text, None for null."""

    name: str
    cim_type: int
    values: tuple[str, ...] | None


@dataclass(frozen=True)
class WmiObject:
    """An instance, or what a method gave back (without a class)."""

    class_name: str
    properties: tuple[Property, ...]


type Values = Mapping[str, Iterable[str] | None]


class Bridge:
    """One helper process. Not for two threads at once."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(WINE), str(self._machine.helper)],
            env=self._machine.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )

    def close(self) -> None:
        """The helper ends with its input."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            # it is in the middle of something
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def query(self, namespace: str, wql: str) -> list[WmiObject]:
        return self._ask("query", namespace, wql)

    def get(self, namespace: str, path: str) -> WmiObject:
        return self._ask("get", namespace, path)[0]

    def put(self, namespace: str, path: str, values: Values) -> None:
        self._ask("put", namespace, path, *_flat(values))

    def create(self, namespace: str, cls: str, values: Values) -> None:
        self._ask("create", namespace, cls, *_flat(values))

    def needs(self) -> list[WmiObject]:
        """Who needs whom among the services."""
        return self._ask("needs", ".", ".")

    def delete(self, namespace: str, path: str) -> None:
        self._ask("delete", namespace, path)

    def invoke(self, namespace: str, path: str, cls: str, method: str, values: Values) -> WmiObject:
        return self._ask("invoke", namespace, path, cls, method, *_flat(values))[0]

    def _ask(self, *fields: str) -> list[WmiObject]:
        """Raises WmiError, and TimeoutError and EOFError for a helper that does not answer."""
        try:
            answer = self._exchanged(*fields)
        except (OSError, EOFError):
            # what it may still say would be read as the answer to the next question
            self._process.kill()
            self.close()
            self._process = self._started()
            raise
        return _objects(_fields(answer))

    def _exchanged(self, *fields: str) -> bytes:
        encoded = [field.encode("utf-16-le") for field in fields]
        frame = b"".join(_LENGTH.pack(len(each)) + each for each in encoded)
        assert self._process.stdin is not None
        self._process.stdin.write(_LENGTH.pack(len(frame)) + frame)
        deadline = time.monotonic() + _SECONDS
        (size,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        return self._read(size, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        data = b""
        while len(data) < size:
            if not select.select([pipe], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise TimeoutError("Wine's WMI did not answer")
            piece = os.read(pipe, size - len(data))
            if not piece:
                raise EOFError("the helper in Wine has ended")
            data += piece
        return data


def _flat(values: Values) -> list[str]:
    found: list[str] = []
    for name, each in values.items():
        texts = None if each is None else list(each)
        found += [name, "-"] if texts is None else [name, str(len(texts)), *texts]
    return found


def _fields(frame: bytes) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(frame):
        (length,) = _LENGTH.unpack_from(frame, at)
        at += _LENGTH.size + length
        found.append(frame[at - length : at].decode("utf-16-le"))
    return found


def _objects(fields: list[str]) -> list[WmiObject]:
    left = iter(fields)
    if next(left) == "error":
        raise WmiError(int(next(left)), next(left))
    found: list[WmiObject] = []
    for class_name in left:
        properties: list[Property] = []
        for _ in range(int(next(left))):
            name, cim_type, count = next(left), int(next(left)), next(left)
            values = None if count == "-" else tuple(next(left) for _ in range(int(count)))
            properties.append(Property(name, cim_type, values))
        found.append(WmiObject(class_name, tuple(properties)))
    return found
