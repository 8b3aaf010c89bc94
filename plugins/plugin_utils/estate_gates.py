"""What the estate answers beside the devices; the rules are fellesdrift.cutover.rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.cutover.progress import completed
from fellesdrift.cutover.rules import Asked, answer_rules, choose_window

if TYPE_CHECKING:
    from fellesdrift.cutover.planning import Context

require_library()


def check_window(context: Context, arguments: dict[str, Any]) -> None:
    """FD641 for a window that is overridden without a reason: before a stage is opened, not after."""
    choose_window(context.estate, arguments["window"], arguments["window_reason"])


def ask_estate(context: Context, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers of the estate to the rules of the stage that `run` is of, as data."""
    run = arguments["run"]
    key = (run["municipality"], run["stage"])
    progress = context.progress()
    present = progress.get(key)
    mine = present.hosts if present and present.attempt == run["permit"].get("attempt") else {}
    saved = {host for host, each in mine.items() if each.saved}
    asked = Asked(
        estate=context.estate,
        municipality=key[0],
        stage=context.estate.stage(key[1]),
        hosts=list(dict.fromkeys([*run["hosts"], *(host for wave in run["waves"] for host in wave.get("drain", {}))])),
        left=len([host for host in run["hosts"] if host not in saved]),
        done=completed(progress) | {(key[0], stage) for stage in run["also"]},
        now=datetime.now(UTC),
        window=choose_window(context.estate, arguments["window"], arguments["window_reason"]),
    )
    return [result.as_data() for result in answer_rules(asked, arguments["window_reason"])]


def gate_lines(results: list[dict[str, Any]], stopping: list[dict[str, Any]]) -> list[str]:
    """For people: how many pass, what stands in the way, and each answer of the estate with its rule."""
    passing = sum(gate["result"] == "pass" for gate in results)
    overridden = sum("overridden" in gate for gate in results)
    lines = [f"{passing} of {len(results)} gates pass{f', {overridden} overridden' if overridden else ''}"]
    for gate in results:
        if gate["host"] and gate in stopping:
            lines.append(f"{gate['result']}: {gate['gate']} on {gate['host']}: {gate['evidence']}")
        elif not gate["host"]:
            why = f"; overridden: {gate['overridden']}" if "overridden" in gate else ""
            lines.append(f"{gate['result']}: {gate['gate']} ({gate['rule']}): {gate['evidence']}{why}")
    return lines
