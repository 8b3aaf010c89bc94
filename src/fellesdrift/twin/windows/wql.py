"""WQL as far as a management client uses it: SELECT ... FROM ... WHERE, with AND, OR, NOT, brackets and LIKE."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<op><=|>=|<>|!=|=|<|>)|(?P<word>[\w$*-]+)|(?P<mark>[(),]))"
)

type Row = Mapping[str, Any]
type Test = Callable[[Row], bool]


class WqlError(Exception):
    """No query that is understood."""


@dataclass(frozen=True)
class Query:
    """properties: None for all of them."""

    properties: tuple[str, ...] | None
    cls: str
    test: Test


def parse(text: str) -> Query:
    """Raises WqlError."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position = 0
        text = text.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise WqlError(text)
            self.tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            position = match.end()
        self.at = 0

    def take(self, *words: str) -> bool:
        """Step over a keyword or mark, if it is next."""
        if self.at < len(self.tokens):
            kind, value = self.tokens[self.at]
            if kind != "text" and value.lower() in words:
                self.at += 1
                return True
        return False

    def next(self, *kinds: str) -> tuple[str, str]:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] not in kinds:
            raise WqlError("unexpected end or word")
        self.at += 1
        return self.tokens[self.at - 1]

    def query(self) -> Query:
        if not self.take("select"):
            raise WqlError("no SELECT")
        names = [self.next("word")[1]]
        while self.take(","):
            names.append(self.next("word")[1])
        if not self.take("from"):
            raise WqlError("no FROM")
        cls = self.next("word")[1]
        test: Test = self.either() if self.take("where") else _always
        if self.at < len(self.tokens):
            raise WqlError("words beyond the end")
        return Query(None if names == ["*"] else tuple(names), cls, test)

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or"):
            tests.append(self.both())
        return lambda row: any(test(row) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.take("and"):
            tests.append(self.one())
        return lambda row: all(test(row) for test in tests)

    def one(self) -> Test:
        if self.take("not"):
            inner = self.one()
            return lambda row: not inner(row)
        if self.take("("):
            inner = self.either()
            if not self.take(")"):
                raise WqlError("a bracket is open")
            return inner
        name = self.next("word")[1].lower()
        if self.take("is"):
            wanted = not self.take("not")
            if not self.take("null"):
                raise WqlError("IS without NULL")
            return lambda row: (row.get(name) is None) == wanted
        if self.take("like"):
            pattern = _like(self.value())
            return lambda row: row.get(name) is not None and bool(pattern.fullmatch(str(row[name])))
        operator = self.next("op")[1]
        return _compare(name, operator, self.value())

    def value(self) -> str:
        kind, value = self.next("text", "word")
        return re.sub(r"\\(.)", r"\1", value[1:-1]) if kind == "text" else value


def _always(_row: Row) -> bool:
    return True


def _like(text: str) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(each, re.escape(each)) for each in text), re.IGNORECASE | re.DOTALL)


def _compare(name: str, operator: str, wanted: str) -> Test:
    def test(row: Row) -> bool:
        found = row.get(name)
        if found is None:
            return False
        left: Any = found
        right: Any = wanted
        if isinstance(found, bool):
            left, right = found, wanted.lower() in ("true", "1")
        elif isinstance(found, int):
            try:
                right = int(wanted)
            except ValueError as error:
                raise WqlError("a word for a number") from error
        else:
            left, right = str(found).lower(), wanted.lower()
        results = {"=": left == right, "<>": left != right, "!=": left != right}
        results |= {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}
        return bool(results[operator])

    return test
