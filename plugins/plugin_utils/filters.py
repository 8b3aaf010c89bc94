"""A file of filter_plugins/ holds one filter: a function of the library's, under its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def only(function: Callable[..., Any]) -> type:
    """The class that Ansible asks for by the name FilterModule. A ValueError of the function becomes an error of the
    template."""

    class FilterModule:
        """Filters by name."""

        def filters(self) -> dict[str, Callable[..., Any]]:
            """The one."""
            return {function.__name__: function}

    return FilterModule
