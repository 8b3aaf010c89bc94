#!/usr/bin/python
"""Documentation and arguments of the action `status`; the work is done in plugins/action/status.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: status
short_description: Where each stage of each municipality stands
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Reads the estate's journal; no device is asked and nothing is written. The same answer as C(fellesdrift status).
options: {}
attributes:
  check_mode:
    description: Can run in check mode; it never writes.
    support: full
"""

EXAMPLES = """
- name: Read the journal
  fellesdrift.core.status: {}
  run_once: true
"""

RETURN = """
schema:
  description: Name and number of what is returned; the number is raised when a field changes its meaning or goes.
  returned: always
  type: str
  sample: fellesdrift.status/1
unfinished:
  description: Whether a stage was begun, has not ended, and nobody is at work; true as well where there is no journal.
  returned: always
  type: bool
estate:
  description: The estate's name.
  returned: always
  type: str
made:
  description: When the journal was read, in UTC.
  returned: always
  type: str
time_zone:
  description: The estate's time zone, in which windows are told.
  returned: always
  type: str
rows:
  description: A row for every stage of every municipality that has it.
  returned: always
  type: list
  elements: dict
  sample:
    - municipality: sande
      stage: wan_link
      title: Fibre to Drammen carries the municipality's traffic
      state: done
      since: "2026-01-31T21:14:05+00:00"
      reason: "-"
      hosts: "-"
      next: "-"
      why_not: []
      window: 2026-01-31 22:00 to 2026-02-01 04:00 CET
      window_past: false
      left: {}
      finalized: false
      reversible: true
      unfinished: false
      owner: Manager of the shared service
      attempt: d59ed38c8bc041868ca9f55a60f1db95
leases:
  description: Who holds what, and whether that run may still be at work.
  returned: always
  type: list
  elements: dict
steps:
  description: The manual steps that wait for an answer, with their deadlines in UTC.
  returned: always
  type: list
  elements: dict
journal:
  description: Where the journal is looked for.
  returned: always
  type: str
journal_found:
  description: Whether there is one; without it nothing is known of any stage, and the state of each is C(unknown).
  returned: always
  type: bool
summary:
  description: The rows as lines for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC: dict[str, object] = {}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.status works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
