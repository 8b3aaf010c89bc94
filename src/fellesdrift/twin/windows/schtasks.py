"""`schtasks` of Server 2003: tasks are their `.job` files, and nothing else knows of them.

Options and what they may be: Microsoft's reference for Server 2003. A date is not understood here: how it is written
follows from the language of the host.
"""

from __future__ import annotations

from datetime import datetime

from fellesdrift.twin.windows import jobs
from fellesdrift.twin.windows.cmd import Context, Output, command, fail
from fellesdrift.twin.windows.jobs import Trigger, job
from fellesdrift.twin.windows.tools import after

_TASKS = r"C:\WINDOWS\Tasks"
_BAD_NAME = set('\\/:*?"<>|')
_SYSTEM = ("system", "nt authority\\system", "")
_DAY = 24 * 60
_LONGEST, _LONGEST_COMMAND = 238, 262
_SYNTAX = fail("FEIL: Ugyldig syntaks.")
_DONE = Output(0, "VELLYKKET\r\n")


class _WrongError(Exception):
    """An option has a value that it may not have."""


@command("schtasks")
async def schtasks(context: Context, args: list[str]) -> Output:
    verb = args[0].lower().removeprefix("/") if args else "query"
    if verb not in _VERBS:
        return _query(context)
    name = after(args, "/tn")
    if not name or len(name) > _LONGEST or set(name) & _BAD_NAME:
        return _SYNTAX
    path = f"{_TASKS}\\{name}.job"
    found = context.host.files.find(path)
    if verb != "create" and (found is None or found.data is None):
        return fail("FEIL: Finner ikke oppgaven.")
    return _VERBS[verb](context, args, path)


def _query(context: Context) -> Output:
    names = [each.path.rpartition("\\")[2].removesuffix(".job") for each in context.host.files.below(_TASKS)]
    return Output(0, "".join(f"{name}  Klar\r\n" for name in names) or "INFORMASJON: Ingen planlagte oppgaver.\r\n")


def _delete(context: Context, args: list[str], path: str) -> Output:
    if "/f" not in _lower(args):
        # it asks, and nobody answers
        return fail("ADVARSEL: Er du sikker på at du vil fjerne oppgaven (J/N)?")
    context.host.files.remove(path)
    return _DONE


def _change(context: Context, args: list[str], path: str) -> Output:
    """Only whether the task is on; everything else is made anew."""
    found = context.host.files.find(path)
    words = set(_lower(args)) & {"/enable", "/disable"}
    if found is None or found.data is None or len(words) != 1:
        return _SYNTAX
    place = slice(jobs.FLAGS_AT, jobs.FLAGS_AT + 4)
    flags = int.from_bytes(found.data[place], "little")
    flags = flags | jobs.DISABLED if "/disable" in words else flags & ~jobs.DISABLED
    data = found.data[: place.start] + flags.to_bytes(4, "little") + found.data[place.stop :]
    context.host.files.write(path, data, context.host.now())
    return _DONE


def _run(_context: Context, _args: list[str], _path: str) -> Output:
    return _DONE


def _lower(args: list[str]) -> list[str]:
    return [word.lower() for word in args]


def _create(context: Context, args: list[str], path: str) -> Output:
    run = after(args, "/tr")
    if not run or len(run) > _LONGEST_COMMAND:
        return _SYNTAX
    files = context.host.files
    if files.find(path) is not None and "/f" not in _lower(args):
        return fail("ADVARSEL: Oppgaven finnes allerede. Vil du erstatte den (J/N)?")
    try:
        trigger = _trigger(args, context.host.now())
    except (_WrongError, ValueError):
        return fail("FEIL: Ugyldig verdi for et alternativ.")
    files.write(path, job(run, context.user, trigger), context.host.now())
    said = "VELLYKKET: Oppgaven er opprettet.\r\n"
    if (after(args, "/ru") or "?").lower() not in _SYSTEM and after(args, "/rp") is None:
        said = "ADVARSEL: Oppgaven er opprettet, men kjører kanskje ikke: kontoen kunne ikke angis.\r\n"
    return Output(0, said)


def _trigger(args: list[str], now: datetime) -> Trigger:
    """Raises _WrongError, ValueError."""
    kind = (after(args, "/sc") or "").lower()
    start = now
    text = after(args, "/st")
    if text is not None:
        start = datetime.combine(now.date(), datetime.strptime(text[:5], "%H:%M").time())
    elif kind in ("daily", "weekly", "monthly", "once") and after(args, "/sc"):
        start = datetime.combine(now.date(), now.time())
    days, months = _words(after(args, "/d")), _words(after(args, "/m"))
    if kind in ("minute", "hourly"):
        minutes = _every(args, 1439 if kind == "minute" else 23) * (1 if kind == "minute" else 60)
        return Trigger(jobs.DAILY, start, (1, 0, 0), (_DAY, minutes))
    if kind == "daily":
        return Trigger(jobs.DAILY, start, (_every(args, 365), 0, 0))
    if kind == "weekly":
        return Trigger(jobs.WEEKLY, start, (_every(args, 52), _bits(days, jobs.DAYS) or _today(start), 0))
    if kind == "monthly":
        return Trigger(jobs.MONTHLY_DATE, start, _of_month(args, days, months))
    kinds = {"once": jobs.ONCE, "onstart": jobs.AT_START, "onlogon": jobs.AT_LOGON}
    if kind not in kinds:
        raise _WrongError
    return Trigger(kinds[kind], start)


def _today(start: datetime) -> int:
    return 1 << (start.isoweekday() % 7)


def _every(args: list[str], most: int) -> int:
    number = int(after(args, "/mo") or "1")
    if not 1 <= number <= most:
        raise _WrongError
    return number


def _of_month(args: list[str], days: list[str], months: list[str]) -> tuple[int, int, int]:
    """On one day of some months; every N-th month is all of those."""
    every = _every(args, 12)
    day = int(days[0]) if days else 1
    if len(days) > 1 or not 1 <= day <= 31 or (months and after(args, "/mo") is not None):
        raise _WrongError
    wanted = jobs.ALL_MONTHS if not months or months == ["*"] else _bits(months, jobs.MONTHS)
    if every > 1:
        wanted = sum(1 << month for month in range(0, 12, every))
    bits = 1 << (day - 1)
    return bits & 0xFFFF, bits >> 16, wanted


def _words(text: str | None) -> list[str]:
    return [word.strip().upper() for word in text.split(",")] if text else []


def _bits(words: list[str], known: tuple[str, ...]) -> int:
    if words == ["*"]:
        return (1 << len(known)) - 1
    if any(word not in known for word in words):
        raise _WrongError
    return sum(1 << known.index(word) for word in set(words))


_VERBS = {"create": _create, "delete": _delete, "change": _change, "run": _run}
