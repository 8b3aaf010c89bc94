#!/usr/bin/python
"""Documentation and arguments of the action `stage`; the work is done in plugins/action/stage.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: stage
short_description: Open, decide and close a stage of a municipality's move
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - The events of a stage, in the order in which C(playbooks/cutover.yml) and C(playbooks/rollback.yml) use them. Each
    one
    checks first and then writes one record to the estate's journal.
  - In check mode nothing is written and no lease is taken.
options:
  event:
    description:
      - C(pending) lists the stages that are not done.
      - C(open) opens or resumes a stage, C(open_rollback) opens its way back. Both take the leases.
      - C(gates) judges the answers that M(fellesdrift.core.network_gate) gave on every host.
      - C(failed) turns a stage back, C(settle) ends the way back as rolled back or held.
      - C(close) ends a stage as done.
    type: str
    required: true
    choices: [pending, open, gates, failed, close, open_rollback, settle]
  municipality:
    description: The municipality's key in C(fellesdrift_municipalities).
    type: str
    required: true
  stage:
    description: The stage's id in C(fellesdrift_stages). With C(pending), only this one.
    type: str
  run:
    description: What C(open) or C(open_rollback) returned.
    type: dict
  also:
    description: Stages that are taken as completed, for a plan of several stages in a row.
    type: list
    elements: str
    default: []
  after_held:
    description: What to do with a stage that is held.
    type: str
    choices: [stop, continue]
    default: stop
  reason:
    description: Why the stage failed, for the journal.
    type: str
    default: a task failed
attributes:
  check_mode:
    description: Can run in check mode and write nothing.
    support: full
seealso:
  - module: fellesdrift.core.network_device
  - module: fellesdrift.core.network_gate
"""

EXAMPLES = """
- name: Open the stage
  fellesdrift.core.stage:
    event: open
    municipality: sande
    stage: wan_link
  run_once: true
  register: stage_run
"""

RETURN = """
stages:
  description: The stages that are not done.
  returned: event is pending
  type: list
  elements: str
hosts:
  description: The hosts that the stage changes, in order.
  returned: event is open or open_rollback
  type: list
  elements: str
waves:
  description: Name and hosts of each wave; on the way back the touched hosts only, in reverse.
  returned: event is open, open_rollback or failed
  type: list
  elements: dict
desired:
  description: The desired resources of each host.
  returned: event is open
  type: dict
probes:
  description: The probes of each observer.
  returned: event is open or open_rollback
  type: dict
flows:
  description: The rows of the zone policy that decide at each host, as M(fellesdrift.core.network_device) takes them.
  returned: event is open or open_rollback
  type: dict
permit:
  description: What the writing tasks show; it is checked against the journal at every step. Empty in check mode.
  returned: event is open, open_rollback or failed
  type: dict
before:
  description: The recorded before of each touched host.
  returned: event is open_rollback or failed
  type: dict
after:
  description: The recorded after of each touched host.
  returned: event is open_rollback or failed
  type: dict
stopping:
  description: The gates that did not pass.
  returned: event is gates
  type: list
  elements: dict
state:
  description: Where the stage stands.
  returned: event is settle or close
  type: str
held:
  description: The desired resources of every host of the municipality and of the platform at the completed stages.
  returned: event is pending
  type: dict
planning:
  description: Whether nothing is written (check mode).
  returned: event is pending, open or open_rollback
  type: bool
touched:
  description: The hosts that an earlier run of the stage changed.
  returned: event is open, open_rollback or failed
  type: list
  elements: str
reason:
  description: Why the stage failed or is held.
  returned: event is failed or settle
  type: str
summary:
  description: One line for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "event": {
        "type": "str",
        "required": True,
        "choices": ["pending", "open", "gates", "failed", "close", "open_rollback", "settle"],
    },
    "municipality": {"type": "str", "required": True},
    "stage": {"type": "str"},
    "run": {"type": "dict"},
    "also": {"type": "list", "elements": "str", "default": []},
    "after_held": {"type": "str", "choices": ["stop", "continue"], "default": "stop"},
    "reason": {"type": "str", "default": "a task failed"},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.stage works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
