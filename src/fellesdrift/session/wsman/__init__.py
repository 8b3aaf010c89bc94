"""Windows hosts over WS-Management: one client a host and thread, typed values, typed errors. docs/windows.md.

    from fellesdrift.session.wsman import WindowsTarget, open_client, open_shell

    target = WindowsTarget(host, address, port, username, password, auth="ntlm", code_page=850, timeout=30.0)
    target = target_of(host, variables)                        # out of the inventory: ansible_host and so on

    with open_client(target) as client:                        # logged in, and the host has said who it is
        client.identity                                        # -> Identity(os, service_pack, stack)
        client.query("Win32_Service", ["Name", "State"], 'StartMode="Auto"')     # -> [{"Name": ..., "State": ...}]
        client.get("Win32_Service", {"Name": "Spooler"}, ["State"])
        client.put("Win32_UserAccount", {"Domain": "SRV1", "Name": "Gjest"}, {"Disabled": True})
        client.invoke("Win32_Service", "StopService", {}, {"Name": "Spooler"})   # -> {"ReturnValue": 0}
        with open_shell(client) as shell:
            shell.run("net localgroup")                        # -> CommandResult(code, stdout, stderr)

Classes, properties and methods are those of `classes.CLASSES`; a further one is data.

Failures are `fellesdrift.session.errors.SessionError`s: HostUnreachableError FD301, LoginRefusedError FD302,
SessionLostError FD307 (a write may have been done), NoAnswerError FD308, NoListenerError FD320 (unsupported as it is),
StackUnsupportedError FD321, FaultError FD322 (.subcode, .code_of_host, .hresult, .quota ...), AnswerUnreadableError
FD323, PlainTextRefusedError FD324, ValueUnreadableError FD325, OutputTooLongError FD326.
"""

from __future__ import annotations

from fellesdrift.session.wsman.client import Client, open_client
from fellesdrift.session.wsman.shell import CommandResult, Shell, open_shell
from fellesdrift.session.wsman.target import WindowsTarget, target_of
from fellesdrift.session.wsman.values import Reference, Value, literal

__all__ = [
    "Client",
    "CommandResult",
    "Reference",
    "Shell",
    "Value",
    "WindowsTarget",
    "literal",
    "open_client",
    "open_shell",
    "target_of",
]
