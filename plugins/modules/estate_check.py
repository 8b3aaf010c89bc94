#!/usr/bin/python
"""Documentation and arguments of the action `estate_check`; the work is done in plugins/action/estate_check.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: estate_check
short_description: Check the estate before anything else is done
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Reads the inventory sources of this run anew, and fails with everything that is wrong with the estate, each error
    with its
    file and line. The same checks as C(fellesdrift estate check).
  - No device is asked, nothing is written, and no vault password is needed.
options:
  allow_empty:
    description:
      - Let an inventory pass that has hosts and none of the variables that describe an estate, as before its first
        import. The result is C(empty) then.
    type: bool
    default: false
  snapshots:
    description:
      - Hold the snapshots on disk against the estate too. False for the run that takes them, which must not be
        stopped by those that are missing or stale.
    type: bool
    default: true
attributes:
  check_mode:
    description: It changes nothing, so it does the same in check mode.
    support: full
"""

EXAMPLES = """
- name: Check the estate
  fellesdrift.core.estate_check: {}
  run_once: true

- name: Check what is there before the snapshots are taken
  fellesdrift.core.estate_check:
    allow_empty: true
    snapshots: false
  run_once: true
"""

RETURN = """
empty:
  description: Whether nothing describes an estate yet.
  returned: success
  type: bool
hosts:
  description: How many hosts the estate has; 0 for an empty one.
  returned: success
  type: int
code:
  description: The code of the first error.
  returned: failure
  type: str
  sample: FD110
summary:
  description: One line for people.
  returned: success
  type: str
"""

ARGUMENT_SPEC = {
    "allow_empty": {"type": "bool", "default": False},
    "snapshots": {"type": "bool", "default": True},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.estate_check works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
