#!/usr/bin/python
"""Documentation and arguments of the action `network_gate`; the work is done in plugins/action/network_gate.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fellesdrift.core.plugins.module_utils.probes import PROBES

DOCUMENTATION = """
module: network_gate
short_description: Ask a device whether a stage may begin
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Answers each gate with C(pass), C(fail) or C(inconclusive) and the evidence; it never fails by itself, for all
    gates of
    all hosts are judged together by M(fellesdrift.core.stage). A device that cannot be read is inconclusive.
  - Nothing is changed.
options:
  gates:
    description:
      - C(reachable), the device lets us in. C(startup_saved), its startup configuration is its running one.
        C(dead_man),
        it has the dead man's switch that the inventory says. C(interface_free), an interface that is to be addressed is
        not in use. C(services_before), what is protected answers.
    type: list
    elements: str
    required: true
    choices: [reachable, startup_saved, dead_man, interface_free, services_before]
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
extends_documentation_fragment:
  - fellesdrift.core.probes
attributes:
  check_mode:
    description: It changes nothing, so it does the same in check mode.
    support: full
seealso:
  - module: fellesdrift.core.stage
"""

EXAMPLES = """
- name: May the stage begin
  fellesdrift.core.network_gate:
    gates: [reachable, startup_saved]
  register: fellesdrift_gates
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
        "choices": ["reachable", "startup_saved", "dead_man", "interface_free", "services_before"],
    },
    "resources": {"type": "dict", "default": {}},
    "probes": PROBES,
    "resumed": {"type": "bool", "default": False},
    "deadline": {"type": "int", "default": 120},
    "permit": {"type": "dict", "default": {}},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.network_gate works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
