"""The action that asks all hosts of a stage, without Ansible around it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from fellesdrift.cutover import parts
from fellesdrift.estate import Estate

PLUGINS = "ansible_collections.fellesdrift.core.plugins"


def observer(user: str = "", password: str = "") -> Any:
    """In check mode, so that it writes no transcripts. user, password: what Ansible has found of an account for the
    task's own host, or on the command line."""
    module = import_module(f"{PLUGINS}.action.stage_observe").ActionModule
    action = object.__new__(module)
    action._task = SimpleNamespace(check_mode=True)
    action._play_context = SimpleNamespace(remote_user=user, password=password)
    return action


def util(name: str) -> Any:
    """One of the plugins' own modules."""
    return import_module(f"{PLUGINS}.plugin_utils.{name}")


def run_of(estate: Estate, observers: list[str], seconds: int) -> dict[str, Any]:
    """What the opening of a stage hands on, for one that changes none of these hosts."""
    assert estate.numbering is not None
    families = {host: parts.FAMILIES[record.platform] for host, record in estate.hosts.items()}
    return {
        "municipality": "sande",
        "stage": "telephony",
        "permit": {},
        "timeouts": {"gates": seconds, "verify": seconds},
        "observers": observers,
        "families": {host: families[host] for host in observers},
        "gates": {family: sorted(names) for family, names in parts.GATES.items()},
        "changing": {},
        "desired": {},
        "flows": {},
        "probes": {},
        "touched": [],
        "numbering": estate.numbering.model_dump(mode="json"),
        "exchanges": [host for host, family in families.items() if family == "pbx"],
    }


def hostvars_of(estate: Estate, twin: Path) -> dict[str, dict[str, Any]]:
    """The logins of a twin that is up, and what of a host's variables its work needs."""
    known = {}
    for host, record in estate.hosts.items():
        file = twin / "host_vars" / host / "zz_twin.yml"
        login = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
        known[host] = {
            "fellesdrift_platform": record.platform,
            "fellesdrift_telnet": record.telnet,
            "fellesdrift_ssh_legacy": record.ssh_legacy,
            "fellesdrift_exchange_form": record.exchange_form,
        } | login
    return known
