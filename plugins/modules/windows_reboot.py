#!/usr/bin/python
"""Documentation and arguments of the action `windows_reboot`; the work: plugins/action/windows_reboot.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: windows_reboot
short_description: Restart a Windows Server 2003 and wait for its new boot
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Tells the host to restart, and waits until a new boot of it answers. A host that answers is not enough; what it says
    of its own boot (C(LastBootUpTime), and how long it is up) has to be new.
  - The login may be refused and services may be missing while a host starts; both are waited for until O(deadline).
    Then the error says what was seen last.
  - It is refused outside an open stage (O(permit)) unless it has a name (O(day2)). The intent is in the journal before
    the host is told.
options:
  only_pending:
    description: Only when the host says that it waits for a restart (files to be replaced, updates).
    type: bool
    default: false
  force:
    description: Programs that do not end by themselves are ended.
    type: bool
    default: true
  services:
    description: Services that have to run before the restart is over, by their names, never their titles.
    type: list
    elements: str
    default: []
  deadline:
    description: Seconds from the moment when the host is told.
    type: int
    default: 900
  permit:
    description: The permit of the open stage, from M(fellesdrift.core.stage).
    type: dict
    default: {}
  day2:
    description: The name of a change outside a stage, for the journal.
    type: str
attributes:
  check_mode:
    description: Reads which boot answers and, with O(only_pending), whether a restart is waited for. Restarts nothing.
    support: full
  diff_mode:
    description: The time of the boot, before and after. In check mode the time after is not known.
    support: partial
seealso:
  - module: fellesdrift.core.windows_command
"""

EXAMPLES = """
- name: Restart the file server
  fellesdrift.core.windows_reboot:
    services: [lanmanserver]
    day2: "change 24: after the update"

- name: Restart it where it waits for that
  fellesdrift.core.windows_reboot:
    only_pending: true
    day2: "change 24: after the update"
"""

RETURN = """
before:
  description: C(booted), when the host had started before.
  returned: when the host answered
  type: dict
after:
  description: C(booted), when it has started now; C(null) in check mode.
  returned: when it was restarted, or would be
  type: dict
pending:
  description: Why the host waits for a restart.
  returned: with O(only_pending)
  type: list
  elements: str
elapsed:
  description: Seconds until the new boot answered.
  returned: when it was restarted
  type: float
status:
  description: C(restarted), C(unchanged) when nothing was waited for, C(planned) in check mode.
  returned: always
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
    "only_pending": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": True},
    "services": {"type": "list", "elements": "str", "default": []},
    "deadline": {"type": "int", "default": 900},
    "permit": {"type": "dict", "default": {}},
    "day2": {"type": "str"},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.windows_reboot works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
