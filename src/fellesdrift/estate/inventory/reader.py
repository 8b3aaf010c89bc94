"""Variables, resolved host by host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ansible._internal._datatag._tags import TrustedAsTemplate
from ansible.errors import AnsibleError
from ansible.template import Templar

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import names
from fellesdrift.estate.build import ESTATE_VARIABLES, HOST_VARIABLES, PREFIX
from fellesdrift.estate.inventory.host_variables import HostVariables
from fellesdrift.estate.inventory.origins import locator
from fellesdrift.estate.inventory.sayings import Warned, one_line, words
from fellesdrift.estate.inventory.template_names import names_in
from fellesdrift.estate.inventory.values import has_template, is_secret, plain


class Reader:
    """Resolves variables, host by host; what cannot be resolved is an error and left out.

    wide   the estate's own variables, from the first host that has them; the others must have the same
    own    host -> its own variables
    """

    def __init__(self, raw: HostVariables, inventory_dir: Path, warnings: list[Warned]) -> None:
        self._raw = raw
        self._warnings = warnings
        self.locate = locator(raw.with_places(), inventory_dir)
        self.wide: dict[str, Any] = {}
        self.own: dict[str, dict[str, Any]] = {}
        self.errors: list[FellesdriftError] = []
        # Where each of the estate's own variables was found first: the host, and its value as it is written.
        self._first: dict[str, tuple[str, Any]] = {}
        # Values without a template that many hosts share, converted once. id -> the value (so that it stays), converted
        self._constant: dict[int, tuple[Any, Any]] = {}
        # What a template came to: most are a group's, and say the same for all its hosts.
        self._answers: dict[tuple[Any, ...], Any] = {}

    def read(self, host: str) -> None:
        """One host's variables; a `fellesdrift_*` that nothing reads is an error. Raises AnsibleError."""
        variables = self._raw[host]
        shared = self._raw.shared(host)
        found = self.own[host] = {}
        for name, value in variables.items():
            if is_own(name):
                self._resolve_into(found, host, name, value, shared)
            elif name in ESTATE_VARIABLES:
                self._read_wide(host, name, value, shared)
            elif name.startswith(PREFIX):
                self._refuse_unknown(host, name)

    def resolving(self, host: str) -> Callable[[Any], Any]:
        """A function that resolves a value of the host; it raises AnsibleError, ReferenceError."""
        return partial(self._resolve, host)

    def _read_wide(self, host: str, name: str, value: Any, shared: Mapping[str, Any]) -> None:
        if name not in self._first:
            self._first[name] = host, value
            self._resolve_into(self.wide, host, name, value, shared)
        elif value is not self._first[name][1] and not self._same(host, name, value):
            self._refuse_other(host, name, self._first[name][0])

    def _resolve_into(self, found: dict[str, Any], host: str, name: str, value: Any, shared: Mapping[str, Any]) -> None:
        constant = self._constant.get(id(value))
        if constant is not None:
            found[name] = constant[1]
        elif not is_secret(value):
            try:
                found[name] = self._resolve(host, value)
            except (AnsibleError, ReferenceError) as error:
                self._refuse_unresolved(host, name, one_line(words(error)))
            else:
                if shared.get(name) is value and not has_template(value):
                    self._constant[id(value)] = value, found[name]
        elif name in ESTATE_VARIABLES | HOST_VARIABLES:
            self._refuse_unresolved(host, name, "a value encrypted with Ansible Vault")
        # Else a role's secret: loading needs no password, so it is not among the variables here.

    def _refuse_unresolved(self, host: str, name: str, found: str) -> None:
        self.errors.append(
            FellesdriftError(
                code="FD103",
                problem=f"The variable {name} cannot be resolved.",
                host=host,
                file=self.locate(host, (name,)),
                key=name,
                found=found,
                expected="a value that can be read without a task and without a password",
            )
        )

    def _resolve(self, host: str, value: Any) -> Any:
        if not has_template(value):
            return plain(value)
        depends = self._depends(self._raw[host], value)
        if depends is not None and depends in self._answers:
            return self._answers[depends]
        known = len(self._warnings)
        try:
            answer = plain(Templar(loader=self._raw.loader, variables=dict(self._raw[host])).template(value))
        finally:
            # What Ansible says of a template is no word on the inventory's files.
            del self._warnings[known:]
        if depends is not None and isinstance(answer, str | int):
            self._answers[depends] = answer
        return answer

    def _depends(self, variables: Mapping[str, Any], value: Any) -> tuple[Any, ...] | None:
        """A template and all that its answer depends on, where these are plain words and numbers: the same for
        another host, the same answer. None where it may depend on more."""
        names = names_in(str(value)) if isinstance(value, str) else None
        if names is None:
            return None
        found: list[Any] = [str(value), TrustedAsTemplate.is_tagged_on(value)]
        for name in sorted(names):
            one = variables.get(name)
            if name in variables and (not isinstance(one, str | int) or has_template(one)):
                return None
            found.append((name in variables, isinstance(one, bool), plain(one)))
        return tuple(found)

    def _same(self, host: str, name: str, value: Any) -> bool:
        try:
            return bool(self._resolve(host, value) == self.wide.get(name))
        except (AnsibleError, ReferenceError):
            return False

    def _refuse_other(self, host: str, name: str, first: str) -> None:
        self.errors.append(
            FellesdriftError(
                code="FD108",
                problem=f"{name} is one for the whole estate, and this host has another.",
                host=host,
                file=self.locate(host, (name,)),
                key=name,
                expected=f"the same as {first} has ({self.locate(first, (name,))})",
                next_step="define it once, in group_vars/all/",
            )
        )

    def _refuse_unknown(self, host: str, name: str) -> None:
        known = ESTATE_VARIABLES | HOST_VARIABLES
        self.errors.append(
            FellesdriftError(
                code="FD105",
                problem=f"Nothing reads the variable {name}.",
                host=host,
                file=self.locate(host, (name,)),
                key=name,
                expected=names.one_of(known),
                next_step=names.did_you_mean(name, known),
            )
        )


def is_own(name: str) -> bool:
    """Whether a variable is read for each host: one of Host's, or a role's (`role__name`)."""
    return name in HOST_VARIABLES or ("__" in name and not name.startswith(("_", "ansible")))
