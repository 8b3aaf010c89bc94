"""The whole change of one device, and every way in which it can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.session import Target
from fellesdrift.session.errors import AuthenticationRefusedError
from fellesdrift.state import network
from fellesdrift.state.network import apply
from fellesdrift.state.network.apply import ApplyPlan, ApplyResult, apply_safely
from fellesdrift.state.network.errors import HandsOffError
from fellesdrift.state.network.probes import Probe

Golden = Callable[[str, object], None]
TARGET = Target("san-rtr1", "192.0.2.1", 22, "fellesdrift", "not shown")
DESIRED = {
    "interface": {"GigabitEthernet0/2/0": {"ip_address": "10.250.61.2/30", "enabled": True}},
    "route": {
        "10.10.0.0/16": {"next_hops": [{"next_hop": "10.250.61.1"}, {"next_hop": "10.251.61.1", "distance": 250}]}
    },
}
KEEP = "ip route 10.10.0.0 255.255.0.0 10.251.61.1 250"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "_RETRY", 0.01)


def run(fake: Any, **options: Any) -> ApplyResult:
    values: dict[str, Any] = {"opener": fake.open, "controller": "10.10.0.10", "patience": 0.2, **options}
    return apply_safely(TARGET, values.pop("desired", DESIRED), **values)


def now(fake: Any) -> str:
    return network.normalise(fake.model.show())


@pytest.mark.parametrize("dead_man", ["revert_timer", "reload", "none"])
def test_all_goes_well(fake: Any, dead_man: Any) -> None:
    events: list[tuple[int, str, int]] = []
    before = now(fake)
    result = run(
        fake,
        dead_man=dead_man,
        probes=[Probe("finance", "10.10.20.20")],
        on_step=lambda event: events.append((event.number, event.state, len(fake.commands))),
    )
    assert result.error is None
    assert (result.status, result.predicted_exact) == ("changed", True)
    assert (result.before, result.after) == (before, now(fake))
    assert result.recorded_before == network.touched(fake.startup, DESIRED)
    assert network.compare(DESIRED, result.recorded_after) == []
    assert [(number, state) for number, state, _ in events] == [
        (number, state) for number in (1, 2, 3) for state in ("intended", "confirmed")
    ]
    # the intent of the first step is known before its first line is sent
    first_line = fake.commands.index("interface GigabitEthernet0/2/0")
    assert events[0][2] <= first_line - 1
    assert fake.sessions == 2
    assert (fake.timer, fake.reload) == (None, None)
    # pinged before the first and after every step
    assert fake.commands.count("ping 10.10.20.20 repeat 3") == 4
    again = run(fake, dead_man=dead_man, patience=None)
    assert (again.status, again.steps, again.predicted_exact) == ("unchanged", [], True)


def test_the_confirmation_comes_in_a_second_session(fake: Any) -> None:
    seen: list[bool] = []
    fake.on_connect.append(lambda device: seen.append(device.timer is not None))
    run(fake)
    assert seen == [False, True]
    assert fake.timer is None


@pytest.mark.parametrize(
    ("dead_man", "armed"), [("revert_timer", "configure terminal revert timer 8"), ("reload", "reload in 8")]
)
def test_a_long_change_gets_more_time(fake: Any, dead_man: Any, armed: str) -> None:
    """200 entries of an access list: three minutes' typing more than a short change's five."""
    entries = [f"permit tcp any host 10.10.20.{number} eq 1521" for number in range(1, 201)]
    result = run(fake, dead_man=dead_man, desired={"access_list": {"LONG": {"type": "extended", "entries": entries}}})
    assert result.status == "changed"
    assert armed in fake.commands


def test_nothing_to_do_is_not_even_armed(fake: Any) -> None:
    result = run(fake, desired=network.touched(fake.model.show(), DESIRED))
    assert result.status == "unchanged"
    assert fake.commands == [
        "show running-config",
        "show archive config rollback timer",
        "show reload",
        "show running-config",
        "show startup-config",
    ]


def refused(fake: Any, **options: Any) -> FellesdriftError:
    before = now(fake)
    with pytest.raises(FellesdriftError) as caught:
        run(fake, **options)
    assert now(fake) == before
    assert not any(command.startswith("configure") for command in fake.commands)
    return caught.value


def test_refused_while_a_reload_is_scheduled(fake: Any, golden: Golden) -> None:
    fake.reload = "Reload scheduled for 12:00 (in 3 minutes) by ola on vty1\n"
    golden("state/revert_pending", refused(fake))


def test_the_plan_is_told_once_before_anything_is_written(fake: Any) -> None:
    plans: list[ApplyPlan] = []
    seen: list[list[str]] = []

    def tell(plan: ApplyPlan) -> None:
        plans.append(plan)
        seen.append([command for command in fake.commands if command.startswith("configure")])

    entries = ["permit 10.10.0.0 0.0.255.255", "permit 10.61.0.0 0.0.255.255"]
    wish = {
        "interface": {"GigabitEthernet0/2/0": {"ip_address": "10.250.61.2/30", "enabled": True, "nat": None}},
        "access_list": {"10": {"type": "standard", "entries": entries}},
    }
    result = run(fake, desired=wish, on_plan=tell)
    assert (result.status, seen) == ("changed", [[]])
    [plan] = plans
    # of an interface what differs, of a list the whole
    assert plan.before["interface"] == {"GigabitEthernet0/2/0": {"ip_address": None, "enabled": False}}
    assert plan.after["interface"] == {"GigabitEthernet0/2/0": {"ip_address": "10.250.61.2/30", "enabled": True}}
    assert plan.before["access_list"] == {"10": {"type": "standard", "entries": ["permit 10.10.0.0 0.0.255.255"]}}
    assert plan.steps == result.steps
    assert network.intend(fake.model.show(), plan.before) == result.before
    run(fake, desired=wish, on_plan=tell)
    assert len(plans) == 1


def test_what_stops_the_plan_stops_everything(fake: Any) -> None:
    def refuse(_plan: ApplyPlan) -> None:
        raise FellesdriftError("FD600", "no lease")

    assert refused(fake, on_plan=refuse).code == "FD600"


def test_the_way_back_of_a_change_that_was_never_saved(fake: Any) -> None:
    before = now(fake)
    there = run(fake)
    back = run(fake, desired=there.recorded_before, must_be_saved=False)
    assert (back.status, now(fake)) == ("changed", before)


def test_refused_while_unsaved(fake: Any, golden: Golden) -> None:
    fake.model.type("ip route 10.99.0.0 255.255.0.0 10.61.0.2")
    golden("state/unsaved", refused(fake))


def test_refused_when_the_controller_would_be_cut(fake: Any, golden: Golden) -> None:
    desired = {"route": {"10.10.0.0/16": {"next_hops": []}, "0.0.0.0/0": {"next_hops": []}}}
    golden("state/management_lost", refused(fake, desired=desired))
    moved = {
        "interface": {
            "Serial0/0/0": {"ip_address": None},
            "GigabitEthernet0/2/0": {"ip_address": "10.251.61.2/30", "enabled": True},
        }
    }
    golden("state/management_cut", refused(fake, desired=moved))


def test_refused_when_a_service_does_not_answer_beforehand(fake: Any) -> None:
    fake.pings["10.10.20.20"] = 0
    assert refused(fake, probes=[Probe("finance", "10.10.20.20")]).code == "FD412"


def test_refused_errors_name_the_host(fake: Any) -> None:
    error = refused(fake, desired={"interface": {"Gone0": {"enabled": True}}})
    assert (error.code, error.host) == ("FD403", "san-rtr1")


@pytest.mark.parametrize("dead_man", ["revert_timer", "reload", "none"])
def test_a_failing_probe_brings_everything_back(fake: Any, dead_man: Any) -> None:
    before = now(fake)

    def cut(event: Any) -> None:
        if (event.number, event.state) == (2, "intended"):
            fake.pings["10.10.20.20"] = 0

    result = run(fake, dead_man=dead_man, probes=[Probe("finance", "10.10.20.20")], on_step=cut)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD412"
    assert "after step 2" in str(result.error.key)
    assert (now(fake), result.after) == (before, before)
    assert (fake.timer, fake.reload) == (None, None)
    assert fake.sessions == 1


def test_a_failing_check_brings_everything_back(fake: Any) -> None:
    def check(_device: Any, step: Any) -> None:
        raise FellesdriftError("FD600", f"not after {step.title}")

    before = now(fake)
    result = run(fake, check=check)
    assert (result.status, now(fake)) == ("reverted", before)


def test_a_refused_line_brings_everything_back(fake: Any) -> None:
    before = now(fake)
    fake.refused[KEEP] = "% Invalid input detected at '^' marker."
    result = run(fake)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD309"
    assert now(fake) == before


def test_a_configuration_other_than_predicted_is_taken_back(fake: Any, golden: Golden) -> None:
    def meddle(event: Any) -> None:
        if (event.number, event.state) == (3, "confirmed"):
            fake.model.type("ip route 10.99.0.0 255.255.0.0 10.61.0.2")

    before = now(fake)
    result = run(fake, on_step=meddle)
    assert result.status == "reverted"
    golden("state/not_as_predicted", result.error)
    assert now(fake) == before


def test_what_somebody_else_added_cannot_be_taken_back_without_a_timer(fake: Any, golden: Golden) -> None:
    def meddle(event: Any) -> None:
        if (event.number, event.state) == (3, "confirmed"):
            fake.model.type("ip route 10.99.0.0 255.255.0.0 10.61.0.2")

    result = run(fake, on_step=meddle, dead_man="none")
    assert (result.status, result.after) == ("held", None)
    golden("state/held_not_reverted", result.error)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("dead_man", ["revert_timer", "reload", "none"])
def test_a_lost_session_is_followed_by_a_new_one(fake: Any, when: str, dead_man: Any) -> None:
    before = now(fake)
    fake.lost_at[KEEP] = when
    fake.unreachable = [False, True, True]
    result = run(fake, dead_man=dead_man)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD307"
    assert now(fake) == before
    assert (fake.timer, fake.reload) == (None, None)


def test_the_switch_acted_meanwhile(fake: Any) -> None:
    before = now(fake)
    fake.lost_at[KEEP] = "after"
    connections: list[int] = []

    def away(device: Any) -> None:
        connections.append(1)
        if len(connections) == 2:
            device.alive = False
        if len(connections) == 4:
            device.fire()

    fake.on_connect.append(away)
    result = run(fake)
    assert (result.status, now(fake)) == ("reverted", before)
    assert "configure revert now" not in fake.commands


def test_a_device_that_stays_away_is_held(fake: Any, golden: Golden) -> None:
    fake.lost_at[KEEP] = "before"
    fake.unreachable = [False] + [True] * 1000
    result = run(fake)
    assert (result.status, result.after, result.recorded_after) == ("held", None, {})
    golden("state/held_away", result.error)


def test_a_device_that_refuses_the_login_afterwards_is_held_at_once(fake: Any) -> None:
    fake.lost_at[KEEP] = "before"

    def refuse(device: Any) -> None:
        if device.sessions == 1:
            raise AuthenticationRefusedError("san-rtr1", "fellesdrift")

    fake.on_connect.append(refuse)
    result = run(fake, patience=1000)
    assert result.status == "held"
    assert result.error is not None
    assert result.error.code == "FD302"
    assert "  FD307: the session with the device was lost" in result.error.details


def test_a_session_lost_again_on_the_way_back(fake: Any) -> None:
    before = now(fake)
    fake.refused[KEEP] = "% Invalid input"
    fake.lost_at["configure revert now"] = "after"
    result = run(fake)
    assert (result.status, now(fake)) == ("reverted", before)
    assert fake.sessions == 2


def test_no_second_connection_means_no_confirmation(fake: Any) -> None:
    before = now(fake)
    fake.unreachable = [False, True]
    result = run(fake)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD301"
    assert now(fake) == before
    assert "configure confirm" not in fake.commands


def test_what_is_changed_between_the_sessions_is_not_confirmed(fake: Any) -> None:
    before = now(fake)

    def meddle(device: Any) -> None:
        if device.sessions == 1:
            device.model.type("ip route 10.99.0.0 255.255.0.0 10.61.0.2")

    fake.on_connect.append(meddle)
    result = run(fake)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD407"
    assert now(fake) == before


def test_a_fault_of_the_caller_brings_everything_back_and_is_raised(fake: Any) -> None:
    before = now(fake)

    def broken(event: Any) -> None:
        if event.number == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(fake, on_step=broken)
    assert now(fake) == before
    assert fake.timer is None


@pytest.mark.parametrize("dead_man", ["revert_timer", "reload", "none"])
@pytest.mark.parametrize("steps_done", [0, 1, 3])
def test_an_attempt_that_was_killed_is_taken_back_and_done_again(fake: Any, dead_man: Any, steps_done: int) -> None:
    before = now(fake)
    recorded = network.touched(fake.model.show(), DESIRED)

    class KilledError(BaseException):
        """Nothing runs after it."""

    def kill(event: Any) -> None:
        if event.number > steps_done or (event.state == "confirmed" and event.number == 3):
            raise KilledError

    with pytest.raises(KilledError):
        run(fake, dead_man=dead_man, on_step=kill)
    assert (fake.timer is not None) == (dead_man == "revert_timer")
    assert (fake.reload is not None) == (dead_man == "reload")
    result = run(fake, dead_man=dead_man, resume=recorded)
    assert (result.status, result.before) == ("changed", before)
    assert result.recorded_before == recorded
    assert (fake.timer, fake.reload) == (None, None)


def lease_lost(*_: object) -> None:
    raise HandsOffError(FellesdriftError("FD611", "this run no longer holds its lease"))


def test_a_device_that_another_run_has_taken_over_is_left_alone(fake: Any) -> None:
    """Taking our step back would take back theirs: the device's own switch is what brings ours back."""

    def after_the_first(event: Any) -> None:
        if event.number == 2:
            lease_lost()

    with pytest.raises(HandsOffError):
        run(fake, on_step=after_the_first)
    assert fake.timer is not None
    assert "configure revert now" not in fake.commands


@pytest.mark.parametrize("lost", [None, "after"])
def test_the_lease_is_asked_before_anything_is_taken_back(fake: Any, lost: str | None) -> None:
    if lost:
        fake.lost_at[KEEP] = lost
    else:
        fake.refused[KEEP] = "% Invalid input"
    with pytest.raises(HandsOffError):
        run(fake, on_undo=lease_lost)
    assert "configure revert now" not in fake.commands


def test_the_lease_is_asked_before_what_was_cut_off_is_taken_back(fake: Any) -> None:
    before = now(fake)
    with pytest.raises(HandsOffError):
        run(fake, resume=DESIRED, on_undo=lease_lost)
    assert now(fake) == before
