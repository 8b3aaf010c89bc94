"""What a part of a stage does on one exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import narrowed, refuse_empty, still_known
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_change import PbxChange
from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_results import described, with_what_stays

from fellesdrift.cutover import conflicts
from fellesdrift.errors import FellesdriftError
from fellesdrift.numbering import KINDS as DIALLED
from fellesdrift.session.overlay import target_of
from fellesdrift.state.pbx import (
    KINDS,
    check,
    compare,
    open_exchange,
    prepare,
    read_all,
    read_exchange,
    three_way,
)
from fellesdrift.state.pbx import narrowed as only_claimed

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

    from fellesdrift.cutover.emergency import Lookout
    from fellesdrift.session.overlay import OverlayTarget
    from fellesdrift.state.pbx import Resources

LOGIN = frozenset(
    {"fellesdrift_telnet", "fellesdrift_exchange_form", "fellesdrift_known_hosts", "fellesdrift_ssh_legacy"}
)


class PbxWork:
    """What is done on one exchange of a part. lookout: what is known of all."""

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout

    def change(self, action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """By `state`: applied, backed_up, saved, dumped, reverted, drained, given_back, compared. Raises
        FellesdriftError."""
        state, arguments = arguments["state"], still_known(arguments)
        desired = narrowed(check(arguments["resources"]), arguments["kinds"])
        target = login(task_vars)
        if state == "compared":
            return _compared(target, desired)
        if not desired and state != "given_back" and not arguments.get("erased"):
            raise refuse_empty(target.host)
        if action.check_mode and state != "given_back":
            return _planned(target, desired, arguments)
        return PbxChange(action, target, desired, arguments, task_vars, self._lookout).run()


def login(task_vars: dict[str, Any]) -> OverlayTarget:
    """The login of an exchange. FD652 without a password, FD341 for telnet where the inventory does not say so."""
    host = str(task_vars["inventory_hostname"])
    if not task_vars.get("ansible_password"):
        raise FellesdriftError(
            "FD652",
            "there is no password for this host",
            host=host,
            key="ansible_password",
            found="nothing",
            expected="a password from the environment or from Ansible Vault",
            next_step="export FELLESDRIFT_EXCHANGE_PASSWORD, or encrypt it (docs/secrets.md)",
        )
    return target_of(host, task_vars)


def read_dialled(task_vars: dict[str, Any]) -> dict[str, Any]:
    """Everything of an exchange that a call may need; `unread` says why there is nothing."""
    try:
        with open_exchange(login(task_vars)) as exchange:
            return {"resources": read_all(exchange, DIALLED)}
    except FellesdriftError as error:
        return {"unread": one_line(str(task_vars["inventory_hostname"]), error)}


def _planned(target: OverlayTarget, desired: Resources, arguments: dict[str, Any]) -> dict[str, Any]:
    with open_exchange(target) as exchange:
        if arguments["state"] == "reverted" and arguments["expected"]:
            made = arguments["expected"]
            conflicts.refuse(exchange.name, three_way(desired, made, read_exchange(exchange, made)))
        plan = prepare(exchange, desired)
    result = described(KINDS, target.host, plan, "planned" if plan.steps else "unchanged", changed=bool(plan.steps))
    return with_what_stays(result, arguments.get("erased"))


def _compared(target: OverlayTarget, desired: Resources) -> dict[str, Any]:
    """What an exchange says of these resources now. Without an answer: why."""
    try:
        with open_exchange(target) as exchange:
            have = read_exchange(exchange, desired)
    except FellesdriftError as error:
        return {
            "changed": False,
            "status": "unknown",
            "evidence": one_line(target.host, error),
            "summary": error.problem,
        }
    differences = len(compare(desired, have))
    present = {
        kind: {key: only_claimed(KINDS[kind], have[kind][key], claim) for key, claim in keys.items()}
        for kind, keys in desired.items()
    }
    text = f"read; {differences} attributes are not as before" if differences else "read; as before"
    return {"changed": False, "status": "unchanged", "present": present, "pending": None, "summary": text}
