#!/usr/bin/python
"""Documentation and arguments of the action `windows_command`; the work: plugins/action/windows_command.py."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: windows_command
short_description: A command of cmd on a Windows Server 2003
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Runs one line of cmd over WS-Management (WinRS), once. No PowerShell is needed, and no file is copied to the host.
  - The exit code decides. What the command prints is returned and judged by nothing, for it may be Norwegian.
  - It is for what M(fellesdrift.core.windows_host) has no kind for. A stage cannot take a command back.
  - A command that changes something is refused outside an open stage (O(permit)) unless it has a name (O(day2)). Its
    intent is in the journal before it is begun; with C(no_log) without its text, and without a transcript.
  - When the answer is lost it is not run again. What it creates or removes is looked at, and the task fails.
options:
  command:
    description: The line of cmd. Its text is in the journal; what holds a password belongs into O(stdin).
    type: str
    required: true
  reads:
    description: The command changes nothing. It is then run in check mode too, needs neither stage nor name, and is
      never C(changed).
    type: bool
    default: false
  creates:
    description: A file or folder with its whole path. When it is there, there is nothing to do.
    type: str
  removes:
    description: A file or folder with its whole path. When it is not there, there is nothing to do.
    type: str
  chdir:
    description: The folder in which the command runs.
    type: str
  stdin:
    description: What the command reads. It is in no journal and in no transcript.
    type: str
  success:
    description: The exit codes that mean success.
    type: list
    elements: int
    default: [0]
  code_page:
    description: The code page of the shell, instead of the host's C(fellesdrift_winrm_code_page). Before Windows 2008
      R2, 65001 makes batch files do nothing, with success.
    type: int
  timeout:
    description: Seconds that the command may take. Then it is ended, and nobody knows what it has done.
    type: int
    default: 60
  permit:
    description: The permit of the open stage, from M(fellesdrift.core.stage).
    type: dict
    default: {}
  day2:
    description: The name of a change outside a stage, for the journal.
    type: str
attributes:
  check_mode:
    description: Looks at O(creates) and O(removes), does not run the command, and says so. What a command would do
      nobody can predict. With O(reads) it is run.
    support: partial
  diff_mode:
    description: A command has no before and after.
    support: none
seealso:
  - module: fellesdrift.core.windows_host
  - module: fellesdrift.core.windows_reboot
"""

EXAMPLES = r"""
- name: Which version is it
  fellesdrift.core.windows_command:
    command: ver
    reads: true

- name: Make the folder of the backups
  fellesdrift.core.windows_command:
    command: mkdir D:\Kopi
    creates: D:\Kopi
    day2: "change 23: a place for backups"
"""

RETURN = """
rc:
  description: The exit code.
  returned: when it was run
  type: int
stdout:
  description: What it printed, out of the host's code page.
  returned: when it was run
  type: str
stdout_lines:
  description: The same in lines.
  returned: when it was run
  type: list
  elements: str
stderr:
  description: What it printed as errors.
  returned: when it was run
  type: str
stderr_lines:
  description: The same in lines.
  returned: when it was run
  type: list
  elements: str
delta:
  description: Seconds from the login's end to the command's.
  returned: when it was run
  type: float
status:
  description: C(run), C(unchanged) when there was nothing to do, C(planned) in check mode.
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
    "command": {"type": "str", "required": True},
    "reads": {"type": "bool", "default": False},
    "creates": {"type": "str"},
    "removes": {"type": "str"},
    "chdir": {"type": "str"},
    "stdin": {"type": "str"},
    "success": {"type": "list", "elements": "int", "default": [0]},
    "code_page": {"type": "int"},
    "timeout": {"type": "int", "default": 60},
    "permit": {"type": "dict", "default": {}},
    "day2": {"type": "str"},
}


def main() -> None:
    """Only reached when the action plugin is not: say so."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="fellesdrift.core.windows_command works on the controller; call it by its full name")


if __name__ == "__main__":
    main()
