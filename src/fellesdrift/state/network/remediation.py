"""Which lines differ, by hier-config; in which order they may be entered is decided elsewhere.

hier-config alone takes old routes out before it puts new ones in, negates what IOS would replace at once, and numbers
the entries of access lists by their place in the text. So it is asked about interfaces and routes only, about nothing
but what is claimed, and its negations are dropped where entering the new line replaces the old one.
"""

from __future__ import annotations

from typing import Any

from hier_config import Platform, WorkflowRemediation, get_hconfig

from fellesdrift.state.network import kinds
from fellesdrift.state.network.kinds import Resources

_HEAD = "hostname compared"  # hier-config wants a configuration, not an empty text


def differing_lines(have: Resources, want: Resources) -> dict[str, list[str]]:
    """Lines to enter: under each interface's head, and under "" for global ones. No order is meant."""
    platform = Platform.CISCO_IOS
    workflow = WorkflowRemediation(get_hconfig(platform, _text(have)), get_hconfig(platform, _text(want)))
    found: dict[str, list[str]] = {}
    for child in workflow.remediation_config.children:
        if child.text.startswith("interface "):
            found[child.text] = [line.text for line in child.children]
        else:
            found.setdefault("", []).append(child.text)
    return found


def _text(resources: Resources) -> str:
    lines = [_HEAD]
    for name, values in resources.get(kinds.INTERFACE, {}).items():
        lines.append(f"interface {name}")
        lines.extend(f" {line}" for line in _interface_lines(values))
    for prefix, values in resources.get(kinds.ROUTE, {}).items():
        lines.extend(kinds.route_line(prefix, hop) for hop in values["next_hops"])
    return "\n".join(lines) + "\n"


def _interface_lines(values: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in values.items():
        if name == kinds.ENABLED:
            lines.append("no shutdown" if value else "shutdown")
            continue
        attribute = kinds.BY_NAME[name]
        line = attribute.absent if value is None else attribute.write(value)
        lines.extend([line] if line is not None else [])
    return lines
