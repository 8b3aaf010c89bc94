#!/usr/bin/python
"""Documentation and arguments of the action `network_probe`; the work is done in plugins/action/network_probe.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fellesdrift.core.plugins.module_utils.probes import PROBES

DOCUMENTATION = """
module: network_probe
short_description: Ask a device whether it reaches what it must reach
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Sends echo requests from the device, each from the interface whose users it stands for, and fails when one that must
    answer does not. Nothing is changed.
options:
  only_protected:
    description: Ask the protected ones only; the others may move during a stage.
    type: bool
    default: false
  permit:
    description: The permit of the open stage; with it a failure is written to the journal, and what is asked and
      answered to the stage's transcript.
    type: dict
    default: {}
extends_documentation_fragment:
  - fellesdrift.core.probes
attributes:
  check_mode:
    description: It changes nothing, so it does the same in check mode.
    support: full
seealso:
  - module: fellesdrift.core.network_device
"""

EXAMPLES = """
- name: Finance must answer from the users' network
  fellesdrift.core.network_probe:
    probes:
      - name: finance
        address: 10.10.20.20
        source: GigabitEthernet0/0
        protected: true
"""

RETURN = """
probes:
  description: Each probe with the number of requests sent and answered.
  returned: always
  type: list
  elements: dict
summary:
  description: One line for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "probes": PROBES,
    "only_protected": {"type": "bool", "default": False},
    "permit": {"type": "dict", "default": {}},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.network_probe works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
