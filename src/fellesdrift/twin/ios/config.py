"""A configuration as a device holds it: settings by key, blocks below some of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fellesdrift.twin.ios.grammar import Rule


@dataclass
class Line:
    """One setting; `text` is what `show running-config` prints, `block` holds the lines below it."""

    rule: Rule
    key: str
    text: str
    values: Mapping[str, str]
    block: Block | None = None

    def copy(self) -> Line:
        return Line(self.rule, self.key, self.text, self.values, None if self.block is None else self.block.copy())


@dataclass
class Block:
    """Settings by key, in the order in which they were entered."""

    lines: dict[str, Line] = field(default_factory=dict)

    def copy(self) -> Block:
        return Block({key: line.copy() for key, line in self.lines.items()})

    def get(self, key: str) -> Line | None:
        return self.lines.get(key)

    def value(self, key: str, name: str) -> str | None:
        """The parameter `name` of the line with that key."""
        line = self.lines.get(key)
        return None if line is None else line.values.get(name)

    def starting(self, prefix: str) -> Iterator[Line]:
        """The lines whose key begins so."""
        return (line for key, line in self.lines.items() if key.startswith(prefix))


@dataclass
class Configuration:
    """A whole configuration.

    hardware   the physical interfaces that the box has; no command adds or removes one
    """

    root: Block = field(default_factory=Block)
    hardware: frozenset[str] = frozenset()

    def copy(self) -> Configuration:
        return Configuration(self.root.copy(), self.hardware)

    def interfaces(self) -> dict[str, Block]:
        """Interface name -> its block."""
        return {line.values["name"]: line.block for line in self.root.starting("interface ") if line.block is not None}

    def access_lists(self) -> dict[str, Line]:
        """Access list name (or number) -> its line, whose block has the entries by sequence number."""
        return {line.values["list"]: line for line in self.root.starting("ip access-list ")}

    @property
    def hostname(self) -> str:
        return self.root.value("hostname", "name") or "Router"

    @property
    def version(self) -> str:
        return self.root.value("version", "number") or "12.4"
