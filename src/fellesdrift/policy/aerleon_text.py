"""Entries of an extended access list, written by aerleon out of terms that no vendor owns.

aerleon takes about 0.3 s to load: only when a list is written for the first time, and the same terms once a run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Literal

from fellesdrift.errors import FellesdriftError


@dataclass(frozen=True)
class Term:
    """Some entries under one remark. sources, destinations: prefixes, () for any. protocol: None for any.

    ports        of the server: "1494", "1024-1030"; () for any
    replies      the entries let answers through: the ports are the senders', and TCP belongs to a conversation
    icmp         a type's name, for the protocol icmp
    """

    name: str
    action: Literal["permit", "deny"]
    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    protocol: str | None = None
    ports: tuple[str, ...] = ()
    replies: bool = False
    icmp: str | None = None
    log: bool = False
    remark: str = field(default="")


def entries(list_name: str, terms: Sequence[Term]) -> list[str]:
    """The entries in order, a remark before those of each term; one that an earlier one equals is left out, as
    a device would. Raises FD801 when aerleon refuses a term."""
    written = _generate(list_name, json.dumps([asdict(term) for term in terms]))
    kept: list[str] = []
    remark = shown = ""
    for entry in written:
        if entry.startswith("remark "):
            remark = entry
        elif entry not in kept:
            kept += [entry] if remark == shown else [remark, entry]
            shown = remark
    return kept


@lru_cache(maxsize=256)
def _generate(list_name: str, terms: str) -> tuple[str, ...]:
    from aerleon import api
    from aerleon.lib import naming

    networks: dict[str, Any] = {}
    services: dict[str, Any] = {}
    texts: Any
    policy: Any
    written = [_term(number, term, networks, services) for number, term in enumerate(json.loads(terms))]
    header = {"targets": {"cisco": f"{list_name} extended"}}
    try:
        names = naming.Naming()
        names.ParseDefinitionsObject({"networks": networks, "services": services}, "")
        policy = {"filename": list_name, "filters": [{"header": header, "terms": written}]}
        texts = api.Generate([policy], names)
        text = str(texts[f"{list_name}.acl"])
    except Exception as error:  # aerleon has a class of error for each module, and no common one
        raise FellesdriftError(
            "FD801",
            f"the table cannot be written as the access list {list_name}",
            key=list_name,
            found=" ".join(str(error).split()) or type(error).__name__,
            expected="rules that aerleon can write for this device",
        ) from error
    remarks = {str(number): term["remark"] or term["name"] for number, term in enumerate(json.loads(terms))}
    return tuple(_entry(line.strip(), remarks) for line in text.splitlines() if _is_entry(line))


def _is_entry(line: str) -> bool:
    return line.startswith((" permit ", " deny ", " remark t"))


def _entry(line: str, remarks: dict[str, str]) -> str:
    return f"remark {remarks[line.removeprefix('remark t')]}" if line.startswith("remark ") else line


def _term(number: int, term: dict[str, Any], networks: dict[str, Any], services: dict[str, Any]) -> dict[str, Any]:
    """One term in aerleon's words; its names are looked up in `networks` and `services`."""
    made: dict[str, Any] = {"name": f"t{number}", "action": "accept" if term["action"] == "permit" else "deny"}
    for side in ("source", "destination"):
        if prefixes := term[f"{side}s"]:
            networks[f"{side.upper()}{number}"] = {"values": [{"address": prefix} for prefix in prefixes]}
            made[f"{side}-address"] = f"{side.upper()}{number}"
    if protocol := term["protocol"]:
        made["protocol"] = protocol
    if term["ports"]:
        services[f"PORTS{number}"] = [{"protocol": protocol, "port": port} for port in term["ports"]]
        made["source-port" if term["replies"] else "destination-port"] = f"PORTS{number}"
    if term["replies"] and protocol == "tcp":
        made["option"] = "tcp-established"
    if term["icmp"]:
        made["icmp-type"] = term["icmp"]
    if term["log"]:
        made["logging"] = "true"
    return made
