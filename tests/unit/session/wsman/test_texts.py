"""The errors as a user sees them."""

from __future__ import annotations

from collections.abc import Callable

from fellesdrift.session.wsman import errors


def test_texts(golden: Callable[[str, object], None]) -> None:
    host, where = "san-file1", "10.61.2.10 port 5985"
    shown = [
        errors.HostUnreachableError(host, where, "no answer within 10 s"),
        errors.LoginRefusedError(host, "fellesdrift", "ntlm"),
        errors.NoAnswerError(host, "query Win32_Service", 30),
        errors.NoListenerError(host, where, "connection refused"),
        errors.StackUnsupportedError(host, "Microsoft Corporation, OS: 5.2.3790 SP: 1.0 Stack: 0.5"),
        errors.FaultError(host, "get Win32_Service", "InternalError", 0x80338000, 0x80041002, "Fant ikke\nobjektet."),
        errors.FaultError(host, "a shell", "QuotaLimit", 0x803381A5, None, ""),
        errors.AnswerUnreadableError(host, "identify", "no XML"),
        errors.PlainTextRefusedError(host),
        errors.ValueUnreadableError(host, "Win32_Service.ProcessId", "'to'", "uint32"),
        errors.OutputTooLongError(host, 8 * 1024 * 1024),
    ]
    golden("session/windows", "\n".join(str(each) for each in shown))
