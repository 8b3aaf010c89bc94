"""All hosts, once; the work is fellesdrift.drift, the documentation is plugins/modules/drift_sweep.py."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible import context
from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible.vars.manager import VariableManager
from ansible_collections.fellesdrift.core.plugins.modules.drift_sweep import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import EXCHANGES, WINDOWS, FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import roles_path
from ansible_collections.fellesdrift.core.plugins.plugin_utils.vault import closed_secret

from fellesdrift.drift import canary, early, ledger
from fellesdrift.drift.kinds import kinds_of
from fellesdrift.drift.model import KINDS
from fellesdrift.drift.request import Request
from fellesdrift.drift.run import Result, failure, run
from fellesdrift.drift.telling import attention, summary, told_each
from fellesdrift.errors import FellesdriftError, FellesdriftErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fellesdrift.drift.request import Login
    from fellesdrift.estate import Logins

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One sweep over the hosts of the play."""

    BYPASS_HOST_LOOP = True
    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Sweep and write the ledger; one that could not begin, or is blind, leaves a ledger that says so."""
        name = arguments["run"] or secrets.token_hex(8)
        path = Path(arguments["ledger"]) if arguments["ledger"] else None
        try:
            result = self._swept(name, arguments, task_vars)
        except (FellesdriftError, FellesdriftErrors) as error:
            if path is not None:
                ledger.write(path, failure(name, "", False, arguments["kinds"] or KINDS, error))
            raise
        found = result.ledger
        if path is not None:
            ledger.write(path, found)
        if found.failure is not None:
            raise canary.blind(found.canary.why, f"one finding: {found.canary.planted}")
        told: dict[str, Any] = {
            "changed": False,
            "outcome": found.outcome,
            "counts": dict(found.counts),
            "attention": [host.model_dump(mode="json") for host in told_each(attention(found))],
            "summary": summary(found),
        }
        mend = {host: asdict(one) for host, one in result.mend.items()}
        return told | ({"mend": mend} if arguments["mend"] else {})

    def _swept(self, name: str, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Result:
        planted = canary.plant(arguments["kinds"] or KINDS)
        # it comes up while the estate is read
        with canary.standing(planted) as device:
            own, limit = arguments["inventory"] or [], arguments["limit"] if arguments["inventory"] else None
            question = early.asked(own or _sources_of_the_run(task_vars), limit)
            sources = question.sources
            roles = roles_path(question.project)
            estate, logins = early.take(question, roles)
            if own:
                asked, variables = logins.hosts, _Inventory(self._loader, sources).variables
            else:
                self._keep_only_true(logins, task_vars)
                limit = str(context.CLIARGS.get("subset") or "")
                asked = frozenset(str(host) for host in task_vars["ansible_play_hosts_all"])
                variables = task_vars["hostvars"].raw_get
            request = Request(
                run=name,
                estate=estate,
                roles_path=roles,
                asked=asked,
                target=lambda host: self._target_of(host, logins.pop(host, None), variables),
                kinds=kinds_of(arguments["kinds"], estate),
                limit=limit or "",
                host_seconds=arguments["host_seconds"],
                run_seconds=arguments["run_seconds"],
                processes=arguments["processes"],
                sessions=arguments["sessions"],
                keep_history=not self.check_mode,
                tell=Display().display,
            )
            return run(request, planted, device)

    def _keep_only_true(self, logins: Logins, task_vars: dict[str, Any]) -> None:
        """What stands in the inventory is the login only where the command line does not say otherwise, and where it is
        what Ansible itself says of the host that it has worked out for this task."""
        said = load_extra_vars(self._loader)
        host = str(task_vars["inventory_hostname"])
        try:
            true = host not in logins or self._plain_target(host, logins[host]) == self._login(task_vars)
        except (AnsibleError, FellesdriftError):
            true = False  # told of that host when its turn comes
        if not true or logins.NAMES & said.keys():
            logins.clear()

    def _plain_target(self, host: str, login: dict[str, Any]) -> Login:
        return self._login({"inventory_hostname": host, **login})

    def _target_of(
        self, host: str, login: dict[str, Any] | None, variables_of: Callable[[str], Mapping[str, Any]]
    ) -> Login:
        """The login of another host: as it was read with the estate, or else worked out by Ansible, whose variables of
        the host are let go of at once."""
        if login is not None:
            return self._plain_target(host, login)
        own = self._templar
        try:
            variables = dict(variables_of(host))
            self._templar = own.copy_with_new_env(available_variables=variables)
            return self._login(variables)
        except AnsibleError as error:
            raise closed_secret(str(error), host) or FellesdriftError(
                "FD711",
                "the login of this host cannot be worked out",
                host=host,
                found=type(error).__name__,
                expected="ansible_host, ansible_user, ansible_password and the like, all of them known",
                next_step=f"ansible-inventory --host {host} with the same inventory",
            ) from error
        finally:
            self._templar = own

    def _login(self, variables: Mapping[str, Any]) -> Login:
        platform = self.variable("fellesdrift_platform", dict(variables))
        if platform in EXCHANGES:
            return self.exchange_target(dict(variables))
        return self.windows_target(dict(variables)) if platform == WINDOWS else self.target(dict(variables))


class _Inventory:
    """Ansible's own variables of the hosts of an inventory that is not the run's. Read when the first is asked for."""

    def __init__(self, loader: Any, sources: Sequence[Path]) -> None:
        self._loader = loader
        self._sources = [str(source) for source in sources]
        self._manager: Any = None
        self._inventory: Any = None

    def variables(self, host: str) -> Mapping[str, Any]:
        if self._manager is None:
            self._inventory = InventoryManager(loader=self._loader, sources=self._sources)
            self._manager = VariableManager(loader=self._loader, inventory=self._inventory)
        found: Mapping[str, Any] = self._manager.get_vars(host=self._inventory.hosts[host], include_hostvars=False)
        return found


def _sources_of_the_run(task_vars: dict[str, Any]) -> list[Path]:
    sources = [Path(str(source)).absolute() for source in context.CLIARGS.get("inventory") or []]
    return sources or [Path(str(task_vars["inventory_dir"]))]
