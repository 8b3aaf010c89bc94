"""`w32tm` of Server 2003: the time service's settings, which lie in the registry, and its asking again.

A service that runs takes what was written into the registry over when it is told (`/config /update`), and at its next
start. What it uses cannot be asked for: `w32tm /query` came with Server 2008.
"""

from __future__ import annotations

from fellesdrift.twin.windows.cmd import Context, Output, command, fail
from fellesdrift.twin.windows.registry import SZ

_PARAMETERS = r"SYSTEM\CurrentControlSet\Services\W32Time\Parameters"
_SOURCES = {"manual": "NTP", "domhier": "NT5DS", "no": "NoSync", "all": "AllSync"}
_NOT_STARTED = 1062


@command("w32tm")
async def w32tm(context: Context, args: list[str]) -> Output:
    registry = context.host.registry
    words = [word for word in args if word.startswith(("/", "-"))]
    verbs = {word[1:].lower().partition(":")[0] for word in words}
    if len(words) != len(args) or not verbs & {"config", "resync"}:
        return fail("Ukjent kommando.", 1)
    if verbs - {"config", "resync", "update", "manualpeerlist", "syncfromflags", "nowait", "rediscover", "reliable"}:
        return fail("Det oppstod en feil: ukjent argument.", 1)
    for word in words:
        name, _, value = word[1:].partition(":")
        if name.lower() == "manualpeerlist":
            registry.put(_PARAMETERS, "NtpServer", SZ, value)
        elif name.lower() == "syncfromflags":
            source = "all" if set(value.lower().split(",")) == {"manual", "domhier"} else value.lower()
            if source not in _SOURCES:
                return fail("Det oppstod en feil: ugyldig verdi.", 1)
            registry.put(_PARAMETERS, "Type", SZ, _SOURCES[source])
    if verbs & {"update", "resync"}:
        if not context.host.services.is_running("W32Time"):
            return fail("Det oppstod følgende feil: Tjenesten er ikke startet. (0x80070426)", _NOT_STARTED)
        context.host.take_time_settings()
    return Output(0, "Kommandoen ble utført.\r\n")
