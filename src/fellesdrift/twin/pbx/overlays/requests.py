"""What every overlay does alike: the loop over requests, and the checks of common answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fellesdrift.twin.pbx.codes import INPUT, NO_CUSTOMER, RefusedError
from fellesdrift.twin.pbx.tty import AbandonError, Dialogue

Verb = Callable[[Dialogue, str], Awaitable[None]]
Overlay = Callable[[Dialogue], Awaitable[None]]


async def serve(dialogue: Dialogue, prompt: str, verbs: dict[str, Verb], refusal: str = INPUT) -> None:
    """Ask for requests until END; a verb gets the rest of its line."""
    while True:
        dialogue.begin()
        try:
            text = (await dialogue.ask(prompt)).strip()
            word, _, rest = text.partition(" ")
            if word.upper() == "END":
                return
            verb = verbs.get(word.upper())
            if verb is not None:
                await verb(dialogue, rest)
            elif word:
                dialogue.refuse(refusal)
        except AbandonError:
            dialogue.say("\n")


def overlay_of(work: Callable[[Dialogue, str], Awaitable[None]], refusal: str = INPUT) -> Overlay:
    """An overlay whose requests begin alike: `work` gets NEW, CHG, OUT or PRT."""

    def verb(name: str) -> Verb:
        async def run(dialogue: Dialogue, _rest: str) -> None:
            await work(dialogue, name)

        return run

    verbs = {name: verb(name) for name in ("NEW", "CHG", "OUT", "PRT")}

    async def overlay(dialogue: Dialogue) -> None:
        await serve(dialogue, "REQ  ", verbs, refusal)

    return overlay


def one_of(*words: str, refusal: str = INPUT) -> Callable[[str], str]:
    """One of these words; "" among them lets a bare carriage return be the answer ""."""

    def check(text: str) -> str:
        word = text.strip().upper()
        if word not in words:
            raise RefusedError(refusal)
        return word

    return check


def number(least: int, most: int, default: int | None = None, refusal: str = INPUT) -> Callable[[str], int]:
    """A whole number; a bare carriage return is `default` where there is one."""

    def check(text: str) -> int:
        typed = text.strip()
        if not typed and default is not None:
            return default
        if not (typed.isascii() and typed.isdigit() and least <= int(typed) <= most):
            raise RefusedError(refusal)
        return int(typed)

    return check


def digits(most: int, default: str | None = None, refusal: str = INPUT) -> Callable[[str], str]:
    """A string of digits; a bare carriage return is `default` where there is one."""

    def check(text: str) -> str:
        typed = text.strip()
        if not typed and default is not None:
            return default
        if not (typed.isascii() and typed.isdigit() and len(typed) <= most):
            raise RefusedError(refusal)
        return typed

    return check


def customer(dialogue: Dialogue) -> Callable[[str], int]:
    """A customer that the exchange has; `0` need not be typed."""

    def check(text: str) -> int:
        typed = text.strip() or "0"
        if not typed.isdigit() or int(typed) not in dialogue.tables.customers:
            raise RefusedError(NO_CUSTOMER)
        return int(typed)

    return check


def nothing(text: str) -> None:
    """A prompt of which only the empty answer is simulated. Raises RefusedError for any other."""
    if text.strip():
        raise RefusedError(INPUT)
