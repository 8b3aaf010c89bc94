#!/usr/bin/python
"""Documentation and arguments of the action `network_device`; the work is done in plugins/action/network_device.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fellesdrift.core.plugins.module_utils.probes import PROBES

DOCUMENTATION = """
module: network_device
short_description: The desired state of a router, switch or firewall with a command line
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Takes the whole desired state of a device, reads all that it needs in one session, compares on the controller,
    changes
    what differs in an order that makes before it breaks, and reads again.
  - While it changes something a dead man's switch is armed on the device (C(fellesdrift_dead_man)), and the switch is
    released only after a new login has proved that the device can still be reached.
  - What O(resources) does not speak of is left alone.
  - Nothing is sent to the device before its intent is in the estate's journal. Outside an open stage (O(permit)) a
    change
    needs a name (O(day2)).
  - It uses C(ansible_host), C(ansible_port), C(ansible_user), C(ansible_password) and C(ansible_become_password) (the
    enable
    secret), and the host's C(fellesdrift_*) variables. It runs on the controller.
options:
  state:
    description:
      - C(applied) makes the device what O(resources) says, in its running configuration.
      - C(saved) proves that it is so, in a new session, and then saves the running configuration as the startup one.
      - C(reverted) brings O(resources), a recorded before, back and saves it. What is neither the recorded before nor
        O(expected), the recorded after, was changed by somebody else and stops it. With O(permit) it is best effort,
        for the stage's settling judges it; with O(day2) a device that cannot be brought back is an error.
      - C(reverted) with O(day2) and without O(resources) takes back what the change of that name did to the host, by
        the journal.
      - C(drained) brings it into a state that it has only while a wave of a stage runs; nothing is saved.
        C(given_back) brings back what was there before, by the journal; where nothing is drained it does nothing.
      - C(compared) reads what the device says of O(resources) now, and changes nothing. A device that does not answer
        is a result too.
      - C(gathered) reads the device's resources and changes nothing.
      - C(rendered) gives the steps from O(config) to O(resources) without a device.
    type: str
    choices: [applied, saved, reverted, drained, given_back, compared, gathered, rendered]
    default: applied
  resources:
    description:
      - The desired resources, kind -> key -> attribute -> value. Kinds are C(interface), C(route) and C(access_list);
        see
        docs/network.md.
    type: dict
    default: {}
  kinds:
    description: Narrow the run to these kinds.
    type: list
    elements: str
    choices: [interface, route, access_list]
  deadline:
    description: Seconds that this host may take, 0 for as long as it takes. O(state=applied) begins no step after it,
      O(state=saved) has read and compared by then. The way back has none.
    type: int
    default: 0
  permit:
    description: The permit of the open stage, from M(fellesdrift.core.stage).
    type: dict
    default: {}
  best_effort:
    description: With O(state=given_back), a device that cannot be brought back is a result and no failure; the stage's
      settling judges it.
    type: bool
    default: false
  day2:
    description:
      - The name of a change outside a stage, for the journal. C(reverted) finds the change by it.
    type: str
  expected:
    description: With O(state=reverted), the recorded after.
    type: dict
    default: {}
  flows:
    description:
      - The rows of the zone policy that decide at this device, in order, as M(fellesdrift.core.stage) gives them; see
        docs/zones.md.
      - With C(saved) and C(gathered) every flow is judged on the configuration that was just read; in check mode,
        C(applied) judges the predicted one. What is not as the rows say, or cannot be told, is an error.
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: The rule's id.
        type: str
        required: true
      action:
        description: What is to become of its packets.
        type: str
        choices: [permit, deny]
        required: true
      sources:
        description: Prefixes, or C(internet).
        type: list
        elements: str
        required: true
      destinations:
        description: Prefixes, or C(internet).
        type: list
        elements: str
        required: true
      services:
        description: C(any), or C(tcp/1494), C(udp/1024-1030), C(icmp/echo).
        type: list
        elements: str
        required: true
      not_from:
        description: Prefixes inside O(flows[].sources) that the rule does not speak of.
        type: list
        elements: str
        default: []
  config:
    description: With O(state=rendered), the running configuration to start from.
    type: str
    default: ""
extends_documentation_fragment:
  - fellesdrift.core.probes
attributes:
  check_mode:
    description: Predicts exactly what applying would give, and writes nothing, not even to the journal.
    support: full
  diff_mode:
    description: The normalised running configuration before and after.
    support: full
seealso:
  - module: fellesdrift.core.stage
  - module: fellesdrift.core.network_probe
"""

EXAMPLES = """
- name: What would change
  fellesdrift.core.network_device:
    resources:
      route:
        10.61.0.0/16:
          next_hops:
            - {next_hop: 10.250.61.2, distance: 1, name: null}
  check_mode: true
  diff: true

- name: A change of one router, outside a stage
  fellesdrift.core.network_device:
    resources:
      interface:
        GigabitEthernet0/2/0:
          description: Fibre to Sande
    day2: "change 17: name the fibre"

- name: Read a router
  fellesdrift.core.network_device:
    state: gathered
    kinds: [route]
"""

RETURN = """
before:
  description: The present value of everything that the steps change.
  returned: state is applied, saved or reverted
  type: dict
after:
  description: The value that it has afterwards; in check mode the predicted one.
  returned: state is applied, saved or reverted
  type: dict
steps:
  description: The steps in order; each has a title, a phase and its lines.
  returned: state is not gathered
  type: list
  elements: dict
diff:
  description: The normalised running configuration before and after.
  returned: when something differs
  type: dict
resources:
  description: The device's resources.
  returned: state is gathered
  type: dict
status:
  description: Where the device ended; C(unchanged), C(changed), C(planned), C(back), C(not back), C(drained),
    C(given back), C(unknown) or C(left behind).
  returned: state is not gathered or rendered
  type: str
present:
  description: What the device says of O(resources) now.
  returned: state is compared, and the device answers
  type: dict
pending:
  description: What the device says of a revert that it waits for, if it does.
  returned: state is compared, and the device answers
  type: str
evidence:
  description: Why nobody knows what the device is.
  returned: state is compared, and the device does not answer
  type: str
flows:
  description: How many permitted and forbidden flows are as the rows say, and what this rests on.
  returned: O(flows) is not empty and was judged
  type: dict
summary:
  description: One line for people.
  returned: always
  type: str
code:
  description: The code of the error, explained in docs/errors.
  returned: when it failed
  type: str
"""

ARGUMENT_SPEC = {
    "state": {
        "type": "str",
        "choices": ["applied", "saved", "reverted", "drained", "given_back", "compared", "gathered", "rendered"],
        "default": "applied",
    },
    "resources": {"type": "dict", "default": {}},
    "kinds": {"type": "list", "elements": "str", "choices": ["interface", "route", "access_list"]},
    "probes": PROBES,
    "deadline": {"type": "int", "default": 0},
    "permit": {"type": "dict", "default": {}},
    "best_effort": {"type": "bool", "default": False},
    "day2": {"type": "str"},
    "expected": {"type": "dict", "default": {}},
    "flows": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "rule": {"type": "str", "required": True},
            "action": {"type": "str", "required": True, "choices": ["permit", "deny"]},
            "sources": {"type": "list", "elements": "str", "required": True},
            "destinations": {"type": "list", "elements": "str", "required": True},
            "services": {"type": "list", "elements": "str", "required": True},
            "not_from": {"type": "list", "elements": "str", "default": []},
        },
    },
    "config": {"type": "str", "default": ""},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.network_device works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
