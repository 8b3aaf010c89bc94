"""Take secrets out of text: passwords that a session knows, and the values that a configuration holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

PLACEHOLDER = "<secret>"

# (what it is, the words up to the value): the value is all that is not blank after them. IOS 12.3/12.4 command
# references; the optional digit is the encryption type.
_TYPE = r"(?:[0-9] )?"
_PATTERNS = (
    rf"(?:enable|username \S+(?: privilege \d+)?) (?:secret|password) (?:level \d+ )?{_TYPE}",
    rf"(?:username \S+ .*?)(?:secret|password) {_TYPE}",
    rf"^ *password {_TYPE}",
    rf"^ *ppp (?:chap|pap sent-username \S+) password {_TYPE}",
    r"snmp-server community ",
    r"snmp-server host \S+ (?:(?:traps|informs) )?(?:version (?:1|2c) )?",
    rf"(?:tacacs|radius)-server (?:host \S+ .*?)?key {_TYPE}",
    rf"^ *server-private \S+ .*?key {_TYPE}",
    rf"crypto isakmp key {_TYPE}",
    rf"^ *pre-shared-key (?:address \S+(?: \S+)? )?(?:key )?{_TYPE}",
    rf"^ *key-string {_TYPE}",
    r"^ *standby (?:\d+ )?authentication (?:text )?(?!md5)",
    rf"^ *standby (?:\d+ )?authentication md5 key-string {_TYPE}",
    r"ntp authentication-key \d+ md5 ",
    rf"^ *neighbor \S+ password {_TYPE}",
    rf"^ *ip ospf (?:authentication-key|message-digest-key \d+ md5) {_TYPE}",
    rf"^ *ip (?:ftp|http client) password {_TYPE}",
)
_SECRET = re.compile("|".join(rf"(?P<k{n}>{pattern})\S+" for n, pattern in enumerate(_PATTERNS)), re.MULTILINE)
# most lines of a configuration hold none of these words: asking first keeps a sweep of many devices cheap
_HINT = re.compile(r"secret|password|community|snmp-server host|key|authentication")


def _keep_words(match: re.Match[str]) -> str:
    return next(words for words in match.groupdict().values() if words is not None) + PLACEHOLDER


def redact(text: str) -> str:
    """`text` with every secret of a configuration replaced by `<secret>`; doing it twice changes nothing more."""
    return "\n".join(_SECRET.sub(_keep_words, line) if _HINT.search(line) else line for line in text.split("\n"))


def scrub(text: str, secrets: Sequence[str]) -> str:
    """`text` without the given secrets and without the secrets of a configuration."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, PLACEHOLDER)
    return redact(text)
