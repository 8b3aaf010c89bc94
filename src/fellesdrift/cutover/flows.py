"""The zone policy's flows on one device: which there are, and whether its configuration is as they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from fellesdrift.compose import completed_by_role
from fellesdrift.errors import FellesdriftError
from fellesdrift.policy import ROLE, Filtering, FlowVerdict, Interface, Report, Route, Row, judge, rows_of
from fellesdrift.state.network import read_resources
from fellesdrift.state.network.kinds import DYNAMIC_ADDRESSES, read_next_hop
from fellesdrift.state.network.text import is_interface, parse, route_of

if TYPE_CHECKING:
    from fellesdrift.estate import Estate
    from fellesdrift.state.network.text import Section

_SHOWN = 12
_INSPECT = re.compile(r"ip inspect (\S+) (in|out)")
_INSPECTION = re.compile(r"ip inspect name (\S+) (tcp|udp|icmp)\b.*")
# what decides over packets beside routes, addresses and lists; `judge` does not know these
_UNKNOWN = re.compile(
    r"ip (?:policy route-map|vrf forwarding|unnumbered|address \S+ \S+ secondary|verify unicast).*"
    r"|vrf forwarding .*|zone-member .*|service-policy type inspect .*|router (?!-).*"
)


def flows_of(estate: Estate, done: Set[tuple[str, str]], hosts: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """host -> the rows that decide at it, as data, of those hosts that have any; done: completed stages."""
    members = completed_by_role(estate, done).get(ROLE, [])
    found = {name: rows_of(estate.hosts[name], estate, members) for name in hosts}
    return {name: [row.as_data() for row in rows] for name, rows in found.items() if rows}


def verify_flows(host: str, config: str, flows: Sequence[Mapping[str, Any]]) -> Report:
    """What a configuration does with the flows. Raises FD803 when it cannot be told, FD802 when one is not as the table
    says, ConfigurationUnreadableError."""
    report = judge(filtering_of(host, config), [Row.from_data(row) for row in flows])
    if report.wrong:
        raise _refused(
            "FD802",
            "the device does not treat every flow as the zone policy says",
            host,
            report.wrong,
            f"{len(report.wrong)} of {len(report.verdicts)} flows are wrong",
            "look for a list, a filter on the way out, or a route that is not the estate's",
        )
    if report.unknown:
        raise _refused(
            "FD803",
            "it cannot be told whether the device treats every flow as the zone policy says",
            host,
            report.unknown,
            f"{len(report.unknown)} of {len(report.verdicts)} flows meet {report.unknown[0].why}",
            "take the line out of the device, or write it in a form that docs/zones.md lists",
        )
    return report


def described(report: Report, configuration: str) -> str:
    """One line for people. configuration: which one was judged."""
    return (
        f"{report.count('permit')} permitted and {report.count('deny')} forbidden flows as the policy says "
        f"({report.basis} from the {configuration} configuration)"
    )


def filtering_of(host: str, config: str) -> Filtering:
    """What of a running configuration decides over packets. Raises ConfigurationUnreadableError."""
    sections, resources = parse(config), read_resources(config)
    inspected = _inspected(sections)
    interfaces: dict[str, Interface] = {}
    unknown = [line for section in sections for line in (section.head, *section.lines) if _UNKNOWN.fullmatch(line)]
    for name, values in resources["interface"].items():
        address = values["ip_address"]
        if not values["enabled"] or address is None:
            continue
        if address in DYNAMIC_ADDRESSES:
            unknown.append(f"ip address {address}")
            continue
        kept = inspected.get(name, {})
        interfaces[name] = Interface(
            address,
            values["access_group_in"],
            values["access_group_out"],
            frozenset(kept.get("in", ())),
            frozenset(kept.get("out", ())),
        )
    lists = {name: found["entries"] for name, found in resources["access_list"].items() if found["type"] == "extended"}
    for used in (name for one in interfaces.values() for name in (one.access_in, one.access_out) if name):
        found = resources["access_list"].get(used)
        if found and found["type"] == "standard" and found["entries"]:
            unknown.append(f"ip access-list standard {used}")
    routes = list(_routes(sections, unknown))
    return Filtering(host, interfaces, routes, lists, tuple(unknown))


def _routes(sections: Sequence[Section], unknown: list[str]) -> Iterable[Route]:
    for section in sections:
        if not section.head.startswith("ip route "):
            continue
        known = route_of(section.head)
        hop = read_next_hop(known[1]) if known else None
        if known is None or hop is None:
            unknown.append(section.head)
            continue
        first, _, second = hop["next_hop"].partition(" ")
        by_name = not first[0].isdigit()
        yield Route(known[0], first if by_name else None, second or None if by_name else first, hop["distance"])


def _inspected(sections: Sequence[Section]) -> dict[str, dict[str, set[str]]]:
    """interface -> direction -> protocols whose conversations are remembered."""
    rules: dict[str, set[str]] = {}
    for section in sections:
        if match := _INSPECTION.fullmatch(section.head):
            rules.setdefault(match[1], set()).add(match[2])
    found: dict[str, dict[str, set[str]]] = {}
    for section in sections:
        for match in (_INSPECT.fullmatch(line) for line in section.lines if is_interface(section)):
            if match:
                name = section.head.removeprefix("interface ")
                found.setdefault(name, {})[match[2]] = rules.get(match[1], set())
    return found


def _refused(
    code: str, problem: str, host: str, verdicts: Sequence[FlowVerdict], found: str, next_step: str
) -> FellesdriftError:
    more = [f"and {len(verdicts) - _SHOWN} more"] if len(verdicts) > _SHOWN else []
    return FellesdriftError(
        code,
        problem,
        host=host,
        key=verdicts[0].rule,
        found=found,
        expected="every flow as fellesdrift_policy and fellesdrift_services say",
        details=[*(verdict.text() for verdict in verdicts[:_SHOWN]), *more],
        next_step=next_step,
    )
