#!/usr/bin/python
"""Documentation and arguments of the action `drift_host`; the work is in plugins/action/drift_host.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: drift_host
short_description: Tell what a drift run found on one host, and what mends it
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Tells one entry of RV(fellesdrift.core.drift_sweep#module:attention). The device is not asked again.
  - It fails, for the host is not as it should be, or nobody knows whether it is.
options:
  result:
    description: The host's entry.
    type: dict
    required: true
attributes:
  check_mode:
    description: It only tells.
    support: full
seealso:
  - module: fellesdrift.core.drift_sweep
"""

EXAMPLES = """
- name: Say what was found
  fellesdrift.core.drift_host:
    result: "{{ fellesdrift_drift }}"
"""

RETURN = """
summary:
  description: The findings and what mends each, as lines for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {"result": {"type": "dict", "required": True}}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.drift_host works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
