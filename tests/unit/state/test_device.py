"""One device: what is read from its answers, and what is not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.state import network
from fellesdrift.state.network.device import Device, PingResult
from fellesdrift.state.network.plan import Step
from fellesdrift.state.network.probes import Probe, run_probes

Golden = Callable[[str, object], None]


@pytest.fixture
def device(fake: Any) -> Any:
    with fake.open(None) as session:
        yield Device(session)


def test_a_reading(fake: Any, device: Device) -> None:
    reading = device.read()
    assert reading.saved
    assert reading.unsaved_diff() == []
    assert reading.abilities.version == (12, 4)
    assert reading.abilities.revert_timer
    fake.model.type("ip route 10.99.0.0 255.255.0.0 10.61.0.2")
    changed = device.read()
    assert not changed.saved
    assert "+ip route 10.99.0.0 255.255.0.0 10.61.0.2" in changed.unsaved_diff()


@pytest.mark.parametrize(
    "startup", ["startup-config is not present\n", "%% Non-volatile configuration memory invalid\n", ""]
)
def test_no_startup_configuration_is_not_saved(fake: Any, device: Device, startup: str) -> None:
    fake.startup = startup
    reading = device.read()
    assert reading.startup is None
    assert not reading.saved
    assert reading.unsaved_diff()


def test_half_a_running_configuration_is_an_error_with_the_host(fake: Any, device: Device) -> None:
    fake.answers["show running-config"] = "hostname san-rtr1\n"
    with pytest.raises(FellesdriftError) as caught:
        device.read()
    assert (caught.value.code, caught.value.host) == ("FD402", "san-rtr1")


def test_saving_is_judged_by_reading_again(fake: Any, device: Device, golden: Golden) -> None:
    device.type_step(Step("by hand", "routes_added", ("ip route 10.99.0.0 255.255.0.0 10.61.0.2",)))
    assert device.save().saved
    fake.answers["write memory"] = "Building configuration...\n[OK]\n"
    device.type_step(Step("by hand", "routes_added", ("ip route 10.98.0.0 255.255.0.0 10.61.0.2",)))
    with pytest.raises(FellesdriftError) as caught:
        device.save()
    golden("state/not_saved", caught.value)


def test_arming_and_confirming_a_revert_timer(fake: Any, device: Device) -> None:
    assert device.pending_revert() is None
    device.arm("revert_timer", 5)
    pending = device.pending_revert()
    assert pending is not None
    assert "Timer value: 5 min" in pending
    device.confirm("revert_timer")
    assert device.pending_revert() is None
    assert "configure terminal revert timer 5" in fake.commands


def test_arming_and_cancelling_a_reload(fake: Any, device: Device) -> None:
    device.read()
    device.arm("reload", 7)
    assert device.pending_revert() == "Reload scheduled for 12:00 (in 7 minutes) by fellesdrift on vty0"
    device.confirm("reload")
    assert device.pending_revert() is None


def test_without_a_switch_nothing_is_typed(fake: Any, device: Device) -> None:
    device.arm("none", 5)
    device.confirm("none")
    assert fake.commands == []


def test_a_switch_that_does_not_show_is_not_armed(fake: Any, device: Device, golden: Golden) -> None:
    device.read()
    fake.answers["reload in 5"] = ""
    with pytest.raises(FellesdriftError) as caught:
        device.arm("reload", 5)
    golden("state/not_armed", caught.value)


def test_a_switch_that_stays_is_not_confirmed(fake: Any, device: Device, golden: Golden) -> None:
    device.read()
    device.arm("reload", 5)
    fake.answers["reload cancel"] = ""
    with pytest.raises(FellesdriftError) as caught:
        device.confirm("reload")
    golden("state/not_disarmed", caught.value)


def test_a_device_without_archive_has_no_revert_timer(fake: Any, device: Device, golden: Golden) -> None:
    fake.answers["show running-config"] = fake.model.show().replace(" path flash:san-rtr1-\n", "")
    device.read()
    with pytest.raises(FellesdriftError) as caught:
        device.arm("revert_timer", 5)
    golden("state/no_archive", caught.value)
    # and the question that such a device refuses is not asked
    assert device.pending_revert() is None
    assert "show archive config rollback timer" not in fake.commands


@pytest.mark.parametrize("command", ["show archive config rollback timer", "show reload"])
def test_an_answer_of_unknown_form(fake: Any, device: Device, command: str, golden: Golden) -> None:
    fake.answers[command] = "maybe\n\nlater\n"
    with pytest.raises(FellesdriftError) as caught:
        device.pending_revert()
    golden(f"state/unreadable_{command.split()[1]}", caught.value)


def test_pinging(fake: Any, device: Device, golden: Golden) -> None:
    assert device.ping("10.10.20.20", "Loopback0", 3) == PingResult(sent=3, received=3)
    assert fake.commands == ["ping 10.10.20.20 repeat 3 source Loopback0"]
    fake.answers["ping 10.10.20.20 repeat 5 source Serial0/0/0"] = "% Invalid source\n"
    assert device.ping("10.10.20.20", "Serial0/0/0") == PingResult(sent=0, received=0)
    fake.answers["ping 10.10.20.21 repeat 5"] = "Unrecognized host\n"
    with pytest.raises(FellesdriftError) as caught:
        device.ping("10.10.20.21")
    golden("state/unreadable_ping", caught.value)


def test_a_probe_that_fails(fake: Any, device: Device, golden: Golden) -> None:
    fake.pings["10.10.20.20"] = 1
    finance = Probe("finance", "10.10.20.20", "GigabitEthernet0/0")
    run_probes(device, [finance], "before")
    with pytest.raises(FellesdriftError) as caught:
        run_probes(device, [Probe("finance", "10.10.20.20", "GigabitEthernet0/0", minimum=2)], "after step 2")
    golden("state/probe_failed", caught.value)


def test_a_route(fake: Any, device: Device) -> None:
    fake.answers["show ip route 10.1.1.1"] = "Routing entry for 10.0.0.0/8\n"
    fake.answers["show ip route 10.2.2.2"] = "% Network not in table\n"
    assert device.show_route("10.1.1.1") == "Routing entry for 10.0.0.0/8\n"
    assert device.show_route("10.2.2.2") is None


def test_going_back_in_vain(fake: Any, device: Device, golden: Golden) -> None:
    before = network.normalise(device.read().running)
    fake.model.type("ip route 10.99.0.0 255.255.0.0 10.61.0.2")
    with pytest.raises(FellesdriftError) as caught:
        device.revert_now("none", {}, before)
    golden("state/not_reverted", caught.value)
