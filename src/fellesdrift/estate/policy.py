"""The zone policy: which zone may speak to which, in words that no vendor owns."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from fellesdrift.estate.records import Keyed, Record, Words

_PORT = re.compile(r"(?P<protocol>tcp|udp)/(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?")


def _port(text: str) -> str:
    match = _PORT.fullmatch(text)
    if text == "icmp/echo":
        return text
    if match is None or not 0 < int(match["first"]) <= int(match["last"] or match["first"]) <= 65535:
        raise PydanticCustomError("not_a_port", "not a protocol with its ports")
    return text


# "tcp/1494", "udp/1024-1030" or "icmp/echo".
Port = Annotated[str, AfterValidator(_port)]


class Application(Keyed):
    """What a conversation is recognised by: the ports that its server listens on."""

    title: Words
    ports: Annotated[list[Port], Field(min_length=1)]


class PolicyRule(Record):
    """One row of the table; the first that fits decides, and what no row fits is denied.

    sources, destinations   keys of `zones`
    applications            keys of `applications`; none means every protocol and port
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Words
    sources: Annotated[list[str], Field(min_length=1)]
    destinations: Annotated[list[str], Field(min_length=1)]
    applications: list[str] = Field(default_factory=list)
    action: Literal["permit", "deny"]
