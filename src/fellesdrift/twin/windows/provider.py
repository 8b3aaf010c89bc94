"""What the providers of WMI have in common: the HRESULTs that they refuse with, and their parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost

WBEM_FAILED, WBEM_NOT_FOUND, WBEM_INVALID_PARAMETER = 0x80041001, 0x80041002, 0x80041008
WBEM_INVALID_NAMESPACE, WBEM_INVALID_CLASS, WBEM_INVALID_QUERY = 0x8004100E, 0x80041010, 0x80041017
WBEM_ALREADY_EXISTS, WBEM_READ_ONLY, WBEM_PROVIDER_NOT_CAPABLE = 0x80041019, 0x80041023, 0x80041024
WBEM_INVALID_METHOD = 0x8004102E


class ProviderError(Exception):
    """The provider refuses, with an HRESULT."""

    def __init__(self, hresult: int, text: str) -> None:
        super().__init__(text)
        self.hresult = hresult
        self.text = text


class Args:
    """In parameters: by lower-case name, all values that came, None for null, an object as a dictionary of such."""

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        return name.lower() in self._values

    def all(self, name: str) -> list[str]:
        return [value for value in self._values.get(name.lower(), []) if isinstance(value, str)]

    def object(self, name: str) -> dict[str, list[Any]] | None:
        found = next(iter(self._values.get(name.lower(), [])), None)
        return found if isinstance(found, dict) else None

    def text(self, name: str, default: str = "") -> str:
        found = self.all(name)
        return found[0] if found else default

    def number(self, name: str, default: int = 0) -> int:
        """Raises ProviderError for a word."""
        text = self.text(name)
        if not text:
            return default
        try:
            return int(text)
        except ValueError as error:
            raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.") from error

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1")

    def names(self) -> set[str]:
        return set(self._values)


type Keys = dict[str, str]
type Method = Callable[[WindowsHost, Keys, Args], dict[str, Any]]


def code(number: int) -> dict[str, Any]:
    """What a method gives back that has nothing but a return value."""
    return {"ReturnValue": number}
