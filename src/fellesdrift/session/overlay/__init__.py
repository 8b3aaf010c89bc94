"""Telephone exchanges over their overlays: one session a host, prompts answered by name. docs/telephony.md.

    from fellesdrift.session.overlay import OverlayTarget, open_overlay

    target = OverlayTarget(host, address, port, username, password, telnet=False, timeout=30.0)   # seconds
    target = target_of(host, variables)                         # out of the inventory: ansible_host and so on

    with open_overlay(target) as session:                       # logged in; **** and LOGO on every way out
        session.load(20)                                        # waits while another operator is in the way
        session.print({"REQ": "prt", "TYPE": "tnb", "TN": "14 3", "DATE": "", "PAGE": "", "DES": ""}).lines
        session.answer({"REQ": "chg", "TYPE": "3902", "TN": "14 3", "ECHG": "yes", "ITEM": ["ncos 2", ""]})
        session.load(43)
        session.command("EDD", within=300)
        session.unsolicited                                     # lines that nobody asked for

`print` and `answer` return a `Said`: lines, codes (accepted ones), unsolicited, asked, disturbed. A prompt that is not
among the answers, a code that is not accepted, an answer that is never asked for: each is an error, and the overlay is
left. `codes.DOCUMENTED` has the few codes whose meaning is known.

Failures are `fellesdrift.session.errors.SessionError`s: ExchangeUnreachableError FD301, SessionLostError FD307 (what
was typed last may have been done), ExchangeSilentError FD308, ExchangeLoginError FD330, LockedOutError FD331,
NoPortError FD332, OverlayBusyError FD333, RefusedByExchangeError FD334 (.code_of_exchange), ExchangePromptError FD335
(.prompt), AnswerUnaskedError FD336, GarbledError FD337, IdleTooLongError FD338, PrintDisturbedError FD339,
AnswerUnfitError FD340, TelnetNotAllowedError FD341, SessionOpenError FD342; SSH's own are FD301 to FD305.
"""

from __future__ import annotations

from fellesdrift.session.overlay.opening import open_overlay
from fellesdrift.session.overlay.session import Answers, OverlaySession, Said
from fellesdrift.session.overlay.target import OverlayTarget, target_of

__all__ = ["Answers", "OverlaySession", "OverlayTarget", "Said", "open_overlay", "target_of"]
