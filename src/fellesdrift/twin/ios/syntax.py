"""Command patterns, and a matcher that reads abbreviated commands as IOS does.

A pattern is written as in Cisco's command references:

    ip address <address:addr> <mask:mask> [secondary]
    ip nat (inside | outside)

    word             a keyword, may be abbreviated to an unambiguous prefix
    <name:type>      a parameter; types: addr, iface, word, line (rest of the line), port, 1-255 (a number in that
                     range), a|b (one of these keywords, remembered under the name)
    [ ... ]          optional
    ( a | b )        one of
    /                from here on optional in the `no` form (`no description` needs no text)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from fellesdrift.twin.ios import names


@dataclass(frozen=True)
class Token:
    """One word of what was typed and the column where it starts."""

    text: str
    column: int


@dataclass(frozen=True)
class Keyword:
    word: str
    capture: str | None = None


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str


@dataclass(frozen=True)
class Match[R]:
    """What was typed, understood: the rule, the captured values, and the text with every keyword written out."""

    rule: R
    values: dict[str, str]
    text: str


@dataclass(frozen=True)
class Refusal:
    """Why a line was not understood; `column` is where the caret goes."""

    kind: Literal["invalid", "incomplete", "ambiguous"]
    column: int


@dataclass
class _Node:
    edges: list[tuple[Keyword | Parameter, _Node]] = field(default_factory=list)
    empty: list[_Node] = field(default_factory=list)
    accepts: int | None = None


@dataclass(frozen=True)
class _Step:
    keywords: dict[str, list[tuple[Keyword, int]]]
    parameters: list[tuple[Parameter, int]]
    accepts: int | None


def tokens_of(line: str) -> list[Token]:
    """The words of a line with their columns."""
    return [Token(found.group(), found.start()) for found in re.finditer(r"\S+", line)]


_ADDRESS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$")
PORTS: dict[str, int] = {
    "ftp-data": 20,
    "ftp": 21,
    "telnet": 23,
    "smtp": 25,
    "domain": 53,
    "bootps": 67,
    "bootpc": 68,
    "tftp": 69,
    "www": 80,
    "pop3": 110,
    "ntp": 123,
    "netbios-ns": 137,
    "netbios-dgm": 138,
    "netbios-ss": 139,
    "snmp": 161,
    "snmptrap": 162,
    "isakmp": 500,
    "syslog": 514,
    "lpd": 515,
}


def is_address(text: str) -> bool:
    """True for a dotted quad whose parts are 0..255."""
    found = _ADDRESS.match(text)
    return found is not None and all(int(part) <= 255 for part in found.groups())


def _address(tokens: Sequence[Token], at: int, _line: str) -> tuple[str, int] | None:
    return (tokens[at].text, 1) if is_address(tokens[at].text) else None


def _interface(tokens: Sequence[Token], at: int, _line: str) -> tuple[str, int] | None:
    name = names.canonical(tokens[at].text)
    if name is not None:
        return name, 1
    if at + 1 < len(tokens) and tokens[at].text.replace("-", "").isalpha():
        name = names.canonical(tokens[at].text + tokens[at + 1].text)
        if name is not None:
            return name, 2
    return None


def _word(tokens: Sequence[Token], at: int, _line: str) -> tuple[str, int] | None:
    return tokens[at].text, 1


def _rest(tokens: Sequence[Token], at: int, line: str) -> tuple[str, int] | None:
    return line[tokens[at].column :].rstrip(), len(tokens) - at


def _port(tokens: Sequence[Token], at: int, _line: str) -> tuple[str, int] | None:
    text = tokens[at].text.lower()
    if text in PORTS:
        return text, 1
    if text.isdigit() and int(text) <= 65535:
        known = {number: name for name, number in PORTS.items()}
        return known.get(int(text), str(int(text))), 1
    return None


_TYPES: dict[str, Callable[[Sequence[Token], int, str], tuple[str, int] | None]] = {
    "addr": _address,
    "iface": _interface,
    "word": _word,
    "line": _rest,
    "port": _port,
}


def _take(parameter: Parameter, tokens: Sequence[Token], at: int, line: str) -> tuple[str, int] | None:
    reader = _TYPES.get(parameter.type)
    if reader is not None:
        return reader(tokens, at, line)
    low, high = (int(part) for part in parameter.type.split("-"))
    text = tokens[at].text
    return (str(int(text)), 1) if text.isdigit() and low <= int(text) <= high else None


_PIECE = re.compile(r"<(?P<name>\w+):(?P<type>[^>]+)>|(?P<mark>[\[\]()|]|/(?=\s|$))|(?P<word>[^\s\[\]()|<>]+)")


class _Builder:
    """Turns one pattern into nodes; `negated` also accepts every prefix that reaches past the `/`."""

    def __init__(self, pattern: str, rule: int, negated: bool) -> None:
        self.pieces = list(_PIECE.finditer(pattern))
        self.at = 0
        self.rule = rule
        self.negated = negated
        self.loose = False

    def build(self) -> _Node:
        start = _Node()
        end = self._sequence(start)
        end.accepts = self.rule
        return start

    def _sequence(self, node: _Node) -> _Node:
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            mark = piece.group("mark")
            if mark in (")", "]", "|"):
                break
            self.at += 1
            if mark == "/":
                self.loose = self.negated
            elif mark in ("[", "("):
                end = self._choice(node)
                if mark == "[":
                    node.empty.append(end)
                node = end
            else:
                node = self._edge(node, piece)
            if self.loose:
                node.accepts = self.rule
        return node

    def _choice(self, node: _Node) -> _Node:
        end = _Node()
        while True:
            start = _Node()
            node.empty.append(start)
            self._sequence(start).empty.append(end)
            mark = self.pieces[self.at].group("mark")
            self.at += 1
            if mark != "|":
                return end

    def _edge(self, node: _Node, piece: re.Match[str]) -> _Node:
        target = _Node()
        kind = piece.group("type")
        if kind is None:
            node.edges.append((Keyword(piece.group("word").lower()), target))
        elif kind in _TYPES or re.fullmatch(r"\d+-\d+", kind):
            node.edges.append((Parameter(piece.group("name"), kind), target))
        else:
            node.edges.extend((Keyword(word, piece.group("name")), target) for word in kind.split("|"))
        return target


def _closure(nodes: Iterable[_Node]) -> list[_Node]:
    seen: dict[int, _Node] = {}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            waiting.extend(node.empty)
    return list(seen.values())


def _common(left: str, right: str) -> int:
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length


class Matcher[R]:
    """All commands of one mode. States are built on first use and kept, so that a long configuration reads fast."""

    def __init__(self, rules: Sequence[tuple[str, R]], negated: bool = False) -> None:
        """rules: (pattern, anything); the earlier rule wins where two accept the same line."""
        self._rules = [rule for _, rule in rules]
        self._states: list[list[_Node]] = []
        self._index: dict[frozenset[int], int] = {}
        self._steps: dict[int, _Step] = {}
        self._start = self._state(_Builder(pattern, at, negated).build() for at, (pattern, _) in enumerate(rules))
        self.match: Callable[[str], Match[R] | Refusal] = lru_cache(maxsize=4096)(self._match)

    def _state(self, nodes: Iterable[_Node]) -> int:
        closed = _closure(nodes)
        key = frozenset(id(node) for node in closed)
        if key not in self._index:
            self._index[key] = len(self._states)
            self._states.append(closed)
        return self._index[key]

    def _step(self, state: int) -> _Step:
        if state not in self._steps:
            grouped: dict[Keyword | Parameter, list[_Node]] = {}
            for node in self._states[state]:
                for label, target in node.edges:
                    grouped.setdefault(label, []).append(target)
            keywords: dict[str, list[tuple[Keyword, int]]] = {}
            parameters: list[tuple[Parameter, int]] = []
            for label, targets in grouped.items():
                following = self._state(targets)
                if isinstance(label, Keyword):
                    keywords.setdefault(label.word, []).append((label, following))
                else:
                    parameters.append((label, following))
            parameters.sort(key=lambda entry: (entry[0].type == "line", entry[0].type == "word"))
            accepting = [node.accepts for node in self._states[state] if node.accepts is not None]
            self._steps[state] = _Step(keywords, parameters, min(accepting, default=None))
        return self._steps[state]

    def _match(self, line: str) -> Match[R] | Refusal:
        tokens = tokens_of(line)
        return self._walk(line, tokens, 0, self._start, {}, [])

    def _walk(
        self, line: str, tokens: list[Token], at: int, state: int, values: dict[str, str], words: list[str]
    ) -> Match[R] | Refusal:
        step = self._step(state)
        if at == len(tokens):
            if step.accepts is None:
                return Refusal("incomplete", len(line))
            return Match(self._rules[step.accepts], values, " ".join(words))
        token = tokens[at]
        typed = token.text.lower()
        hits = [typed] if typed in step.keywords else [word for word in step.keywords if word.startswith(typed)]
        worst: Refusal | None = None
        for label, value, used, following in self._ways(step, hits, tokens, at, line):
            captured = {**values, label: value} if label else values
            result = self._walk(line, tokens, at + used, following, captured, [*words, value])
            if isinstance(result, Match):
                return result
            worst = _deeper(worst, result)
        if worst is None:
            kind: Literal["ambiguous", "invalid"] = "ambiguous" if len(hits) > 1 else "invalid"
            common = max((_common(typed, word) for word in step.keywords), default=0)
            worst = Refusal(kind, token.column + (0 if hits else common))
        return worst

    @staticmethod
    def _ways(
        step: _Step, hits: list[str], tokens: list[Token], at: int, line: str
    ) -> Iterator[tuple[str | None, str, int, int]]:
        """How the next word can be read: (name to capture under, value, words used, state). A keyword written out is
        never anything else; an abbreviation may turn out to be a parameter.
        """
        if len(hits) == 1:
            for label, following in step.keywords[hits[0]]:
                yield label.capture, hits[0], 1, following
            if tokens[at].text.lower() == hits[0]:
                return
        for parameter, following in step.parameters:
            taken = _take(parameter, tokens, at, line)
            if taken is not None:
                yield parameter.name, taken[0], taken[1], following

    def completions(self, line: str) -> list[str]:
        """What may come next, for `?`: words that begin with the unfinished one, `<cr>` where the line may end."""
        tokens = tokens_of(line)
        partial = "" if not line or line[-1].isspace() else tokens.pop().text.lower()
        state: int | None = self._start
        for at in range(len(tokens)):
            state = self._next(tokens, at, line, state)
        if state is None:
            return []
        step = self._step(state)
        words = sorted(word for word in step.keywords if word.startswith(partial))
        if not partial:
            words += [_label(parameter) for parameter, _ in step.parameters]
            words += ["<cr>"] if step.accepts is not None else []
        return words

    def _next(self, tokens: list[Token], at: int, line: str, state: int | None) -> int | None:
        if state is None:
            return None
        step = self._step(state)
        typed = tokens[at].text.lower()
        hits = [typed] if typed in step.keywords else [word for word in step.keywords if word.startswith(typed)]
        if len(hits) == 1:
            return step.keywords[hits[0]][0][1]
        return next((to for parameter, to in step.parameters if _take(parameter, tokens, at, line)), None)


_LABELS = {"addr": "A.B.C.D", "iface": "INTERFACE", "word": "WORD", "line": "LINE", "port": "<0-65535>"}


def _label(parameter: Parameter) -> str:
    return _LABELS.get(parameter.type, f"<{parameter.type}>")


def _deeper(one: Refusal | None, other: Refusal) -> Refusal:
    return other if one is None or other.column > one.column else one
