"""Local users and groups of one host."""

from __future__ import annotations

from dataclasses import dataclass, field

from fellesdrift.twin.windows.defaults import GROUPS, SYSTEM_ACCOUNTS, USERS

_FIRST = 1001


@dataclass
class User:
    """A local account. Its password is kept for the login, and shown by nothing."""

    name: str
    description: str
    sid: str
    disabled: bool = False
    password: str | None = field(default=None, repr=False)
    full_name: str = ""
    expires: bool = True
    changeable: bool = True


@dataclass
class Group:
    """A local group. `members`: names of users and groups, in the order of their adding."""

    name: str
    description: str
    sid: str
    members: list[str] = field(default_factory=list)


class Accounts:
    """By lower-case name. Whoever may log in from the network is an administrator of the host."""

    def __init__(self, computer_sid: str, user: str, password: str) -> None:
        self._sid = computer_sid
        self._next = _FIRST
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        for name, description, number, disabled in USERS:
            self.users[name.lower()] = User(name, description, f"{computer_sid}-{number}", disabled)
        for name, description, sid in GROUPS:
            self.groups[name.lower()] = Group(name, description, sid)
        self.add_user(user, password)
        self.groups["administratorer"].members += ["Administrator", user]
        self.groups["gjester"].members.append("Gjest")

    def add_user(self, name: str, password: str | None) -> bool:
        """A further user, of the group of all users; False when the name is taken."""
        if name.lower() in self.users or name.lower() in self.groups:
            return False
        self.users[name.lower()] = User(name, "", f"{self._sid}-{self._number()}", password=password)
        self.groups["brukere"].members.append(name)
        return True

    def add_group(self, name: str, description: str) -> bool:
        """A further group; False when the name is taken."""
        if name.lower() in self.users or name.lower() in self.groups:
            return False
        self.groups[name.lower()] = Group(name, description, f"{self._sid}-{self._number()}")
        return True

    def knows(self, name: str) -> bool:
        """Whether somebody has this name."""
        system = {each.lower() for each, _ in SYSTEM_ACCOUNTS}
        return name.lower() in self.users or name.lower() in self.groups or name.lower() in system

    def remove_user(self, name: str) -> bool:
        """Remove a user, from all groups too."""
        found = self.users.pop(name.lower(), None)
        self._leave(name)
        return found is not None

    def remove_group(self, name: str) -> None:
        """Remove a group, from all groups too."""
        del self.groups[name.lower()]
        self._leave(name)

    def _leave(self, name: str) -> None:
        for group in self.groups.values():
            group.members = [each for each in group.members if each.lower() != name.lower()]

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def passwords(self) -> dict[str, str]:
        """Who may log in, by name in upper case."""
        admins = {name.lower() for name in self.groups["administratorer"].members}
        return {
            user.name.upper(): user.password
            for key, user in self.users.items()
            if key in admins and user.password is not None and not user.disabled
        }
