"""WMI over WS-Man on one host: identify, query, get, put, create, delete, invoke.

A read is asked again once when the connection broke. A write never is: the host may have done it, so SessionLostError
goes to the caller, who reads the host again and judges by that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

from lxml import etree

from fellesdrift.session.errors import SessionLostError
from fellesdrift.session.wsman import envelope, names
from fellesdrift.session.wsman.classes import CLASSES, WmiClass
from fellesdrift.session.wsman.connection import Connection
from fellesdrift.session.wsman.errors import AnswerUnreadableError, FaultError, ValueUnreadableError
from fellesdrift.session.wsman.identity import Identity, identity_of
from fellesdrift.session.wsman.page import read_page
from fellesdrift.session.wsman.target import WindowsTarget
from fellesdrift.session.wsman.values import Argument, Value, local_name, read_all, write

# a quarter of what a host allows by itself: a page of it is 50-100 kB
_PAGE = 250
_READS = 2
# a host that gives neither an end nor an instance so often will not
_MOST_EMPTY = 20
_MOST_INSTANCES = 100_000


class Client:
    """One host, for one thread: two threads on one encrypted connection break each other's messages.

    identity   what `identify` was told when the session was opened
    requests   HTTP messages that were sent, without those of the login
    """

    def __init__(self, target: WindowsTarget) -> None:
        self.target = target
        self.connection = Connection(target)
        self.identity: Identity | None = None
        self._thread = threading.get_ident()

    @property
    def requests(self) -> int:
        return self.connection.requests

    def close(self) -> None:
        """Close the connection; the client may be used again, with a new login."""
        self.connection.close()

    def call(
        self,
        action: str,
        resource: str,
        body: etree._Element | None,
        during: str,
        *,
        selectors: Mapping[str, str] | None = None,
        options: Mapping[str, str] | None = None,
        seconds: float | None = None,
        reads: bool = False,
    ) -> etree._Element:
        """One operation; returns the body of the answer.

        seconds   how long the host may take; by default most of the target's timeout
        reads     nothing is changed: asked again when the connection broke

        Raises SessionError (FD301, FD302, FD307, FD308, FD320, FD322, FD323).
        """
        asked = envelope.request(
            action,
            resource,
            body,
            to=self.target.endpoint,
            during=during,
            seconds=seconds if seconds is not None else self.target.timeout * 0.8,
            max_envelope=self.target.max_envelope,
            selectors=selectors,
            options=options,
        )
        return self._exchange(asked, reads)

    def _exchange(self, asked: envelope.Request, reads: bool) -> etree._Element:
        if threading.get_ident() != self._thread:
            raise RuntimeError("a client belongs to the thread that made it")
        for attempt in range(_READS):
            try:
                answer, fault = self.connection.exchange(asked.text, asked.during)
                return envelope.body_of(self.target.host, asked, answer, fault)
            except SessionLostError:
                if not reads or attempt + 1 == _READS:
                    raise
            except AnswerUnreadableError:
                # what comes next on this connection is not known either
                self.connection.close()
                raise
        raise AssertionError("unreachable")

    def identify(self) -> Identity:
        """Who is there. Raises StackUnsupportedError (FD321) when it cannot be worked with."""
        self.identity = identity_of(self.target.host, self._exchange(envelope.identify(), reads=True))
        return self.identity

    # instances

    def query(
        self,
        cls: str,
        properties: Sequence[str],
        where: str | None = None,
        page: int = _PAGE,
        namespace: str | None = None,
    ) -> list[dict[str, Value]]:
        """The instances of a class, only the named properties: query("Win32_Service", ["Name"], 'State="Running"').

        where   a condition of WQL; `values.literal` quotes
        page    how many instances an answer may hold; fewer are asked for when they do not fit into the envelope
        namespace   where the class is, when it is not where its table has it

        Raises SessionError; FD325 for a value that its class's table does not explain.
        """
        known = _known(cls, properties, namespace)
        wql = " ".join(["SELECT", ", ".join(properties), "FROM", cls, *(["WHERE", where] if where else [])])
        expired = False
        while True:
            try:
                return list(self._enumerate(cls, known, properties, wql, page))
            except FaultError as fault:
                if fault.too_large and page > 1:
                    page //= 2
                elif fault.enumeration_over and not expired:
                    # the host forgot where it was: from the beginning, once
                    expired = True
                else:
                    raise

    def _enumerate(
        self, cls: str, known: WmiClass, properties: Sequence[str], wql: str, page: int
    ) -> Iterator[dict[str, Value]]:
        resource = names.resource(known.namespace, "*")
        body = envelope.element(names.ENUMERATION, "Enumerate")
        envelope.child(body, names.WSMAN, "OptimizeEnumeration")
        envelope.child(body, names.WSMAN, "MaxElements", str(page))
        envelope.child(body, names.WSMAN, "Filter", wql, Dialect=names.WQL)
        during = f"query {cls}"
        answer = self.call(names.ENUMERATE, resource, body, during, reads=True)
        found = empty = 0
        while True:
            items, context = read_page(self.target.host, during, answer)
            for item in items:
                yield self._properties(cls, known, item, properties, during)
            if context is None:
                return
            found, empty = found + len(items), 0 if items else empty + 1
            if found > _MOST_INSTANCES or empty > _MOST_EMPTY:
                raise AnswerUnreadableError(self.target.host, during, f"no end after {found} instances")
            body = envelope.element(names.ENUMERATION, "Pull")
            envelope.child(body, names.ENUMERATION, "EnumerationContext", context)
            envelope.child(body, names.ENUMERATION, "MaxElements", str(page))
            # a page that was lost on its way is gone: asking for it again would skip it
            answer = self.call(names.PULL, resource, body, during)

    def get(self, cls: str, keys: Mapping[str, str], properties: Sequence[str]) -> dict[str, Value]:
        """One instance. Raises FaultError when there is none with these keys."""
        known = _known(cls, properties)
        resource = names.resource(known.namespace, cls)
        answer = self.call(names.GET, resource, None, f"get {cls}", selectors=keys, reads=True)
        return self._properties(cls, known, self._instance(answer, f"get {cls}"), properties, f"get {cls}")

    def _properties(
        self, cls: str, known: WmiClass, item: etree._Element, properties: Sequence[str], during: str
    ) -> dict[str, Value]:
        """The wanted properties of an instance. One that is absent is null; where all are, it is no such instance."""
        wanted = {name.lower() for name in properties}
        if not any(isinstance(each.tag, str) and local_name(each.tag) in wanted for each in item):
            raise AnswerUnreadableError(self.target.host, during, "an instance with nothing of what was asked for")
        found = read_all(self.target.host, cls, known.properties, item, properties)
        for name in (*known.keys, *known.always):
            if name in found and found[name] is None:
                raise ValueUnreadableError(self.target.host, f"{cls}.{name}", "null", known.properties[name])
        return found

    def put(
        self, cls: str, keys: Mapping[str, str], changes: Mapping[str, Argument], namespace: str | None = None
    ) -> None:
        """Change properties of one instance. The others are read and sent back as they came, as WS-Man wants it."""
        known = _known(cls, list(changes), namespace)
        resource = names.resource(known.namespace, cls)
        during = f"put {cls}"
        instance = self._instance(self.call(names.GET, resource, None, during, selectors=keys, reads=True), during)
        for name, value in changes.items():
            old = [each for each in instance if isinstance(each.tag, str) and etree.QName(each).localname == name]
            position = instance.index(old[0]) if old else len(instance)
            for each in old:
                instance.remove(each)
            holder = envelope.element(resource, cls)
            write(holder, resource, name, value)
            instance[position:position] = list(holder)
        self.call(names.PUT, resource, instance, during, selectors=keys)

    def create(self, cls: str, values: Mapping[str, Argument]) -> None:
        """Make an instance, of a class whose provider can."""
        known = _known(cls, list(values))
        resource = names.resource(known.namespace, cls)
        body = envelope.element(resource, cls)
        for name, value in values.items():
            write(body, resource, name, value)
        self.call(names.CREATE, resource, body, f"create {cls}")

    def delete(self, cls: str, keys: Mapping[str, str]) -> None:
        """Remove an instance."""
        known = _known(cls, list(keys))
        self.call(names.DELETE, names.resource(known.namespace, cls), None, f"delete {cls}", selectors=keys)

    def invoke(
        self,
        cls: str,
        method: str,
        arguments: Mapping[str, Argument],
        keys: Mapping[str, str] | None = None,
        view: Literal[32, 64] | None = None,
        namespace: str | None = None,
    ) -> dict[str, Value]:
        """Call a method; returns its out parameters with ReturnValue, which is the caller's to judge.

        arguments   an empty sequence is left out, as WMI's own clients do
        view        of the registry of a 64-bit host; None is the host's own
        """
        known = _known(cls, (), namespace)
        described = known.methods[method]
        resource = names.resource(known.namespace, cls)
        body = envelope.element(resource, f"{method}_INPUT")
        for name, value in arguments.items():
            write(body, resource, name, value)
        during = f"{cls}.{method}"
        options = None if view is None else {"__ProviderArchitecture": str(view)}
        action = f"{resource}/{method}"
        answer = self.call(action, resource, body, during, selectors=keys, options=options, reads=described.reads)
        output = self._instance(answer, during)
        found = read_all(self.target.host, during, described.out, output, described.out)
        if not isinstance(found["ReturnValue"], int):
            raise AnswerUnreadableError(self.target.host, during, "no ReturnValue")
        return found

    def _instance(self, body: etree._Element, during: str) -> etree._Element:
        found = _first(body)
        if found is None:
            raise AnswerUnreadableError(self.target.host, during, "an empty body")
        return found


def _known(cls: str, properties: Sequence[str], namespace: str | None = None) -> WmiClass:
    """The class with all these properties; a programmer's mistake otherwise."""
    known = CLASSES[cls] if namespace is None else replace(CLASSES[cls], namespace=namespace)
    unknown = [name for name in properties if name not in known.properties]
    if unknown:
        raise KeyError(f"{cls} has no {', '.join(unknown)} in session/wsman/classes.py")
    return known


def _first(parent: etree._Element) -> etree._Element | None:
    return next((child for child in parent if isinstance(child.tag, str)), None)


@contextmanager
def open_client(target: WindowsTarget, make: Callable[[WindowsTarget], Client] = Client) -> Iterator[Client]:
    """A session with one host, which has said who it is; closed at the end.

    Raises SessionError: FD301, FD302, FD308, FD320 (nothing listens), FD321 (too old), FD323, FD324.
    """
    client = make(target)
    try:
        client.identify()
        yield client
    finally:
        client.close()
