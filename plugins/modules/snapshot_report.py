#!/usr/bin/python
"""Documentation and arguments of the action `snapshot_report`; the work is in plugins/action/snapshot_report.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: snapshot_report
short_description: Keep what the devices said, and tell what is otherwise than in the baseline
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Runs once, after M(fellesdrift.core.snapshot) on every host. Writes C(snapshots/latest/HOST.cfg) of each host that
    was read, the index and C(report.json); a host that was not read keeps its file and its time.
  - With O(import_to) it writes a starting inventory instead, from what the devices said, and nothing else.
  - In check mode nothing is written.
options:
  results:
    description: The variable in which the results of M(fellesdrift.core.snapshot) were registered.
    type: str
    default: fellesdrift_snapshot
  first_baseline:
    description: Hosts without a baseline whose first baseline is written too. One that is there is never changed.
    type: list
    elements: str
    default: []
  import_to:
    description: The folder of the inventory to be made, such as C(inventories/vestregionen). It must not be there.
    type: path
  controller:
    description: With O(import_to), the address of this machine as the devices see it.
    type: str
  known_hosts:
    description: With O(import_to), the file with the host keys by which the devices were known.
    type: path
attributes:
  check_mode:
    description: Can run in check mode and write nothing.
    support: full
seealso:
  - module: fellesdrift.core.snapshot
"""

EXAMPLES = """
- name: Keep what was read, and tell
  fellesdrift.core.snapshot_report:
  run_once: true
  register: told
"""

RETURN = """
report:
  description: The import report; docs/snapshot.md describes it.
  returned: always
  type: dict
problem:
  description: The error when a host that was asked was not read; empty when all were.
  returned: always
  type: str
summary:
  description: The report as lines for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "results": {"type": "str", "default": "fellesdrift_snapshot"},
    "first_baseline": {"type": "list", "elements": "str", "default": []},
    "import_to": {"type": "path"},
    "controller": {"type": "str"},
    "known_hosts": {"type": "path"},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.snapshot_report works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
