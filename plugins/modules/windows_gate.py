#!/usr/bin/python
"""Documentation and arguments of the action `windows_gate`; the work is done in plugins/action/windows_gate.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: windows_gate
short_description: Ask a Windows host whether a stage may begin
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Answers each gate with C(pass), C(fail) or C(inconclusive) and the evidence; it never fails by itself, for all
    gates of all hosts are judged together by M(fellesdrift.core.stage). A host that cannot be read is inconclusive.
  - The host's C(fellesdrift_required_services) and C(fellesdrift_free_megabytes) say what is asked for.
  - Nothing is changed.
options:
  gates:
    description:
      - C(reachable), the host lets us in and is WinRM 1.1 or 2.0. C(readable), everything that the stage claims can be
        read. C(disk_space), each fixed disk has room. C(no_pending_restart), the host waits for no restart.
        C(services_running), the services that have to run do.
    type: list
    elements: str
    required: true
    choices: [reachable, readable, disk_space, no_pending_restart, services_running]
  resources:
    description: The desired resources of this host; empty for a host that only observes.
    type: dict
    default: {}
  resumed:
    description: An earlier run has changed this host already, so gates that look at what it was before do not apply.
    type: bool
    default: false
  deadline:
    description: Seconds that all gates of this host may take; after them it is inconclusive.
    type: int
    default: 120
  permit:
    description: The permit of the open stage; with it what is asked and answered is kept in the stage's transcript.
    type: dict
    default: {}
attributes:
  check_mode:
    description: It changes nothing, so it does the same in check mode.
    support: full
seealso:
  - module: fellesdrift.core.stage
"""

EXAMPLES = """
- name: May the stage begin
  fellesdrift.core.windows_gate:
    gates: [reachable, disk_space]
  register: fellesdrift_windows_gates
"""

RETURN = """
gates:
  description: The answers; each has gate, host, result and evidence.
  returned: always
  type: list
  elements: dict
summary:
  description: One line for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "gates": {
        "type": "list",
        "elements": "str",
        "required": True,
        "choices": ["reachable", "readable", "disk_space", "no_pending_restart", "services_running"],
    },
    "resources": {"type": "dict", "default": {}},
    "resumed": {"type": "bool", "default": False},
    "deadline": {"type": "int", "default": 120},
    "permit": {"type": "dict", "default": {}},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.windows_gate works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
