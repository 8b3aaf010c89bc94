#!/usr/bin/python
"""Documentation and arguments of the action `drift_sweep`; the work is in plugins/action/drift_sweep.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: drift_sweep
short_description: Hold every host against what is written down of it
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Runs once for all hosts of the play, in a few processes of its own. Checks the estate, reads every device that this
    version can read in one session, compares, and writes the ledger of the run.
  - Nothing is changed on a device. It fails when the run is a failure, not when it finds drift.
options:
  inventory:
    description: >-
      Files and folders of an inventory whose hosts are asked instead of those of the play. Ansible then need not know
      them all: C(fellesdrift drift) runs over an inventory of one name.
    type: list
    elements: path
  limit:
    description: Only these hosts of O(inventory), as C(--limit) says it. A part of it that means no host is an error.
    type: str
  run:
    description: The id under which the ledger is accepted; a random one by default.
    type: str
  ledger:
    description: The file that the ledger is written to; none by default.
    type: path
  kinds:
    description: >-
      What is looked at; everything by default. Of network devices V(interface), V(route), V(access_list),
      V(configuration), V(startup); of Windows hosts the kinds of M(fellesdrift.core.windows_host), of exchanges those
      of M(fellesdrift.core.pbx).
    type: list
    elements: str
    default: []
  host_seconds:
    description: The time that one host may take.
    type: float
    default: 120.0
  run_seconds:
    description: The time that all hosts may take together; what is not read by then is not run. Without it, no limit.
    type: float
  processes:
    description: Processes that read; 0 is one for each core.
    type: int
    default: 0
  sessions:
    description: Hosts that a process reads at a time; 0 is what was measured to be best.
    type: int
    default: 0
  mend:
    description: Give the resources too with which M(fellesdrift.core.network_device) mends each host.
    type: bool
    default: false
attributes:
  check_mode:
    description: It changes no device; in check mode it keeps no history in the journal either.
    support: full
seealso:
  - module: fellesdrift.core.drift_host
  - module: fellesdrift.core.network_device
"""

EXAMPLES = """
- name: Hold every host against what is written down
  fellesdrift.core.drift_sweep:
    ledger: reports/drift/ledger.json
    run_seconds: 3600
  run_once: true
  register: sweep
"""

RETURN = """
outcome:
  description: C(clean), C(drift) or C(incomplete); a failure fails the task.
  returned: success
  type: str
counts:
  description: State -> hosts.
  returned: success
  type: dict
attention:
  description: >-
    The hosts that are not clean, as in the ledger; one that nobody gave into this version's care is none. At most 200,
    those that drifted first; C(summary) says how many more there are.
  returned: success
  type: list
  elements: dict
mend:
  description: Host -> what O(mend) asks for. C(resources) put it right, C(present) are the same as they are now.
  returned: when O(mend) is true
  type: dict
summary:
  description: Lines for people.
  returned: success
  type: str
"""

ARGUMENT_SPEC = {
    "inventory": {"type": "list", "elements": "path"},
    "limit": {"type": "str"},
    "run": {"type": "str"},
    "ledger": {"type": "path"},
    "kinds": {
        "type": "list",
        "elements": "str",
        "default": [],
    },
    "host_seconds": {"type": "float", "default": 120.0},
    "run_seconds": {"type": "float"},
    "processes": {"type": "int", "default": 0},
    "sessions": {"type": "int", "default": 0},
    "mend": {"type": "bool", "default": False},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.drift_sweep works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
