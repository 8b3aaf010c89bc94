"""Take secrets out of text: passwords that a session knows, and the values that a configuration holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

PLACEHOLDER = "<secret>"

# The words up to a value. IOS 12.3/12.4 command references; the optional digit is the encryption type. A word that
# means a secret wherever it stands is taken in every line but free text.
_TYPE = r"(?:[0-9] )?"
_ANYWHERE = r"^(?! *(?:description|remark|!))(?:.* |)"
# A password may have blanks inside, and nothing of the command comes after it: the value is all there is.
_TO_THE_END = (rf"(?:enable|username \S+.*|^ *) ?(?:secret|password) (?:level \d+ )?{_TYPE}",)
# The value ends at a blank.
_WORD = (
    rf"{_ANYWHERE}(?:password|passphrase|server-key|[a-z]+-password) (?:level \d+ )?{_TYPE}",
    rf"{_ANYWHERE}(?:authentication-key (?!\d+ md5 )|authentication-key \d+ md5 |message-digest-key \d+ md5 ){_TYPE}",
    rf"{_ANYWHERE}key-string {_TYPE}",
    r"snmp-server community ",
    r"snmp-server host \S+ (?:vrf \S+ )?(?:(?:traps?|informs?) )?(?:version (?:1|2c|3 (?:no)?auth|3 priv) )?",
    r"\b(?:auth (?:md5|sha)|priv (?:des|3des|aes)(?: (?:128|192|256))?) ",
    rf"(?:tacacs|radius)-server (?:host \S+ .*?)?key {_TYPE}",
    rf"^ *server(?:-private)? \S+ (?:.*? )?key {_TYPE}",
    # in a key chain `key 1` is a number, elsewhere `key 7 ...` and `key ...` are the secret
    r"^ *key (?:[0-9] (?=\S)|(?!\d+$|chain |config-key ))",
    r"^key config-key password-encrypt ",
    rf"crypto isakmp key {_TYPE}",
    rf"^ *pre-shared-key (?:address \S+ (?:[0-9.]+ )?|hostname \S+ )?(?:key )?{_TYPE}",
    r"^ *(?:standby|vrrp|glbp) (?:\d+ )?authentication (?:text )?(?!md5)",
    r"^ *(?:ip nhrp authentication|authentication text) ",
    r"\bset session-key (?:in|out)bound (?:ah|esp) \d+ (?:cipher )?",
    r"\bauthenticator ",
    rf"\b(?:wpa-psk (?:ascii|hex)|encryption (?:vlan \d+ )?key \d+ size \d+bit) {_TYPE}",
)
_VALUES = [*((pattern, r"\S.*") for pattern in _TO_THE_END), *((pattern, r"\S+") for pattern in _WORD)]
_SECRET = re.compile("|".join(rf"(?P<k{n}>{words}){value}" for n, (words, value) in enumerate(_VALUES)), re.MULTILINE)
_IN_URL = re.compile(r"(://[^\s:/@]+:)[^\s@]+(?=@)")
# most lines of a configuration hold none of these words: asking first keeps a sweep of many devices cheap
_HINT = re.compile(r"secret|pass|community|snmp-server|key|auth|wpa-psk|://")


def _keep_words(match: re.Match[str]) -> str:
    return next(words for words in match.groupdict().values() if words is not None) + PLACEHOLDER


def redact(text: str) -> str:
    """`text` with every secret of a configuration replaced by `<secret>`; doing it twice changes nothing more."""
    parts, done = [], 0
    while hint := _HINT.search(text, done):
        begin = text.rfind("\n", 0, hint.start()) + 1
        end = text.find("\n", hint.end())
        end = len(text) if end < 0 else end
        parts += [text[done:begin], _redact_line(text[begin:end])]
        done = end
    return "".join([*parts, text[done:]])


def _redact_line(line: str) -> str:
    return _IN_URL.sub(rf"\1{PLACEHOLDER}", _SECRET.sub(_keep_words, line))


def scrub(text: str, secrets: Sequence[str]) -> str:
    """`text` without the given secrets and without the secrets of a configuration."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, PLACEHOLDER)
    return redact(text)
