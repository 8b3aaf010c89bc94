#!/usr/bin/python
"""Documentation and arguments of the action `windows_host`; the work is done in plugins/action/windows_host.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: windows_host
short_description: The desired state of a Windows Server 2003
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Takes the whole desired state of a host, reads all that it needs in one session over WS-Management, compares on the
    controller, takes the steps one by one, and reads again. No PowerShell, no agent, no English on the host.
  - What O(resources) does not speak of is left alone, but of the kinds in O(purge).
  - Nothing is sent to the host before its intent is in the estate's journal. Outside an open stage (O(permit)) a change
    needs a name (O(day2)).
  - A host has no switch that takes a change back by itself. A change that stops half way names its last confirmed step;
    the same task goes on from there, and C(reverted) leads back.
  - It uses C(ansible_host), C(ansible_port), C(ansible_user), C(ansible_password) and the host's C(fellesdrift_winrm_*)
    variables. It runs on the controller.
options:
  state:
    description:
      - C(applied) makes the host what O(resources) says.
      - C(saved) proves in a new session that it is so. There is nothing to save on a Windows host.
      - C(reverted) brings O(resources), a recorded before, back. What is neither the recorded before nor O(expected),
        the recorded after, was changed by somebody else and stops it. With O(permit) it is best effort, for the stage's
        settling judges it; with O(day2) a host that cannot be brought back is an error.
      - C(reverted) with O(day2) and without O(resources) takes back what the change of that name did to the host, by
        the journal.
      - C(drained) brings it into a state that it has only while a wave of a stage runs. C(given_back) brings back what
        was there before, by the journal; where nothing is drained it does nothing.
      - C(compared) reads what the host says of O(resources) now, and changes nothing. A host that does not answer is a
        result too.
      - C(gathered) reads all of O(kinds) and changes nothing.
    type: str
    choices: [applied, saved, reverted, drained, given_back, compared, gathered]
    default: applied
  resources:
    description: The desired resources, kind -> key -> attribute -> value; see docs/windows.md.
    type: dict
    default: {}
  kinds:
    description: Narrow the run to these kinds. With C(gathered), the kinds that are read.
    type: list
    elements: str
  purge:
    description: Kinds of which everything is removed that O(resources) does not name and Windows did not bring along.
    type: list
    elements: str
    default: []
  passwords:
    description: Passwords by account name, of accounts that are made and of services that run as one. They are in no
      journal, result or transcript.
    type: dict
    default: {}
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
    description: With O(state=given_back), a host that cannot be brought back is a result and no failure; the stage's
      settling judges it.
    type: bool
    default: false
  day2:
    description: The name of a change outside a stage, for the journal. C(reverted) finds the change by it.
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
    description: Every attribute that the steps change, before and after.
    support: full
seealso:
  - module: fellesdrift.core.stage
  - module: fellesdrift.core.windows_command
  - module: fellesdrift.core.windows_reboot
"""

EXAMPLES = r"""
- name: What would change
  fellesdrift.core.windows_host:
    resources:
      service:
        W32Time: {start: auto, state: running}
  check_mode: true
  diff: true

- name: A change of one server, outside a stage
  fellesdrift.core.windows_host:
    resources:
      service:
        Spooler: {start: disabled, state: stopped}
    day2: "change 25: nothing is printed there"

- name: Take it back
  fellesdrift.core.windows_host:
    state: reverted
    day2: "change 25: nothing is printed there"
"""

RETURN = """
before:
  description: The present value of everything that the steps change, without full names of users.
  returned: state is applied, reverted, drained or given_back
  type: dict
after:
  description: The value that it has afterwards; in check mode the predicted one.
  returned: state is applied, reverted, drained or given_back
  type: dict
steps:
  description: The steps in order; each has its kind, key and title.
  returned: state is not gathered or compared
  type: list
  elements: dict
diff:
  description: Every attribute that the steps change, before and after.
  returned: when something differs
  type: dict
resources:
  description: The host's resources, without full names of users.
  returned: state is gathered
  type: dict
status:
  description: Where the host ended; C(unchanged), C(changed), C(planned), C(back), C(not back), C(drained),
    C(given back), C(unknown) or C(left behind).
  returned: state is not gathered
  type: str
present:
  description: What the host says of O(resources) now.
  returned: state is compared, and the host answers
  type: dict
evidence:
  description: Why nobody knows what the host is.
  returned: state is compared, and the host does not answer
  type: str
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
        "choices": ["applied", "saved", "reverted", "drained", "given_back", "compared", "gathered"],
        "default": "applied",
    },
    "resources": {"type": "dict", "default": {}},
    "kinds": {"type": "list", "elements": "str"},
    "purge": {"type": "list", "elements": "str", "default": []},
    "passwords": {"type": "dict", "default": {}, "no_log": True},
    "deadline": {"type": "int", "default": 0},
    "permit": {"type": "dict", "default": {}},
    "best_effort": {"type": "bool", "default": False},
    "day2": {"type": "str"},
    "expected": {"type": "dict", "default": {}},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.windows_host works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
