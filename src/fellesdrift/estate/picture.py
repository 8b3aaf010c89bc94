"""A picture of an estate, drawn by graphviz from the inventory: sites by municipality, links by kind, zones by colour.

The whole, or one municipality with its lines to the others. Network devices are drawn one by one; servers and exchanges
are counted by what they do, on the LAN that they stand on. The DOT text is a pure function of the estate (a test holds
the committed ones against it); the SVG is what `dot` makes of it.
"""

from __future__ import annotations

import shutil
import subprocess
from html import escape
from pathlib import Path

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import addresses
from fellesdrift.estate.dot import FONT, bold, colour, html, legend, quoted, small
from fellesdrift.estate.models import MANAGED, Estate, ExternalHost, Host, Link, Site
from fellesdrift.estate.servers import counted
from fellesdrift.estate.view import View

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


def dot_source(estate: Estate, municipality: str | None = None) -> str:
    """The DOT text, of the whole or of one municipality. Sites are clusters inside their municipality; a LAN is a node
    of its own in its zone's colour. Raises FD140 for an unknown municipality."""
    name = estate.municipality(municipality).name if municipality is not None else estate.name
    view = View(estate, municipality)
    used = {link.zone for link in view.links}
    fills = [(_fill(view, zone.key), zone.title) for zone in estate.zones.values() if zone.key in used]
    lines = [
        "// Generated from the inventory by `fellesdrift estate picture`. Do not edit.",
        f"graph {quoted(name)} {{",
        f'  graph [rankdir=LR, nodesep=0.18, ranksep=0.5, fontname="{FONT}", fontsize=12, labelloc=b,'
        f" label={legend(f'{name}: the network before the first stage', fills, _LEGEND)}]",
        f'  node [fontname="{FONT}", fontsize=11, shape=box, style="rounded,filled", fillcolor="#ffffff"]',
        f'  edge [fontname="{FONT}", fontsize=9]',
        "",
    ]
    lines.extend(f"  {_far(view, host)}" for host in view.far_ends())
    for key in view.members:
        lines.extend(_municipality(view, key))
    lines.append("")
    for link in view.links:
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


def _fill(view: View, zone: str) -> str:
    return colour(list(view.estate.zones), zone)


def _far(view: View, host: Host) -> str:
    """The far end of a line, and what the municipality uses there."""
    estate = view.estate
    rows = [bold(host.name), small(f"in {estate.municipalities[host.municipality].name}")]
    for service in estate.services.values():
        if view.only in service.used_by and service.provided_by == host.municipality:
            rows.append(small(f"{_short(service.title)} {service.address}"))
    return f'{quoted(host.name)} [label={html(rows)}, color="#999999", fillcolor="#f0f0f0"]'


def _municipality(view: View, key: str) -> list[str]:
    municipality = view.estate.municipalities[key]
    label = f"{municipality.name}   {municipality.prefix}"
    lines = [
        "",
        f"  subgraph {quoted('cluster_' + key)} {{",
        f'    graph [label={quoted(label)}, style="rounded", color="#333333", penwidth=1.5, labelloc=t, labeljust=l,'
        " fontsize=16, margin=14]",
    ]
    for site in view.estate.sites.values():
        if site.municipality == key:
            lines.extend(f"    {line}" for line in _site(view, site))
    clouds = [link for link in view.links if link.kind == "internet" and key in view.municipalities_of(link)]
    return [*lines, "  }", *(f"  {_cloud(view, link)}" for link in clouds)]


def _site(view: View, site: Site) -> list[str]:
    if not site.connected:
        rows = [escape(site.name), small("no network reaches it")]
        look = 'style="rounded,dashed", color="#777777", fontcolor="#444444"'
        return [f"{quoted('site ' + site.key)} [label={html(rows)}, {look}]"]
    devices = [host for host in view.estate.hosts.values() if host.site == site.key and host.platform in MANAGED]
    lans = [link for link in view.links if view.is_node(link) and view.home(link) == site.key]
    return [
        f"subgraph {quoted('cluster_' + site.municipality + '_' + site.key)} {{",
        f'  graph [label={quoted(site.name)}, style="rounded,filled", color="#999999", fillcolor="#fafafa",'
        " penwidth=1, labelloc=t, labeljust=l, fontsize=12, margin=8]",
        *(f"  {_device(view, host)}" for host in devices),
        *(f"  {_lan(view, link)}" for link in lans),
        "}",
    ]


def _device(view: View, host: Host) -> str:
    rows = [bold(host.name), small(host.management_address)]
    if host.model is not None:
        rows.append(small(host.model))
    rows.extend(
        escape(row) if not n else small(row) for link in view.folded(host) for n, row in enumerate(_on(view, link))
    )
    border = 'color="#000000", penwidth=2' if host.shared else 'color="#555555"'
    return f"{quoted(host.name)} [label={html(rows)}, {border}]"


def _lan(view: View, link: Link) -> str:
    first, *others = _on(view, link)
    label = html([escape(first), *(small(row) for row in others)])
    fill = _fill(view, link.zone)
    return f'{quoted("lan " + link.key)} [label={label}, style=filled, color="#777777", fillcolor="{fill}"]'


def _on(view: View, link: Link) -> list[str]:
    """A LAN: its zone, its prefix, how many servers of each kind, the services."""
    rows = [_short(view.estate.zones[link.zone].title), link.prefix]
    rows.extend(counted(view.standing.get(link.key, ()), view.roles))
    on_it = [service for service in view.estate.services.values() if service.link == link.key]
    return rows + [f"{_short(service.title)} {service.address}" for service in on_it]


def _cloud(view: View, link: Link) -> str:
    """What lies beyond an Internet line, as seen from there: a host may know its customers by their addresses."""
    external = view.estate.externals[next(end.external for end in link.ends if end.external is not None)]
    rows = [bold(external.title)]
    for host in external.hosts.values():
        rows.append(small(f"{host.title or host.key}: {host.address}"))
        if host.accepts_from is not None:
            rows.append(small(f"{'lets in' if _lets_in(host, link) else 'turns away'} {link.prefix}"))
    look = f'shape=ellipse, style=filled, fillcolor="{_fill(view, link.zone)}"'
    return f"{quoted(view.node(link.ends[-1], link))} [label={html(rows)}, {look}]"


def _lets_in(host: ExternalHost, link: Link) -> bool:
    ours = addresses.network(link.prefix)
    return any(ours.overlaps(addresses.network(prefix)) for prefix in host.accepts_from or ())


def _short(title: str) -> str:
    """The short form of a title: what stands before the comma."""
    return title.partition(",")[0]


def _link(view: View, link: Link) -> list[str]:
    """Lines: between a LAN's node and each of its ends, or one line between two ends."""
    if view.is_node(link):
        nodes = [view.node(end, link) for end in link.ends if view.shows(end.host)]
        return [_line(view, node, f"lan {link.key}", _LINES[link.kind]) for node in nodes]
    if len(link.ends) != 2 or view.is_folded(link):
        return []
    unlit = link.key in view.unlit
    words = "fibre, not lit yet" if unlit else _KIND_WORDS[link.kind]
    look = f"label={html([escape(words), small(link.prefix)])}, {_UNLIT if unlit else _LINES[link.kind]}"
    first, second = (view.node(end, link) for end in link.ends)
    return [_line(view, first, second, look)]


def _line(view: View, first: str, second: str, look: str) -> str:
    """A line, written from what is nearer to the shared platform: graphviz draws that end further left."""
    left, right = sorted((first, second), key=lambda node: view.depths.get(node, len(view.depths)))
    return f"{quoted(left)} -- {quoted(right)} [{look}]"
