"""What Ansible says while it reads: kept from the terminal, and an error where something would be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ansible._internal._datatag._tags import Origin
from ansible.utils.display import Display

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import places
from fellesdrift.estate.inventory.origins import origin_of, origin_text

# Words of those warnings of Ansible after which something that was written down is not there.
_LOSES_DATA = ("pars", "duplicate", "skipping", "both group and host")


class Warned(NamedTuple):
    text: str
    origin: Origin | None


@contextmanager
def quiet() -> Iterator[list[Warned]]:
    """Nothing reaches the terminal; Ansible's warnings are collected instead."""
    display = Display()
    collected: list[Warned] = []

    def warning(msg: object, *_args: Any, obj: Any = None, **_kwargs: Any) -> None:
        collected.append(Warned(str(msg), Origin.get_tag(obj)))

    def error_as_warning(msg: str | None, exception: BaseException, **_kwargs: Any) -> None:
        del msg  # says only which of its plugins could not read the file
        collected.append(Warned(words(exception), origin_of(exception)))

    def nothing(*_args: Any, **_kwargs: Any) -> None:
        return None

    replaced: dict[str, Callable[..., None]] = {
        "warning": warning,
        "error_as_warning": error_as_warning,
        "deprecated": nothing,
        "display": nothing,
    }
    for name, function in replaced.items():
        setattr(display, name, function)
    try:
        yield collected
    finally:
        # They were put on the instance: the class's own methods are there again when these are gone.
        for name in replaced:
            delattr(display, name)


def refuse_warnings(warnings: Sequence[Warned], inventory_dir: Path) -> None:
    """What Ansible only warns of would be lost silently: a file that it skips, a key that is there twice."""
    serious = [warning for warning in warnings if any(word in warning.text.lower() for word in _LOSES_DATA)]
    # Each of its plugins says why it could not read a file: the one that says a line was meant for that file.
    exact = [warning for warning in serious if warning.origin is not None and warning.origin.line_num]
    if serious:
        errors = [unreadable(text, origin, inventory_dir) for text, origin in dict.fromkeys(exact or serious)]
        raise FellesdriftErrors(list({str(error): error for error in errors}.values()))


def unreadable(text: str, origin: Origin | None, inventory_dir: Path) -> FellesdriftError:
    project = places.project_dir(inventory_dir)
    return FellesdriftError(
        code="FD102",
        problem="Ansible cannot read the inventory.",
        file=origin_text(origin, inventory_dir) or places.shown(inventory_dir, inventory_dir),
        found=one_line(text).removeprefix("YAML parsing failed: ").replace(f"{project}/", ""),
        expected="YAML or INI as Ansible reads it",
    )


def words(error: BaseException) -> str:
    """What an error of Ansible says, without the excerpt of the file: it could hold a secret."""
    message = getattr(error, "message", None)
    return message if isinstance(message, str) else str(error)


def one_line(text: str) -> str:
    return " ".join(text.split())
