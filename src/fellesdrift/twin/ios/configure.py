"""Configuration mode: one line after the other, with IOS's answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fellesdrift.twin.ios import names
from fellesdrift.twin.ios.checks import CHECKS, Answer, Keep, Place, Said
from fellesdrift.twin.ios.config import Block, Configuration, Line
from fellesdrift.twin.ios.grammar import MODES, Rule, matcher
from fellesdrift.twin.ios.syntax import Match, Refusal

INVALID = "% Invalid input detected at '^' marker.\n"

_OPAQUE_PROMPTS = {
    "router ": "config-router",
    "ip dhcp pool": "dhcp-config",
    "control-plane": "config-cp",
    "route-map": "config-route-map",
    "class-map": "config-cmap",
    "policy-map": "config-pmap",
    "crypto isakmp": "config-isakmp",
    "crypto map": "config-crypto-map",
    "track": "config-track",
}


def refusal_text(refusal: Refusal, line: str, offset: int) -> str:
    """What IOS prints for a line that it does not understand; `offset` is the width of the prompt before it."""
    if refusal.kind == "incomplete":
        return "% Incomplete command.\n\n"
    if refusal.kind == "ambiguous":
        return f'% Ambiguous command:  "{line.strip()}"\n'
    return f"{' ' * (offset + refusal.column)}^\n{INVALID}\n"


class _Values(dict[str, str]):
    """Parameters that were not typed count as empty in a key."""

    def __missing__(self, key: str) -> str:
        return ""


def key_of(match: Match[Rule]) -> str:
    """The identity of a line within its block."""
    return " ".join(match.rule.key.format_map(_Values(match.values)).split())


@dataclass
class Banner:
    """A banner whose end has not been typed yet."""

    match: Match[Rule]
    delimiter: str
    text: str


@dataclass
class Editor:
    """Somebody in configuration mode.

    Holds where the cursor is (the chain of lines that opened the present mode) and changes `config` line by line.
    """

    config: Configuration
    path: list[tuple[str, Line]] = field(default_factory=list)
    banner: Banner | None = None

    @property
    def mode(self) -> str:
        return self.path[-1][0] if self.path else "config"

    @property
    def prompt(self) -> str:
        """What stands between the brackets of the prompt."""
        if self.mode == "opaque":
            key = self.path[-1][1].key
            return next((shown for start, shown in _OPAQUE_PROMPTS.items() if key.startswith(start)), "config")
        return MODES[self.mode][0]

    def leave(self) -> bool:
        """`exit`: one mode up; False when that leads out of configuration mode."""
        if not self.path:
            return False
        self.path.pop()
        return True

    def enter(self, line: str, offset: int = 0) -> str:
        """Execute one line; returns what the device prints ("" when it simply accepts it)."""
        if self.banner is not None:
            return self._banner_line(line)
        text = line.strip()
        if not text or text.startswith("!"):
            return ""
        words = text.split()
        if words[0].lower() == "default" and len(words) > 1:
            return self._default(text, offset)
        negated = words[0].lower() == "no" and len(words) > 1
        shift = len(line) - len(line.lstrip())
        body = text
        if negated:
            body = text[2:].lstrip()
            shift += len(text) - len(body)
        said = self._apply(body, negated)
        if isinstance(said, Refusal):
            return refusal_text(Refusal(said.kind, said.column + shift), line, offset)
        return said

    def _apply(self, body: str, negated: bool) -> str | Refusal:
        first: Refusal | None = None
        for depth in range(len(self.path), -1, -1):
            mode = self.path[depth - 1][0] if depth else "config"
            if mode == "opaque" and depth < len(self.path):
                continue
            result = matcher(mode, negated).match(body)
            if isinstance(result, Refusal) or self._belongs_above(mode, body):
                first = first or (result if isinstance(result, Refusal) else None)
                continue
            path = self.path[:depth]
            return self._carry_out(path, result, negated)
        return first or Refusal("invalid", 0)

    @staticmethod
    def _belongs_above(mode: str, body: str) -> bool:
        # an opaque mode takes every line, so a line that opens another block or is a well-known global one goes up
        if mode != "opaque":
            return False
        result = matcher("config").match(body)
        # written out, not abbreviated: `network` below `router` is no `network-clock-participate`
        return isinstance(result, Match) and result.text.split()[0] == body.split(maxsplit=1)[0].lower()

    def _carry_out(self, path: list[tuple[str, Line]], match: Match[Rule], negated: bool) -> str | Refusal:
        owner = path[-1][1] if path else None
        block = owner.block if owner is not None and owner.block is not None else self.config.root
        key = key_of(match)
        if match.rule.check == "banner":
            return self._start_banner(block, match, key, negated)
        place = Place(self.config, block, owner)
        answer: Answer = CHECKS[match.rule.check](place, match, key, negated) if match.rule.check else None
        if isinstance(answer, Said):
            if answer.refusal is None:
                self.path = path
            return answer.refusal or answer.text
        self.path = path
        kept = answer if isinstance(answer, Keep) else Keep(match.text, key, match.values)
        if negated:
            self._negate(block, match, kept)
        else:
            self._store(block, match, kept)
        return kept.said

    def _store(self, block: Block, match: Match[Rule], kept: Keep) -> None:
        rule = match.rule
        if rule.negation == "only":
            block.lines.pop(kept.key, None)
            return
        have = block.get(kept.key)
        if have is not None and rule.opens is not None:
            line = have
        else:
            line = Line(rule, kept.key, kept.text, kept.values, Block() if rule.opens else None)
            block.lines[kept.key] = line
        if rule.opens is not None:
            mode = rule.opens
            if mode == "acl":
                mode = f"acl-{line.values['type']}"
            elif mode == "config-if" and names.parent(line.values["name"]):
                mode = "config-subif"
            self.path = [*self.path, (mode, line)]

    def _negate(self, block: Block, match: Match[Rule], kept: Keep) -> None:
        negation = match.rule.negation
        if negation == "remove" or (negation == "either" and kept.key in block.lines):
            block.lines.pop(kept.key, None)
        else:
            block.lines[kept.key] = Line(match.rule, kept.key, f"no {kept.text}", {**kept.values, "no": "no"})

    def _default(self, text: str, offset: int) -> str:
        body = text.split(maxsplit=1)[1]
        result = matcher("config").match(body)
        if isinstance(result, Refusal):
            return refusal_text(Refusal(result.kind, result.column + len(text) - len(body)), text, offset)
        line = self.config.root.get(key_of(result))
        if result.rule.opens != "config-if" or line is None or line.block is None:
            return refusal_text(Refusal("invalid", len(text) - len(body)), text, offset)
        line.block.lines.clear()
        self.path = []
        return f"Interface {line.values['name']} set to default configuration\n"

    def _start_banner(self, block: Block, match: Match[Rule], key: str, negated: bool) -> str:
        if negated:
            block.lines.pop(key, None)
            return ""
        text = match.values["text"]
        delimiter = text[:2] if text.startswith("^C") else text[:1]
        rest = text[len(delimiter) :]
        self.path = []
        self.banner = Banner(match, delimiter, "" if rest else "\n")
        if rest:
            return self._banner_line(rest)
        return f"Enter TEXT message.  End with the character '{delimiter[-1:]}'.\n"

    def _banner_line(self, line: str) -> str:
        banner = self.banner
        if banner is not None:
            before, found, _ = line.partition(banner.delimiter)
            banner.text += before if found else f"{before}\n"
            if found:
                which = banner.match.values["which"]
                values = {"which": which, "text": banner.text}
                key = f"banner {which}"
                text = f"banner {which} ^C{banner.text}^C"
                self.config.root.lines[key] = Line(banner.match.rule, key, text, values)
                self.banner = None
        return ""


@dataclass(frozen=True)
class Trouble:
    """A line of a configuration file that the device did not take."""

    number: int
    line: str
    said: str


def read(text: str, config: Configuration) -> Iterator[Trouble]:
    """Feed a whole configuration file into `config`; yields the lines that are refused."""
    editor = Editor(config)
    for number, line in enumerate(text.splitlines(), start=1):
        if editor.banner is None and _is_heading(line):
            continue
        if editor.banner is None and not line.startswith(" "):
            editor.path = []
        said = editor.enter(line)
        if said and editor.banner is None and not said.startswith("% Warning"):
            yield Trouble(number, line, said)


_HEADINGS = ("Building configuration", "Current configuration", "Using ", "end")


def _is_heading(line: str) -> bool:
    return line.strip() == "" or line.startswith(_HEADINGS[:-1]) or line.strip() == _HEADINGS[-1]


def hardware_of(text: str) -> frozenset[str]:
    """The physical interfaces that a configuration file mentions."""
    found = (
        names.canonical(line[len("interface ") :].strip())
        for line in text.splitlines()
        if line.startswith("interface ")
    )
    return frozenset(name for name in found if name is not None and not names.is_virtual(name))
