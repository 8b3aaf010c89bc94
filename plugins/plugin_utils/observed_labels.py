"""What the answers of many hosts carry, so that none of another stage, attempt or round is taken for one of this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_ATTEMPT = "plan"


def of_gates(run: Mapping[str, Any]) -> str:
    """Of an opened stage's gates; a plan has no attempt."""
    return _of("gates", run)


def of_verification(run: Mapping[str, Any], label: str) -> str:
    """Of an opened stage's verification. label: which one it is, `of_round`."""
    return f"{_of('verify', run)}/{label}"


def of_round(wave: str, number: int) -> str:
    """A round of verification. wave: "" for the soak after the last one, `finalize` for the end of the way back."""
    return f"{wave or 'stage'}/{number}"


def _of(part: str, run: Mapping[str, Any]) -> str:
    return "/".join((part, run["municipality"], run["stage"], run["permit"].get("attempt", _NO_ATTEMPT)))


def answers(name: str, label: str, task_vars: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], str]:
    """(host -> what it answered in the task that has registered `name`, why there is nothing where that failed as a
    whole). What carries another label is no answer."""
    result = plain(task_vars.get(name)) or {}
    if result.get("label") == label:
        return result.get("hosts", {}), ""
    failed = result.get("failed") and "hosts" not in result
    return {}, " ".join(str(result.get("msg", "")).split()) if failed else ""
