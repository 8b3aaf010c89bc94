#!/usr/bin/python
"""Documentation and arguments of the action `pbx`; the work is done in plugins/action/pbx.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: pbx
short_description: The desired state of a Succession or Meridian exchange
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Takes what is desired of an exchange, reads all of its kinds in one session by whole prints, compares on the
    controller, takes the steps as dialogues with its overlays, and reads again.
  - What O(resources) does not speak of is left alone, but of the kinds in O(purge).
  - Nothing is typed that changes the exchange before its intent is in the estate's journal, and a change needs a name
    (O(day2)). In a stage it is M(fellesdrift.core.pbx_stage) that changes exchanges.
  - A change that stops half way names its last confirmed step; the same task goes on from there, and C(reverted) leads
    back by the inverse dialogues, never by a sysload.
  - Names of telephones are personal data; no result, diff or log has one, only that there is a name or another one.
  - It uses C(ansible_host), C(ansible_port), C(ansible_user), C(ansible_password), C(fellesdrift_telnet) and
    C(fellesdrift_exchange_form). It runs on the controller.
options:
  state:
    description:
      - C(applied) makes the exchange what O(resources) says.
      - C(reverted) brings O(resources), a recorded before, back. What is neither the recorded before nor O(expected),
        the recorded after, was changed by somebody else and stops it. With O(day2) and without O(resources) it takes
        back what the change of that name did to the exchange, by the journal.
      - C(gathered) reads all of O(kinds) and changes nothing.
    type: str
    choices: [applied, reverted, gathered]
    default: applied
  resources:
    description: The desired resources, kind -> key -> attribute -> value; see docs/telephony/state.md.
    type: dict
    default: {}
  kinds:
    description: Narrow the run to these kinds. With C(gathered), the kinds that are read; all without it.
    type: list
    elements: str
  purge:
    description: Kinds of which everything is removed that O(resources) does not name.
    type: list
    elements: str
    default: []
  dump:
    description:
      - Write the exchange's memory to its disk (EDD in LD 43) when something was changed, once a new session has shown
        that it is as desired. It writes everybody's changes, not only these.
      - Without it the change lies in memory, where a sysload loses it until somebody dumps.
    type: bool
    default: false
  day2:
    description: The name of the change, for the journal. C(reverted) finds the change by it.
    type: str
  expected:
    description: With O(state=reverted), the recorded after.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Predicts exactly what applying would give, and writes nothing, not even to the journal.
    support: full
  diff_mode:
    description: Every attribute that the steps change, before and after; of a name, that it is another one.
    support: full
seealso:
  - module: fellesdrift.core.pbx_stage
"""

EXAMPLES = r"""
- name: What would change
  fellesdrift.core.pbx:
    resources:
      set:
        "014 0 00 03": {fields: {NCOS: "2"}, keys: {"00": {dn: "2057"}}}
  check_mode: true
  diff: true

- name: A telephone for the new meeting room, outside a stage, and onto the disk
  fellesdrift.core.pbx:
    resources:
      set:
        "014 0 00 04":
          type: "3902"
          des: ROOM4
          keys:
            "00": {function: SCR, dn: "2100"}
      name:
        "2100": {name: Rådhus møterom 4}
    day2: "change 31: meeting room 4"
    dump: true

- name: Take it back
  fellesdrift.core.pbx:
    state: reverted
    day2: "change 31: meeting room 4"
"""

RETURN = """
before:
  description: The present value of everything that the steps change, without names.
  returned: state is not gathered
  type: dict
after:
  description: The value that it has afterwards; in check mode the predicted one. Without names.
  returned: state is not gathered
  type: dict
steps:
  description: The steps in order; each has its kind, key and title.
  returned: state is not gathered
  type: list
  elements: dict
diff:
  description: Every attribute that the steps change, before and after.
  returned: when something differs
  type: dict
resources:
  description: The exchange's resources, without names.
  returned: state is gathered
  type: dict
status:
  description: Where the exchange ended; C(unchanged), C(changed), C(planned) or C(back).
  returned: state is not gathered
  type: str
dumped:
  description: Whether memory was written to disk.
  returned: state is not gathered, and the exchange was touched
  type: bool
summary:
  description: One line for people, and one for each step.
  returned: always
  type: str
code:
  description: The code of the error, explained in docs/errors.
  returned: when it failed
  type: str
"""

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["applied", "reverted", "gathered"], "default": "applied"},
    "resources": {"type": "dict", "default": {}},
    "kinds": {"type": "list", "elements": "str"},
    "purge": {"type": "list", "elements": "str", "default": []},
    "dump": {"type": "bool", "default": False},
    "day2": {"type": "str"},
    "expected": {"type": "dict", "default": {}},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.pbx works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
