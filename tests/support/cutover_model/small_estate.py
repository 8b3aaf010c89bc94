"""Two municipalities and the platform that they share: small enough that a thousand histories take a minute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fellesdrift.estate import Estate
from fellesdrift.estate.models import Host, Municipality
from fellesdrift.estate.stages import Drain, ManualStep, Soak, Stage, StepTime, Wave

type Place = tuple[str, str, str]
"""kind, key, attribute: as fellesdrift.cutover.way_back has it."""

MUNICIPALITIES = ("north", "south")
PLATFORM = "hub"
STAGES = ("link", "zone")
DAY2: Place = ("interface", "users", "description")
"""What day-2 changes change: no stage speaks of it."""
DRAINED: Place = ("interface", "transit", "cost")
"""What the core has only while the routers are changed."""
USUAL, ASIDE = 10, 100
HANDED_OVER = "handed_over"
"""The manual step after which a stage has no way back, if somebody has really done it."""
FRAGMENTS = {
    # what all share is one list with an entry of each, and a resource of each one's own
    "link/core": """
interface:
{% for each in municipalities %}
  to-{{ each.key }}: {enabled: true}
{% endfor %}
{% if municipalities %}
access_list:
  members: {entries: [{% for each in municipalities %}{{ each.key }}, {% endfor %}]}
{% endif %}
""",
    "link/router": """
interface:
  fibre: {enabled: true, description: to the hub}
route:
  default: {next_hops: [fibre]}
""",
    "zone/core": """
{% if municipalities %}
access_list:
  zones: {entries: [{% for each in municipalities %}{{ each.key }}, {% endfor %}]}
{% endif %}
""",
    "zone/router": """
interface:
  users: {access_group_in: zones}
""",
}
BASELINE: dict[str, dict[Place, Any]] = {
    "core": {("access_list", "members", "entries"): ["nobody"], DRAINED: USUAL},
    "router": {("route", "default", "next_hops"): ["line"], ("interface", "users", "access_group_in"): "old"},
}


def write_roles(folder: Path) -> Path:
    """The two roles' fragments, below a folder; gives it."""
    for name, text in FRAGMENTS.items():
        role, group = name.split("/")
        file = folder / role / "fragments" / f"{group}.yml.j2"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def small_estate(folder: Path) -> Estate:
    """The estate; `folder` is where its inventory would lie. Only what the engine reads of an estate is there."""
    hosts = {"core1": _host("core1", PLATFORM, "core", shared=True)}
    hosts |= {
        f"{name}-rtr{number}": _host(f"{name}-rtr{number}", name, "router")
        for name in MUNICIPALITIES
        for number in (1, 2)
    }
    groups = {
        name: [host for host in hosts if hosts[host].municipality == name] for name in (PLATFORM, *MUNICIPALITIES)
    }
    groups |= {kind: [host for host in hosts if kind in hosts[host].groups] for kind in ("core", "router")}
    municipalities = {name: _municipality(name, at) for at, name in enumerate((PLATFORM, *MUNICIPALITIES))}
    routers = Wave(name="Routers", hosts=["{municipality}:&router"])
    core = Wave(name="Core", hosts=["core"])
    kind, key, attribute = DRAINED
    drain = Drain(hosts=["core"], resources={kind: {key: {attribute: ASIDE}}})
    stages = [
        Stage(
            id="link",
            title="Link",
            role="link",
            waves=[
                core.model_copy(update={"canary": True, "soak": 5}),
                routers.model_copy(update={"quorum": 1, "drain": drain}),
            ],
            steps=[_step("ready", "before"), _step("first_look", "canary")],
            municipalities=list(MUNICIPALITIES),
        ),
        Stage(
            id="zone",
            title="Zone",
            role="zone",
            requires=["link"],
            waves=[routers, core],
            steps=[_step(HANDED_OVER, "after"), _step("accepted", "finalize")],
            soak=Soak(minutes=10, every=5),
            reversible_until=HANDED_OVER,
            municipalities=list(MUNICIPALITIES),
        ),
    ]
    return Estate.model_construct(
        name="small",
        host_municipality=PLATFORM,
        time_zone="Europe/Oslo",
        production=False,
        twin=None,
        journal=folder / "journal.sqlite",
        inventory_dir=folder,
        municipalities=municipalities,
        stages=stages,
        hosts=hosts,
        groups=groups,
        links={},
        services={},
        controller=None,
        policy=[],
        systems={},
        roles={},
        contacts={},
        windows=[],
    )


def _step(name: str, when: StepTime) -> ManualStep:
    return ManualStep(
        id=name, title=name, instruction=f"see to {name}", role="duty_operator", when=when, minutes=10, evidence="what"
    )


def _host(name: str, municipality: str, kind: str, *, shared: bool = False) -> Host:
    return Host(
        name=name,
        municipality=municipality,
        site=municipality,
        platform="cisco_ios",
        management_address="192.0.2.1",
        shared=shared,
        groups=[municipality, kind],
    )


def _municipality(name: str, at: int) -> Municipality:
    return Municipality(key=name, name=name, prefix=f"10.{at}.0.0/16")
