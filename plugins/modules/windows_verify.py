#!/usr/bin/python
"""Documentation and arguments of the action `windows_verify`; the work is done in plugins/action/windows_verify.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: windows_verify
short_description: Ask a Windows host whether it is what a stage made of it
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Compares the host with its desired resources in one session, and gives the evidence. It never fails by itself, for
    all hosts are judged together by M(fellesdrift.core.stage). A host that cannot be read, or not in time, is
    C(inconclusive).
  - Nothing is changed.
options:
  resources:
    description: The desired resources of this host; empty for a host that only observes.
    type: dict
    default: {}
  label:
    description: Given back with the evidence, so that it is not taken for that of another round.
    type: str
    default: ""
  deadline:
    description: Seconds that it may take.
    type: int
    default: 300
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
  - module: fellesdrift.core.windows_host
"""

EXAMPLES = """
- name: Is the file server still as the stage made it
  fellesdrift.core.windows_verify:
    resources: "{{ stage_run.desired[inventory_hostname] }}"
  register: fellesdrift_windows_verified
"""

RETURN = """
verified:
  description: C(result) is pass, fail or inconclusive, C(found) says why in one line. Then what was compared
    (C(attributes), C(differences)).
  returned: always
  type: dict
label:
  description: The O(label) that was given.
  returned: always
  type: str
summary:
  description: One line for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "resources": {"type": "dict", "default": {}},
    "label": {"type": "str", "default": ""},
    "deadline": {"type": "int", "default": 300},
    "permit": {"type": "dict", "default": {}},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.windows_verify works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
