"""Somebody else at a Windows host: pywinrm's shell and pypsrp's WSMan, which have nothing to do with fellesdrift."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pypsrp.wsman import SelectorSet, WSMan
from winrm.protocol import Protocol

CIMV2 = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2"


def chosen(**keys: str) -> SelectorSet:
    """The selectors of an instance."""
    selectors = SelectorSet()
    for name, value in keys.items():
        selectors.add_option(name, value)
    return selectors


def texts(answer: ET.Element, name: str) -> list[str | None]:
    """The values of a property."""
    return [each.text for each in answer.iter() if each.tag.endswith(f"}}{name}")]


def instance(resource: str, tag: str | None = None, **values: str) -> ET.Element:
    """A body of that class: its own element by default."""
    made = ET.Element(f"{{{resource}}}{tag or resource.rpartition('/')[2]}")
    for name, value in values.items():
        ET.SubElement(made, f"{{{resource}}}{name}").text = value
    return made


@dataclass(frozen=True)
class Foreign:
    """Somebody with a login: lines of cmd, and WMI. Whatever the host refuses fails the test."""

    port: int
    user: str
    password: str

    def type(self, lines: Iterable[str]) -> None:
        """Lines of cmd, in one shell."""
        plain = Protocol(f"http://127.0.0.1:{self.port}/wsman", "ntlm", self.user, self.password, proxy=None)
        shell = plain.open_shell(codepage=850)
        for line in lines:
            number = plain.run_command(shell, line)
            out, wrong, code = plain.get_command_output(shell, number)
            plain.cleanup_command(shell, number)
            assert code == 0, (line, out, wrong)
        plain.close_shell(shell)

    def _client(self) -> WSMan:
        return WSMan("127.0.0.1", port=self.port, username=self.user, password=self.password, auth="ntlm", ssl=False)

    def create(self, cls: str, **values: str) -> None:
        """An instance."""
        resource = f"{CIMV2}/{cls}"
        with self._client() as client:
            client.create(resource, instance(resource, **values))

    def put(self, cls: str, keys: dict[str, str], **values: str) -> None:
        """An instance with some properties set; the others go as they came."""
        resource = f"{CIMV2}/{cls}"
        with self._client() as client:
            got = client.get(resource, selector_set=chosen(**keys))
            there = next(each for each in got.iter() if each.tag == f"{{{resource}}}{cls}")
            for name, value in values.items():
                found = next(each for each in there if each.tag.endswith(f"}}{name}"))
                found.text = value
            client.put(resource, there, selector_set=chosen(**keys))

    def delete(self, cls: str, **keys: str) -> None:
        """An instance."""
        with self._client() as client:
            client.delete(f"{CIMV2}/{cls}", selector_set=chosen(**keys))

    def invoke(self, cls: str, method: str, keys: dict[str, str] | None = None, **values: Any) -> None:
        """A method, of the class itself where there are no keys; its return value is 0."""
        resource = f"{CIMV2}/{cls}"
        body = instance(resource, f"{method}_INPUT", **values)
        with self._client() as client:
            selectors = chosen(**keys) if keys else None
            done = client.invoke(f"{resource}/{method}", resource, body, selector_set=selectors)
        assert texts(done, "ReturnValue") == ["0"], (cls, method, texts(done, "ReturnValue"))
