"""A picture of an estate, drawn by graphviz from the inventory: sites by municipality, links by kind, zones by colour.

The whole, or one municipality with its lines to the others. Network devices are drawn one by one; servers and exchanges
are counted by what they do, on the LAN that they stand on. The DOT text is a pure function of the estate (a test holds
the committed ones against it); the SVG is what `dot` makes of it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.graphviz import FONT, bold, colour, html, legend, quoted, small
from fellesdrift.estate.models import MANAGED, Estate, Host, Link, LinkEnd, Site

# How a link looks, by kind: what it is must be seen without colour too.
_LINES = {
    "lan": 'color="#555555", penwidth=1.2',
    "leased_line": 'color="#8a5a00", penwidth=1.6, style=dashed',
    "fibre": 'color="#0057b8", penwidth=2',
    "internet": 'color="#b00020", penwidth=1.6, style=dotted',
}
_UNLIT = 'color="#0057b8", penwidth=4, style=dotted'
_KIND_WORDS = {"lan": "LAN", "leased_line": "leased line", "fibre": "own fibre", "internet": "to the Internet"}
_LEGEND = (
    "Thin blue: own fibre in use. Thick blue dots: fibre that is not lit yet. Brown dashes: leased line."
    " Red dots: to the Internet.",
    "Bold frame: all municipalities depend on it. Dashed frame: no network reaches the place.",
)


@dataclass(frozen=True)
class _View:
    """What is drawn: all, or one municipality. `unlit`: the fibres that wait for their stage."""

    estate: Estate
    only: str | None
    unlit: frozenset[str]

    def members(self) -> list[str]:
        return [key for key in self.estate.municipalities if self.only in (None, key)]

    def shows(self, host: str | None) -> bool:
        """Whether a device is drawn in its site; one of another municipality is only named at the end of its line."""
        return host is not None and self.estate.hosts[host].municipality in self.members()

    def links(self) -> list[Link]:
        return [link for link in self.estate.links.values() if any(self.shows(end.host) for end in link.ends)]


def dot_source(estate: Estate, municipality: str | None = None) -> str:
    """The DOT text, of the whole or of one municipality. Sites are clusters inside their municipality; a LAN is a node
    of its own in its zone's colour. Raises FD140 for an unknown municipality."""
    name = estate.municipality(municipality).name if municipality is not None else estate.name
    unlit = frozenset(each.fibre for each in estate.municipalities.values() if each.fibre is not None)
    view = _View(estate, municipality, unlit)
    fills = [(colour(list(estate.zones), zone.key), zone.title) for zone in _zones(view)]
    lines = [
        "// Generated from the inventory by `fellesdrift estate picture`. Do not edit.",
        f"graph {quoted(name)} {{",
        f'  graph [rankdir=LR, nodesep=0.18, ranksep=0.5, fontname="{FONT}", fontsize=12, labelloc=b,'
        f" label={legend(f'{name}: the network before the first stage', fills, _LEGEND)}]",
        f'  node [fontname="{FONT}", fontsize=11, shape=box, style="rounded,filled", fillcolor="#ffffff"]',
        f'  edge [fontname="{FONT}", fontsize=9]',
        "",
    ]
    lines.extend(f"  {node}" for node in _outside(view))
    for key in view.members():
        lines.extend(_municipality(view, key))
    lines.append("")
    for link in view.links():
        lines.extend(f"  {line}" for line in _link(view, link))
    return "\n".join([*lines, "}"]) + "\n"


def render(estate: Estate, path: Path, municipality: str | None = None) -> list[Path]:
    """Write `path` with ".dot", and with ".svg" where the program `dot` is. Returns what was written.

    Raises FellesdriftError FD140 for an unknown municipality, FD141 when `dot` is there and fails.
    """
    text = dot_source(estate, municipality)
    source = path.with_suffix(".dot")
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, encoding="utf-8")
    program = shutil.which("dot")
    if program is None:
        return [source]
    drawing = path.with_suffix(".svg")
    result = subprocess.run(
        [program, "-Tsvg", "-o", str(drawing), str(source)], capture_output=True, text=True, check=False, timeout=60
    )
    if result.returncode != 0:
        raise FellesdriftError(
            code="FD141",
            problem="graphviz could not draw the estate.",
            file=str(source),
            found=" ".join(result.stderr.split())[:200],
            next_step=f"dot -Tsvg {source}",
        )
    return [source, drawing]


def _zones(view: _View):
    used = {link.zone for link in view.links()}
    return [zone for zone in view.estate.zones.values() if zone.key in used]


def _fill(view: _View, zone: str) -> str:
    return colour(list(view.estate.zones), zone)


def _outside(view: _View) -> list[str]:
    """What lies beyond: clouds, and the far ends of lines to a municipality that is not drawn."""
    ends = [end for link in view.links() for end in link.ends]
    externals = dict.fromkeys(end.external for end in ends if end.external is not None)
    nodes = [_external(view, key) for key in externals]
    far = dict.fromkeys(end.host for end in ends if end.host is not None and not view.shows(end.host))
    return nodes + [_far(view, view.estate.hosts[host]) for host in far]


def _external(view: _View, key: str) -> str:
    """A cloud, and in it the hosts that matter to us."""
    external = view.estate.externals[key]
    rows = [bold(external.title)]
    for host in external.hosts.values():
        rows.append(small(f"{host.title or host.key}: {host.address}"))
        rows.extend(small(f"lets in {source}") for source in host.accepts_from or ())
    return f'{quoted("external " + key)} [label={html(rows)}, shape=ellipse, style=filled, fillcolor="{_fill(view, "internet")}"]'


def _far(view: _View, host: Host) -> str:
    """The far end of a line, and what the municipality uses there."""
    estate = view.estate
    rows = [bold(host.name), small(f"in {estate.municipalities[host.municipality].name}")]
    for service in estate.services.values():
        if view.only in service.used_by and service.provided_by == host.municipality:
            rows.append(small(f"{_short(service.title)} {service.address}"))
    return f'{quoted(host.name)} [label={html(rows)}, color="#999999", fillcolor="#f0f0f0"]'


def _municipality(view: _View, key: str) -> list[str]:
    municipality = view.estate.municipalities[key]
    label = f"{municipality.name}   {municipality.prefix}"
    lines = [
        "",
        f"  subgraph {quoted('cluster_' + key)} {{",
        f'    graph [label={quoted(label)}, style="rounded", color="#333333", penwidth=1.5, labelloc=t, fontsize=16,'
        " margin=14]",
    ]
    for site in view.estate.sites.values():
        if site.municipality == key:
            lines.extend(f"    {line}" for line in _site(view.estate, site))
    return [*lines, "  }"]


def _site(estate: Estate, site: Site) -> list[str]:
    if not site.connected:
        rows = [escape(site.name), small("no network reaches it")]
        look = 'style="rounded,dashed", color="#777777", fontcolor="#444444"'
        return [f"{quoted('site ' + site.key)} [label={html(rows)}, {look}]"]
    lines = [
        f"subgraph {quoted('cluster_' + site.municipality + '_' + site.key)} {{",
        f'  graph [label={quoted(site.name)}, style="rounded,filled", color="#999999", fillcolor="#fafafa",'
        " penwidth=1, labelloc=t, fontsize=12, margin=8]",
    ]
    devices = [host for host in estate.hosts.values() if host.site == site.key and host.platform in MANAGED]
    lines.extend(f"  {_device(host)}" for host in devices)
    lines.extend(f"  {_lan(estate, link)}" for link in estate.links.values() if _home(estate, link) == site.key)
    return [*lines, "}"]


def _device(host: Host) -> str:
    rows = [bold(host.name), small(host.management_address)]
    if host.model is not None:
        rows.append(small(host.model))
    border = 'color="#000000", penwidth=2' if host.shared else 'color="#555555"'
    return f"{quoted(host.name)} [label={html(rows)}, {border}]"


def _home(estate: Estate, link: Link) -> str | None:
    """The site that a LAN's node is drawn in: that of its first end."""
    if not _is_node(link):
        return None
    return next((estate.hosts[end.host].site for end in link.ends if end.host is not None), None)


def _is_node(link: Link) -> bool:
    """A LAN on which somebody lives is a node; wires, and LANs between two devices only, are lines."""
    return link.kind == "lan" and (len(link.ends) != 2 or link.gateway is not None)


def _lan(estate: Estate, link: Link) -> str:
    """A LAN, the services on it, and how many servers of each kind."""
    rows = [escape(_short(estate.zones[link.zone].title)), small(link.prefix)]
    rows.extend(small(f"{number} {role}") for role, number in _counted(estate, link).items())
    on_it = [service for service in estate.services.values() if service.link == link.key]
    rows.extend(small(f"{_short(service.title)} {service.address}") for service in on_it)
    fill = colour(list(estate.zones), link.zone)
    return f'{quoted("lan " + link.key)} [label={html(rows)}, style=filled, color="#777777", fillcolor="{fill}"]'


def _counted(estate: Estate, link: Link) -> dict[str, int]:
    """What stands on the LAN, by the group that says what it does: the smallest that holds servers only."""
    servers = {host.name for host in estate.hosts.values() if host.link == link.key}
    of_servers = [name for name, hosts in estate.groups.items() if hosts and name not in ("all", "ungrouped")]
    return Counter(_role(estate, name, of_servers) for name in sorted(servers))


def _role(estate: Estate, host: str, groups: list[str]) -> str:
    return host


def _short(title: str) -> str:
    """The short form of a title: what stands before the comma."""
    return title.partition(",")[0]


def _link(view: _View, link: Link) -> list[str]:
    """Lines: between a LAN's node and each of its ends, or one line between two ends."""
    if _is_node(link):
        ends = [end for end in link.ends if view.shows(end.host)]
        return [f"{quoted(_node(end))} -- {quoted('lan ' + link.key)} [{_LINES[link.kind]}]" for end in ends]
    if len(link.ends) != 2:
        return []
    unlit = link.key in view.unlit
    words = "fibre, not lit yet" if unlit else _KIND_WORDS[link.kind]
    label = html([escape(words), small(link.prefix)])
    first, second = (quoted(_node(end)) for end in link.ends)
    return [f"{first} -- {second} [label={label}, {_UNLIT if unlit else _LINES[link.kind]}]"]


def _node(end: LinkEnd) -> str:
    return end.host if end.host is not None else f"external {end.external}"
