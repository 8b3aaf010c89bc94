#!/usr/bin/python
"""Documentation and arguments of the action `stage_observe`; the work is done in plugins/action/stage_observe.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: stage_observe
short_description: Ask all hosts of a stage whether it may begin, or whether they still are as it made them
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Network devices, Windows hosts and exchanges are asked at the same time, each in one session and with its own
    transcript. One task for all of them, for Ansible starts a process for every host of every task.
  - Every answer is C(pass), C(fail) or C(inconclusive), with its evidence. No answer fails the task, for all hosts are
    judged together by M(fellesdrift.core.stage). A host that cannot be read, or not in time, is C(inconclusive), and no
    other host waits for it.
  - Where exchanges are asked, every exchange of the estate is. Each reads itself; the emergency numbers of
    C(fellesdrift_numbering) are followed by what all of them have read, for which nobody waits longer than half of the
    time that a host may take. Hosts of other kinds do not wait for that.
  - The hosts need not be in the play; which ones they are is in O(run), as the engine has worked it out. Logins are
    those of the inventory. Nothing is changed.
options:
  part:
    description:
      - C(gate) asks the gates of the stage. C(verify) compares each host of O(changed) with its desired resources,
        judges its flows, and sends the probes of every host.
    type: str
    required: true
    choices: [gate, verify]
  run:
    description: What M(fellesdrift.core.stage) returned when it opened the stage.
    type: dict
    required: true
  hosts:
    description: With C(verify), the hosts that are asked.
    type: list
    elements: str
    default: []
  changed:
    description: With C(verify), those of O(hosts) that the stage has changed already, so that they have to be as it
      says; all others only observe.
    type: list
    elements: str
    default: []
  only_protected:
    description: With C(verify), send the protected probes only; the others may move during a stage.
    type: bool
    default: false
  must_be_saved:
    description: With C(verify), whether a network device's startup configuration has to be the running one.
    type: bool
    default: false
  label:
    description: With C(verify), given back with the answers, so that they are not taken for those of another round.
      Those of gates carry the stage and its attempt.
    type: str
    default: ""
attributes:
  check_mode:
    description: It changes nothing, so it does the same in check mode.
    support: full
seealso:
  - module: fellesdrift.core.stage
  - module: fellesdrift.core.windows_stage
  - module: fellesdrift.core.pbx_stage
"""

EXAMPLES = """
- name: May the stage begin
  fellesdrift.core.stage_observe:
    part: gate
    run: "{{ stage_run }}"
  run_once: true
  register: fellesdrift_gates
"""

RETURN = """
hosts:
  description:
    - For each host its C(summary). Of C(gate) its C(gates), each with C(gate), C(host), C(result) and C(evidence). Of
      C(verify) its C(verified), in which C(result) is pass, fail or inconclusive and C(found) says why in one line,
      then what was compared (C(attributes), C(differences)), C(saved), C(probes), C(silent) and C(flows), where they
      were asked for.
  returned: always
  type: dict
label:
  description: The O(label) that was given; of C(gate) what names the stage and its attempt.
  returned: always
  type: str
summary:
  description: A few lines for each host.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "part": {"type": "str", "required": True, "choices": ["gate", "verify"]},
    "run": {"type": "dict", "required": True},
    "hosts": {"type": "list", "elements": "str", "default": []},
    "changed": {"type": "list", "elements": "str", "default": []},
    "only_protected": {"type": "bool", "default": False},
    "must_be_saved": {"type": "bool", "default": False},
    "label": {"type": "str", "default": ""},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.stage_observe works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
