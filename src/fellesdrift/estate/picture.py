"""A picture of an estate, drawn by graphviz from the inventory: sites by municipality, links by kind, zones by colour.

The DOT text is a pure function of the estate (a test holds the committed one against it); the SVG is what `dot` makes
of it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import deque
from html import escape
from pathlib import Path

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.models import Estate, Host, Link, LinkEnd, Service

# Light fills that dark text stays readable on, told apart by more than hue (a reader may print it or see few colours).
_PALETTE = ("#cfe8cf", "#f6c9c9", "#d9d2ee", "#e8e8e8", "#fff1c2", "#cfe2f7", "#f7dcc2", "#d4efef")
_FONT = "Helvetica,Arial,sans-serif"

# How a link looks, by kind: what it is must be seen without colour too.
_LINES = {
    "lan": 'color="#555555", penwidth=1.2',
    "leased_line": 'color="#8a5a00", penwidth=1.6, style=dashed',
    "fibre": 'color="#0057b8", penwidth=3.2',
    "internet": 'color="#b00020", penwidth=1.6, style=dotted',
}
_PER_ROW = 3
_KIND_WORDS = {"lan": "LAN", "leased_line": "leased line", "fibre": "fibre", "internet": "to the Internet"}


def dot_source(estate: Estate) -> str:
    """The DOT text. Sites are clusters inside their municipality; a LAN is a node of its own in its zone's colour."""
    lines = [
        "// Generated from the inventory by `fellesdrift estate picture`. Do not edit.",
        f"graph {_quoted(estate.name)} {{",
        f'  graph [rankdir=TB, nodesep=0.3, ranksep=0.55, fontname="{_FONT}", fontsize=12, labelloc=b,'
        f" label={_legend(estate)}]",
        f'  node [fontname="{_FONT}", fontsize=11, shape=box, style="rounded,filled", fillcolor="#ffffff"]',
        f'  edge [fontname="{_FONT}", fontsize=9]',
        "",
    ]
    for external in estate.externals.values():
        lines.append(_external(estate, external.key))
    for municipality in estate.municipalities.values():
        lines.extend(_municipality(estate, municipality.key))
    lines.append("")
    depths = _depths(estate)
    for link in estate.links.values():
        lines.extend(_link(estate, link, depths))
    lines.append("}")
    return "\n".join(lines) + "\n"


def render(estate: Estate, path: Path) -> list[Path]:
    """Write `path` with ".dot", and with ".svg" where the program `dot` is. Returns what was written.

    Raises FellesdriftError FD141 when `dot` is there and fails.
    """
    source = path.with_suffix(".dot")
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(dot_source(estate), encoding="utf-8")
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


def _title(estate: Estate) -> str:
    return f"{estate.name}: the network before the first stage"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _html(*rows: str) -> str:
    """A label of several lines; the rows are markup already."""
    return "<" + "<BR/>".join(rows) + ">"


def _small(text: str) -> str:
    return f'<FONT POINT-SIZE="9" COLOR="#444444">{escape(text)}</FONT>'


def _colour(estate: Estate, zone: str) -> str:
    """Zones get their colours by the order in which the inventory has them."""
    return _PALETTE[list(estate.zones).index(zone) % len(_PALETTE)]


def _external(estate: Estate, key: str) -> str:
    """A cloud, and in it the hosts that matter to us."""
    external = estate.externals[key]
    rows = [f"<B>{escape(external.title)}</B>"]
    for host in external.hosts.values():
        rows.append(_small(f"{host.title or host.key}: {host.address}"))
        if host.accepts_from:
            rows.append(_small(f"lets in only {', '.join(host.accepts_from)}"))
    fill = _colour(estate, "internet") if "internet" in estate.zones else "#ffffff"
    return f'  {_quoted("external " + key)} [label={_html(*rows)}, shape=ellipse, style=filled, fillcolor="{fill}"]'


def _municipality(estate: Estate, key: str) -> list[str]:
    municipality = estate.municipalities[key]
    label = f"{municipality.name}   {municipality.prefix}"
    lines = [
        "",
        f"  subgraph {_quoted('cluster_' + key)} {{",
        f'    graph [label={_quoted(label)}, style="rounded", color="#333333", penwidth=1.5, labelloc=t, fontsize=16,'
        " margin=14]",
    ]
    for site in estate.sites.values():
        if site.municipality == key:
            lines.extend(_site(estate, site.key))
    return [*lines, "  }"]


def _site(estate: Estate, key: str) -> list[str]:
    site = estate.sites[key]
    lines = [
        f"    subgraph {_quoted('cluster_' + site.municipality + '_' + key)} {{",
        f'      graph [label={_quoted(site.name)}, style="rounded,filled", color="#999999", fillcolor="#fafafa",'
        " penwidth=1, labelloc=t, fontsize=12, margin=10]",
    ]
    lines.extend(f"      {_host(host)}" for host in estate.hosts.values() if host.site == key)
    lines.extend(f"      {_lan(estate, link)}" for link in estate.links.values() if _home(estate, link) == key)
    return [*lines, "    }"]


def _home(estate: Estate, link: Link) -> str | None:
    """The site that a LAN's node is drawn in: that of its first end."""
    if not _is_node(link):
        return None
    return next((estate.hosts[end.host].site for end in link.ends if end.host is not None), None)


def _is_node(link: Link) -> bool:
    """A LAN on which somebody lives is a node; wires, and LANs between two devices only, are lines."""
    return link.kind == "lan" and (len(link.ends) != 2 or link.gateway is not None)


def _host(host: Host) -> str:
    rows = [f"<B>{escape(host.name)}</B>", _small(host.management_address)]
    if host.model is not None:
        rows.append(_small(host.model))
    border = 'color="#000000", penwidth=2' if host.shared else 'color="#555555"'
    return f"{_quoted(host.name)} [label={_html(*rows)}, {border}]"


def _lan(estate: Estate, link: Link) -> str:
    zone = estate.zones[link.zone]
    rows = [f"{escape(_zone_word(zone.title))}", _small(link.prefix)]
    rows.extend(_small(f"{_service_word(service)} {service.address}") for service in _on(estate, link))
    return f'{_quoted("lan " + link.key)} [label={_html(*rows)}, shape=box, style=filled, color="#777777",' + (
        f' fillcolor="{_colour(estate, link.zone)}"]'
    )


def _zone_word(title: str) -> str:
    """The short form of a zone's title: what stands before the comma."""
    return title.partition(",")[0]


def _service_word(service: Service) -> str:
    return service.title.partition(",")[0]


def _on(estate: Estate, link: Link) -> list[Service]:
    return [service for service in estate.services.values() if service.link == link.key]


def _link(estate: Estate, link: Link, depths: dict[str, int]) -> list[str]:
    """Lines: between a LAN's node and each of its ends, or one line between two ends."""
    look = _LINES[link.kind]
    if _is_node(link):
        return [_line(_node(end), f"lan {link.key}", look, depths) for end in link.ends]
    if len(link.ends) != 2:
        return []
    label = _html(escape(_KIND_WORDS[link.kind]), _small(link.prefix))
    first, second = (_node(end) for end in link.ends)
    if _same_municipality(estate, link):
        return [_line(first, second, f"label={label}, {look}", depths)]
    # What joins two municipalities hangs between them by its name: a plain line would push one below the other.
    name = _quoted(f"link {link.key}")
    return [
        f'  {name} [label={label}, shape=plaintext, style="", fontsize=10]',
        *(f"  {_quoted(node)} -- {name} [{look}]" for node in (first, second)),
    ]


def _line(first: str, second: str, look: str, depths: dict[str, int]) -> str:
    """A line, written from what is nearer to the Internet: graphviz draws that end above."""
    upper, lower = sorted((first, second), key=lambda node: depths.get(node, 0))
    return f"  {_quoted(upper)} -- {_quoted(lower)} [{look}]"


def _node(end: LinkEnd) -> str:
    return end.host if end.host is not None else f"external {end.external}"


def _same_municipality(estate: Estate, link: Link) -> bool:
    members = {estate.hosts[end.host].municipality for end in link.ends if end.host is not None}
    return len(members) == 1


def _depths(estate: Estate) -> dict[str, int]:
    """How many lines each node is from the nearest external, within its own municipality: what is drawn above what."""
    neighbours: dict[str, list[str]] = {}
    for link in estate.links.values():
        if not _same_municipality(estate, link):
            continue
        nodes = [_node(end) for end in link.ends]
        pairs = [(node, f"lan {link.key}") for node in nodes] if _is_node(link) else [(nodes[0], nodes[-1])]
        for first, second in pairs:
            neighbours.setdefault(first, []).append(second)
            neighbours.setdefault(second, []).append(first)
    depths = {f"external {key}": 0 for key in estate.externals}
    waiting = deque(depths)
    while waiting:
        current = waiting.popleft()
        for neighbour in neighbours.get(current, []):
            if neighbour not in depths:
                depths[neighbour] = depths[current] + 1
                waiting.append(neighbour)
    return depths


def _legend(estate: Estate) -> str:
    """Title, and what the colours and lines mean; three zones a row."""
    zones = [
        f'<TD BGCOLOR="{_colour(estate, zone.key)}" WIDTH="22"></TD><TD ALIGN="LEFT">{escape(zone.title)}   </TD>'
        for zone in estate.zones.values()
    ]
    rows = [f"<TR>{''.join(zones[start : start + _PER_ROW])}</TR>" for start in range(0, len(zones), _PER_ROW)]
    words = "thick blue: fibre, not lit yet; brown dashes: leased line; red dots: to the Internet; bold: shared by all"
    return (
        '<<TABLE BORDER="0" CELLSPACING="3" CELLPADDING="2">'
        f'<TR><TD COLSPAN="{2 * _PER_ROW}"><FONT POINT-SIZE="18">{escape(_title(estate))}</FONT></TD></TR>'
        f'{"".join(rows)}<TR><TD COLSPAN="{2 * _PER_ROW}">{escape(words)}</TD></TR></TABLE>>'
    )
