#!/usr/bin/python
"""Documentation and arguments of the action `snapshot`; the work is done in plugins/action/snapshot.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: snapshot
short_description: Read what a device says, without its secrets
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Reads the running configuration in one session and takes the secrets out of it; of a Windows host and of an exchange
    its resources, without names of people. Nothing is changed on the device, and nothing is written here;
    M(fellesdrift.core.snapshot_report) does that when all hosts have answered.
  - A device that cannot be read is no failed task, so that the report can name it beside the others.
options:
  facts:
    description:
      - Ask for model and software too, take a host without C(fellesdrift_platform) for an IOS device, and allow the
        algorithms of 2005 where a device has no others. For the first import of an estate.
    type: bool
    default: false
  known_hosts:
    description: The file of known host keys; by default C(fellesdrift_known_hosts), or the user's own.
    type: path
attributes:
  check_mode:
    description: It changes nothing, so it does the same in check mode.
    support: full
  diff_mode:
    description: Shows what is otherwise than in the latest snapshot, secrets taken out.
    support: full
seealso:
  - module: fellesdrift.core.snapshot_report
"""

EXAMPLES = """
- name: Read every device
  fellesdrift.core.snapshot:
  register: fellesdrift_snapshot
"""

RETURN = """
state:
  description: One of C(read), C(unreachable), C(refused), C(unreadable), C(unsupported).
  returned: always
  type: str
config:
  description: The running configuration without secrets; empty when it was not read.
  returned: always
  type: str
taken:
  description: When it was read, in UTC.
  returned: always
  type: str
error:
  description: The code of the error; empty when it was read.
  returned: always
  type: str
why:
  description: Why it was not read.
  returned: always
  type: str
model:
  description: The model, with O(facts).
  returned: always
  type: str
software:
  description: The version of its software, with O(facts).
  returned: always
  type: str
legacy:
  description: Whether it has the algorithms of 2005 only.
  returned: always
  type: bool
address:
  description: Where it was reached.
  returned: always
  type: str
port:
  description: The port there.
  returned: always
  type: int
local_address:
  description: The address from which the controller reaches it.
  returned: always
  type: str
summary:
  description: One line for people.
  returned: always
  type: str
"""

ARGUMENT_SPEC = {
    "facts": {"type": "bool", "default": False},
    "known_hosts": {"type": "path"},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.snapshot works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
