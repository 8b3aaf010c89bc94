"""`netsh interface ip` of Server 2003, as far as people at a host's console use it: addresses and name servers."""

from __future__ import annotations

from fellesdrift.twin.windows.adapters import CONNECTION, OK
from fellesdrift.twin.windows.cmd import Context, Output, command, fail

_WRONG = fail("Syntaksen er feil.")


@command("netsh")
async def netsh(context: Context, args: list[str]) -> Output:
    """netsh interface ip set address|dns NAME static ADDRESS [MASK [GATEWAY [METRIC]]]; set address NAME dhcp"""
    words = [word.partition("=")[2] or word for word in args]
    if [word.lower() for word in words[:3]] != ["interface", "ip", "set"] or len(words) < 6:
        return _WRONG
    what, connection, source, *rest = words[3:]
    if connection.lower() != CONNECTION.lower():
        return fail("Grensesnittet finnes ikke.")
    adapter = context.host.adapter
    if (what.lower(), source.lower(), len(rest)) == ("address", "dhcp", 0):
        code = adapter.enable_dhcp()
    elif (what.lower(), source.lower()) == ("address", "static") and len(rest) > 1:
        code = adapter.enable_static([rest[0]], [rest[1]])
        if code == OK and rest[2:] and rest[2].lower() != "none":
            code = adapter.set_gateways([rest[2]], [])
    elif (what.lower(), source.lower(), len(rest)) == ("dns", "static", 1):
        code = adapter.set_name_servers([] if rest[0].lower() == "none" else rest)
    else:
        return _WRONG
    context.host.network_changed()
    return Output(0, "OK.\r\n\r\n") if code == OK else fail("Parameteren er feil.")
