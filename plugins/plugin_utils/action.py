"""What the actions share: typed arguments, typed errors, the estate, the journal and the device's login.

The library is imported after `library.py` has checked it, so that a missing or a wrong one is one clear error.
"""

from __future__ import annotations

import ctypes
import os
import signal
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ansible.plugins.action import ActionBase
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import estate_of, plain

from fellesdrift.cutover import stopping
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate.header import estate_header

if TYPE_CHECKING:
    from fellesdrift.estate import Estate
    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal
    from fellesdrift.journal.lease import Holder
    from fellesdrift.session import Target
    from fellesdrift.session.overlay import OverlayTarget
    from fellesdrift.session.wsman import WindowsTarget

WINDOWS = "windows_2003"
"""The platform of the hosts that are worked with over WS-Management."""
EXCHANGES = ("succession", "meridian")
"""The platforms of the hosts that are worked with over their overlays."""
_PR_SET_PDEATHSIG = 1


class FellesdriftAction(ActionBase):
    """An action that works on the controller. Subclasses set ARGUMENT_SPEC and write `work`."""

    TRANSFERS_FILES = False
    ARGUMENT_SPEC: ClassVar[dict[str, Any]] = {}

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Validate, work, and turn a typed error into a failed result with its code."""
        result = super().run(tmp, task_vars)
        _die_with_parent()
        stopping.shield_worker()
        _, arguments = self.validate_argument_spec(self.ARGUMENT_SPEC)
        try:
            result.update(self.work(plain(arguments), task_vars or {}))
        except FellesdriftErrors as errors:
            result.update(failed=True, msg=str(errors), code=errors.errors[0].code)
        except FellesdriftError as error:
            result.update(failed=True, msg=str(error), code=error.code)
        return result

    @abstractmethod
    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Do it; gives the result. Raises FellesdriftError."""

    @property
    def check_mode(self) -> bool:
        """Whether this task must not write."""
        return bool(self._task.check_mode)

    def holder(self) -> Holder:
        """The ansible-playbook process; this code runs in a worker of it."""
        from fellesdrift.journal.lease import Holder

        return Holder.of_process(os.getppid())

    def variable(self, name: str, task_vars: dict[str, Any], default: Any = None) -> Any:
        """One variable of this host, templated, as plain data."""
        if name not in task_vars:
            return default
        value = task_vars[name]
        # an expression is compiled for each answer, and a login of a thousand hosts asks for eight thousand
        if isinstance(value, int) or (isinstance(value, str) and "{" not in value):
            return plain(value)
        return plain(self._templar.resolve_variable_expression(name))

    def estate(self, task_vars: dict[str, Any]) -> Estate:
        """The whole estate, from the variables that Ansible has resolved."""
        return estate_of(task_vars)

    def header(self, task_vars: dict[str, Any]) -> Header:
        """The estate's name, journal and controller, without reading the rest of the estate."""
        wanted = ("fellesdrift_estate", "fellesdrift_twin")
        variables = {name: self.variable(name, task_vars) for name in wanted if name in task_vars}
        return estate_header(variables, Path(str(task_vars["inventory_dir"])))

    def journal(self, header: Header) -> Journal:
        """The estate's journal for writing. A twin's is made when it is not there; a production estate's never."""
        from fellesdrift.journal import Journal, exists, refuse_ephemeral

        if not header.production and not exists(header.journal):
            return Journal.create(header.journal, header.name)
        if header.production:
            refuse_ephemeral(header.journal)
        return Journal.open(header.journal, header.name)

    def target(self, task_vars: dict[str, Any]) -> Target:
        """The login of this host, from Ansible's own connection variables and options (Vault, -u, -k, AWX all work)."""
        from fellesdrift.session import Target  # an SSH library, which validating and status do without

        known_hosts = self.variable("fellesdrift_known_hosts", task_vars)
        return Target(
            host=str(task_vars["inventory_hostname"]),
            address=str(self.variable("ansible_host", task_vars) or task_vars["inventory_hostname"]),
            port=int(self.variable("ansible_port", task_vars) or 22),
            username=self._user(task_vars),
            password=self._password(task_vars),
            enable_secret=self.variable("ansible_become_password", task_vars) or None,
            platform=str(self.variable("fellesdrift_platform", task_vars) or ""),
            known_hosts=Path(known_hosts) if known_hosts else None,
            legacy=bool(self.variable("fellesdrift_ssh_legacy", task_vars, default=False)),
        )

    def windows_target(self, task_vars: dict[str, Any]) -> WindowsTarget:
        """The same of a Windows host; fellesdrift_winrm_* say how. FD652 without a password, FD440 for another host."""
        from fellesdrift.session.wsman import target_of

        host = str(task_vars["inventory_hostname"])
        platform = self.variable("fellesdrift_platform", task_vars)
        if platform != WINDOWS:
            raise FellesdriftError(
                "FD440",
                "this is no Windows host",
                host=host,
                key="fellesdrift_platform",
                found=str(platform or "nothing"),
                expected=WINDOWS,
                next_step="aim the task at the group of the Windows hosts",
            )
        names = ("ansible_host", "ansible_port", *(name for name in task_vars if name.startswith("fellesdrift_winrm_")))
        variables = {name: self.variable(name, task_vars) for name in names}
        login = {"ansible_user": self._user(task_vars), "ansible_password": self._password(task_vars)}
        return target_of(host, variables | login)

    def exchange_target(self, task_vars: dict[str, Any]) -> OverlayTarget:
        """The same of an exchange; fellesdrift_telnet says whether over telnet. FD652 without a password, FD341 for
        telnet's port without leave."""
        from fellesdrift.session.overlay import target_of

        host = str(task_vars["inventory_hostname"])
        ours = (
            "fellesdrift_telnet",
            "fellesdrift_exchange_form",
            "fellesdrift_known_hosts",
            "fellesdrift_ssh_legacy",
        )
        names = ("ansible_host", "ansible_port", *ours)
        variables = {name: self.variable(name, task_vars) for name in names if name in task_vars}
        login = {"ansible_user": self._user(task_vars), "ansible_password": self._password(task_vars)}
        return target_of(host, variables | login)

    def of_run(self, attribute: str, task_vars: dict[str, Any]) -> Any:
        """What Ansible has found of an account by any of its names, or on the command line."""
        return getattr(self._play_context, attribute)

    def _user(self, task_vars: dict[str, Any]) -> str:
        return str(self.variable("ansible_user", task_vars) or self.of_run("remote_user", task_vars) or "")

    def _password(self, task_vars: dict[str, Any]) -> str:
        """FD652 when there is none."""
        password = str(self.variable("ansible_password", task_vars) or self.of_run("password", task_vars) or "")
        if not password:
            raise FellesdriftError(
                "FD652",
                "there is no password for this host",
                host=str(task_vars["inventory_hostname"]),
                key="ansible_password",
                found="nothing",
                expected="a password from the environment, from Ansible Vault or by --ask-pass",
                next_step="export FELLESDRIFT_DEVICE_PASSWORD, or encrypt it (docs/secrets.md)",
            )
        return password


def one_line(host: str, error: FellesdriftError) -> str:
    """Why a host failed, for the journal and for status."""
    return f"{host}: {error.code}: {error.problem}"


def _die_with_parent() -> None:
    # A worker outlives a killed ansible-playbook and goes on writing to the device (tried): let the kernel end it.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        os.kill(os.getpid(), signal.SIGKILL)
