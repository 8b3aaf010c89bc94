#!/usr/bin/python
"""Documentation and arguments of the action `windows_stage`; the work is done in plugins/action/windows_stage.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fellesdrift.core.plugins.module_utils.stage_part import STAGE_PART

DOCUMENTATION = """
module: windows_stage
short_description: One part of a stage, on all its Windows hosts at once
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Does on every Windows host that a part of a stage is for what M(fellesdrift.core.windows_host) does on one, all at
    the same time, each with its own session, journal records and transcript. One task for all of them, for Ansible
    starts a process for every host of every task.
  - The hosts need not be in the play; which ones they are is in O(run), as the engine has worked it out. Logins are
    those of the inventory.
  - One host that fails fails the task, once all others have come to their end.
options:
  part:
    description:
      - C(plan) and C(apply) bring the hosts of the stage or of O(wave) to what they should be, C(save) proves it in new
        sessions, C(look) looks for changes by others, C(back) takes the hosts of O(wave) back, C(drain) and
        C(give_back) are for those that a wave drains.
      - C(held) compares the hosts with the stages that are done, C(read) with what is recorded of a held stage.
    type: str
    required: true
    choices: [plan, apply, save, look, back, drain, give_back, held, read]
  hosts:
    description: With C(give_back), the hosts; others than Windows hosts are left out.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - fellesdrift.core.stage_part
seealso:
  - module: fellesdrift.core.stage
  - module: fellesdrift.core.stage_observe
  - module: fellesdrift.core.windows_host
"""

EXAMPLES = """
- name: Bring the servers of a wave to what they should be
  fellesdrift.core.windows_stage:
    part: apply
    run: "{{ stage_run }}"
    wave: "{{ wave }}"
  run_once: true
"""

RETURN = """
hosts:
  description: What M(fellesdrift.core.windows_host) returns for each host.
  returned: always
  type: dict
summary:
  description: A few lines for each host.
  returned: always
  type: str
code:
  description: The code of the first error, explained in docs/errors.
  returned: when it failed
  type: str
"""

_PARTS = ["plan", "apply", "save", "look", "back", "drain", "give_back", "held", "read"]
ARGUMENT_SPEC = {
    "part": {"type": "str", "required": True, "choices": _PARTS},
    "hosts": {"type": "list", "elements": "str", "default": []},
    **STAGE_PART,
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.windows_stage works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
