#!/usr/bin/python
"""Documentation and arguments of the action `network_verify`; the work is done in plugins/action/network_verify.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fellesdrift.core.plugins.module_utils.probes import PROBES

DOCUMENTATION = """
module: network_verify
short_description: Ask a device whether it is what a stage made of it, and whether it reaches what it must
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Compares the device with its desired resources, judges its flows and sends its probes, all in one session, and gives
    the evidence. It never fails by itself, for all hosts are judged together by M(fellesdrift.core.stage). A device
    that cannot be read, or not in time, is C(inconclusive).
  - Nothing is changed.
options:
  resources:
    description: The desired resources of this host; empty for a host that only observes.
    type: dict
    default: {}
  flows:
    description: The rows of the zone policy that decide at this host.
    type: list
    elements: dict
    default: []
  only_protected:
    description: Ask the protected probes only; the others may move during a stage.
    type: bool
    default: false
  must_be_saved:
    description: Whether its startup configuration has to be the running one.
    type: bool
    default: false
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
extends_documentation_fragment:
  - fellesdrift.core.probes
attributes:
  check_mode:
    description: It changes nothing, so it does the same in check mode.
    support: full
seealso:
  - module: fellesdrift.core.stage
  - module: fellesdrift.core.network_device
"""

EXAMPLES = """
- name: Is the town hall's router still as the stage made it
  fellesdrift.core.network_verify:
    resources: "{{ stage_run.desired[inventory_hostname] }}"
    probes: "{{ stage_run.probes[inventory_hostname] }}"
  register: fellesdrift_verified
"""

RETURN = """
verified:
  description: C(result) is pass, fail or inconclusive, C(found) says why in one line. Then what was compared
    (C(attributes), C(differences)), C(saved), C(probes), C(silent) and C(flows), where they were asked for.
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
    "probes": PROBES,
    "flows": {"type": "list", "elements": "dict", "default": []},
    "only_protected": {"type": "bool", "default": False},
    "must_be_saved": {"type": "bool", "default": False},
    "label": {"type": "str", "default": ""},
    "deadline": {"type": "int", "default": 300},
    "permit": {"type": "dict", "default": {}},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.network_verify works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
