"""`net user`, `net localgroup`, `net start`, `net stop`, `net share`: what WMI of 2003 cannot write."""

from __future__ import annotations

from fellesdrift.twin.windows.accounts import Accounts, Group
from fellesdrift.twin.windows.cmd import Context, Output, command, fail
from fellesdrift.twin.windows.services import OK

# a password that is longer makes `net user` ask whether it may be so
_ASKED_ABOVE = 14
_DONE = "Kommandoen er fullført.\r\n\r\n"
_WRONG = "Systemfeil {} har oppstått.\r\n"


def _failed(number: int) -> Output:
    """net's own code is always 2."""
    return Output(2, "", _WRONG.format(number))


@command("net")
async def net(context: Context, args: list[str]) -> Output:
    if not args:
        return fail("Syntaksen for denne kommandoen er: NET [ USER | LOCALGROUP | START | STOP | SHARE ]")
    verb, rest = args[0].lower(), args[1:]
    if verb in ("user", "users"):
        return _user(context.host.accounts, rest)
    if verb == "localgroup":
        return _group(context.host.accounts, rest)
    if verb in ("start", "stop"):
        return _service(context, verb, rest)
    return _share(context, rest) if verb == "share" else _failed(87)


def _user(accounts: Accounts, args: list[str]) -> Output:
    names, options = _split(args)
    if not names:
        return Output(0, "".join(f"{user.name}\r\n" for user in accounts.users.values()) + _DONE)
    if len(names) > 1 and len(names[1]) > _ASKED_ABOVE and "/y" not in options:
        return _failed(1223)  # it asks, and nobody answers
    if "/add" in options and not accounts.add_user(names[0], names[1] if len(names) > 1 else None):
        return _failed(2224)
    user = accounts.users.get(names[0].lower())
    if user is None:
        return _failed(2221)
    if "/delete" in options:
        accounts.remove_user(names[0])
    if len(names) > 1:
        user.password = names[1]
    user.disabled = {"no": True, "yes": False}.get(options.get("/active", "").lower(), user.disabled)
    user.changeable = {"no": False, "yes": True}.get(options.get("/passwordchg", "").lower(), user.changeable)
    user.full_name = options.get("/fullname", user.full_name)
    user.description = options.get("/comment", user.description)
    return Output(0, _DONE)


def _split(args: list[str]) -> tuple[list[str], dict[str, str]]:
    """What stands alone, and the options with what stands behind their colons."""
    options = [word.partition(":") for word in args if word.startswith("/")]
    return [word for word in args if not word.startswith("/")], {name.lower(): value for name, _, value in options}


def _group(accounts: Accounts, args: list[str]) -> Output:
    names, options = _split(args)
    if not names:
        return Output(0, "".join(f"*{group.name}\r\n" for group in accounts.groups.values()) + _DONE)
    group = accounts.groups.get(names[0].lower())
    if len(names) == 1 and "/add" in options:
        return Output(0, _DONE) if accounts.add_group(names[0], options.get("/comment", "")) else _failed(1379)
    if group is None:
        return _failed(1376)
    if len(names) > 1:
        wrong = _members(accounts, group, [name.rpartition("\\")[2] for name in names[1:]], "/delete" in options)
        return _failed(wrong) if wrong else Output(0, _DONE)
    if "/delete" in options and group.sid.startswith("S-1-5-32-"):
        return _failed(1371)
    if "/delete" in options:
        accounts.remove_group(names[0])
    group.description = options.get("/comment", group.description)
    shown = [] if options else group.members
    return Output(0, "".join(f"{member}\r\n" for member in shown) + _DONE)


def _members(accounts: Accounts, group: Group, names: list[str], remove: bool) -> int:
    """Add members to a group, or remove them; 0, or Windows' code of the first that cannot be."""
    for name in names:
        there = name.lower() in (member.lower() for member in group.members)
        if remove:
            if not there:
                return 1377
            group.members = [member for member in group.members if member.lower() != name.lower()]
        elif there or not accounts.knows(name):
            return 1378 if there else 1788
        else:
            group.members.append(name)
    return 0


def _service(context: Context, verb: str, args: list[str]) -> Output:
    services = context.host.services
    if not args:
        titles = [each.title for each in services.known.values() if services.is_running(each.name)]
        return Output(0, "".join(f"   {title}\r\n" for title in titles) + _DONE)
    wanted = args[0].lower()
    found = next((each for each in services.known.values() if wanted in (each.name.lower(), each.title.lower())), None)
    if found is None:
        return _failed(2185)
    code = services.start(found.name) if verb == "start" else services.stop(found.name)
    done = "startet" if verb == "start" else "stoppet"
    return Output(0, f"Tjenesten {found.title} er {done}.\r\n\r\n") if code == OK else _failed(2182)


def _share(context: Context, args: list[str]) -> Output:
    shares = context.host.shares
    if not args:
        return Output(0, "".join(f"{share.name}  {share.path}\r\n" for share in shares.values()) + _DONE)
    if args[0].lower() not in shares:
        return _failed(2310)
    if "/delete" in (word.lower() for word in args[1:]):
        del shares[args[0].lower()]
    return Output(0, _DONE)
