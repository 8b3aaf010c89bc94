"""The programs that the simulated cmd knows, one function each. Importing this module registers them."""

from __future__ import annotations

from fellesdrift.twin.windows.cmd import PAGE, Context, Output, absolute, command, fail


@command("ver")
async def ver(_context: Context, _args: list[str]) -> Output:
    return Output(0, "\r\nMicrosoft Windows [versjon 5.2.3790]\r\n")


@command("hostname")
async def hostname(context: Context, _args: list[str]) -> Output:
    return Output(0, f"{context.host.spec.computer.lower()}\r\n")


@command("whoami")
async def whoami(context: Context, _args: list[str]) -> Output:
    return Output(0, f"{context.host.spec.computer.lower()}\\{context.user.lower()}\r\n")


@command("chcp")
async def chcp(_context: Context, _args: list[str]) -> Output:
    return Output(0, "Aktiv tegntabell: 850\r\n")


@command("exit")
async def leave(_context: Context, args: list[str]) -> Output:
    numbers = [word for word in args if word.lstrip("-").isdigit()]
    return Output(int(numbers[0]) if numbers else 0)


@command("more")
async def more(context: Context, _args: list[str]) -> Output:
    return Output(0, await context.stdin())


@command("set")
async def set_variable(context: Context, args: list[str]) -> Output:
    """`set NAME=VALUE`, and `set /p NAME=` from the first line of stdin."""
    asked = bool(args) and args[0].lower() == "/p"
    name, mark, value = " ".join(args[1:] if asked else args).partition("=")
    if not mark:
        return fail(f"Miljøvariabelen {name} er ikke definert")
    if asked:
        value = next(iter((await context.stdin()).splitlines()), "")
    context.variables[name.lower()] = value
    return Output(0 if value else 1)


@command("ping")
async def ping(context: Context, args: list[str]) -> Output:
    """Only as a way to wait: one device second between two probes."""
    count = int(args[args.index("-n") + 1]) if "-n" in args[:-1] and args[args.index("-n") + 1].isdigit() else 4
    for number in range(count):
        if number:
            await context.wait(1)
        context.tell("Svar fra 127.0.0.1: byte=32 tid<1ms TTL=128\r\n")
    return Output()


@command("type")
async def print_file(context: Context, args: list[str]) -> Output:
    if args and args[0].lower() == "nul":
        return Output()
    found = context.host.files.find(absolute(context, args[0])) if args else None
    if found is None or found.data is None:
        return fail("Finner ikke angitt fil.")
    return Output(0, found.data.decode(PAGE))


@command("findstr")
async def find_lines(context: Context, args: list[str]) -> Output:
    """Lines of stdin that begin, which are all. It waits for ever for the end of a last line that has none."""
    if args != ["^"]:
        return fail("FINDSTR: Feil kommandolinje", 2)
    text = await context.stdin()
    if text and not text.endswith("\n"):
        await context.wait(float(10**9))
    return Output(0 if text else 1, text)


@command("move")
async def move_file(context: Context, args: list[str]) -> Output:
    """`move /y FROM TO` of one file."""
    paths = [absolute(context, word) for word in args if not word.startswith("/")]
    files = context.host.files
    found = files.find(paths[0]) if len(paths) == 2 else None
    if found is None or found.data is None:
        return fail("Finner ikke angitt fil.")
    there = files.find(paths[1])
    if there is not None and "/y" not in (word.lower() for word in args):
        return fail("Finner ikke angitt fil.")  # it asks, and nobody answers
    if not files.write(paths[1], found.data, context.host.now()):
        return fail("Finner ikke angitt bane.")
    files.remove(paths[0])
    return Output(0, "        1 fil(er) flyttet.\r\n")


@command("dir")
async def list_folder(context: Context, args: list[str]) -> Output:
    paths = [word for word in args if not word.startswith("/")]
    folder = absolute(context, paths[0]) if paths else context.folder
    if not context.host.files.is_folder(folder):
        return fail("Finner ikke filen")
    names = [each.path.rpartition("\\")[2] for each in context.host.files.below(folder)]
    return Output(0, "".join(f"{name}\r\n" for name in names)) if names else fail("Finner ikke filen")


@command("mkdir", "md")
async def make_folder(context: Context, args: list[str]) -> Output:
    if not args:
        return fail("Feil i kommandosyntaksen.")
    path = absolute(context, args[0])
    if context.host.files.find(path) is not None:
        return fail(f"En undermappe eller fil {args[0]} finnes allerede.")
    context.host.files.make_folder(path)
    return Output()


@command("del", "erase", "rmdir", "rd")
async def remove(context: Context, args: list[str]) -> Output:
    paths = [word for word in args if not word.startswith("/")]
    if not paths or not context.host.files.remove(absolute(context, paths[0])):
        return fail("Finner ikke filen, eller mappen er ikke tom.")
    return Output()


@command("shutdown")
async def shutdown(context: Context, args: list[str]) -> Output:
    if not any(word.lower() in ("-r", "/r") for word in args):
        return fail("Bruk: shutdown -r -t xx")
    context.reboot()
    return Output()
