"""What only somebody between, or a host gone mad, would answer: it is refused by name, soon, and in little memory."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import pytest
from support.windows import Running, windows_host

from fellesdrift.session.wsman import errors, open_client
from fellesdrift.twin.faults import Fault
from fellesdrift.twin.windows import front, soap, wire

ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n"
ELSEWHERE = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/wsman\r\nContent-Length: 0\r\n\r\n"

type Reply = Callable[[front.Connection, bytes, int, Fault | None], Awaitable[bool]]


async def readable(self: front.Connection, answer: bytes, status: int, noise: Fault | None) -> bool:
    """The right answer, as anybody between could write it."""
    return await self._say(wire.response(status, answer))


async def elsewhere(self: front.Connection, answer: bytes, status: int, noise: Fault | None) -> bool:
    return await self._say(ELSEWHERE)


async def endless(self: front.Connection, answer: bytes, status: int, noise: Fault | None) -> bool:
    await self._say(ENDLESS)
    for _ in range(1000):
        await self._say(b" " * 65536)
    return False


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (readable, "an answer that is not encrypted"),
        (elsewhere, "a redirection to another place"),
        (endless, "more than 2457600 bytes"),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_that_is_not_the_hosts_is_not_taken(
    reply: Reply, found: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def other(self: front.Connection, answer: bytes, _status: int, noise: Fault | None) -> bool:
        return await reply(self, answer, status, noise)

    with windows_host() as host, open_client(host.target()) as client:
        with monkeypatch.context() as patched:
            patched.setattr(front.Connection, "_reply", other)
            started = time.monotonic()
            with pytest.raises(errors.AnswerUnreadableError) as caught:
                client.query("Win32_Service", ["Name"])
            assert caught.value.found == found
            assert time.monotonic() - started < 5
        assert client.query("Win32_Service", ["Name"])


EMPTY = f"<n:EnumerateResponse xmlns:n='{soap.N}'>%s</n:EnumerateResponse>"
MORE = "<n:EnumerationContext>on</n:EnumerationContext>"


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f"{MORE}<w:Items/>", "no end after 0 instances"),
        ("<w:Items/>", "neither an end nor a context to go on with"),
        ("<w:Itemz/><w:EndOfSequence/>", "a page with something that is neither instances nor an end"),
        ("<n:Items xmlns:n='other'/><w:EndOfSequence/>", "a page with something that is neither instances nor an end"),
        (
            "<w:Items><w:XmlFragment/></w:Items><w:EndOfSequence/>",
            "an instance with nothing of what was asked for",
        ),
        (
            "<w:Items><w:XmlFragment><DisplayName>x</DisplayName></w:XmlFragment></w:Items><w:EndOfSequence/>",
            "an instance with nothing of what was asked for",
        ),
    ],
)
def test_a_page_that_says_nothing_is_not_taken_for_an_empty_one(
    host: Running, page: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_client(host.target()) as client:
        monkeypatch.setattr(host.front.winrm.wmi, "handle", lambda message: EMPTY % page)
        with pytest.raises(errors.AnswerUnreadableError) as caught:
            client.query("Win32_Service", ["Name"])
        assert caught.value.found == found
