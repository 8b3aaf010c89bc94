"""Sessions over SSH: logging in, living and dying with the management path, faults, timers that fire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncssh
import pytest

from fellesdrift.twin.control_socket import Control

Play = Callable[..., None]


def test_a_session_ends_with_exit(play):
    async def story(doors):
        async with doors.visit("north") as person:
            assert "Current privilege level is 15" in await person.type("show privilege")
            person.process.stdin.write("exit\r")
            await asyncio.wait_for(person.process.wait(), 5)
        assert doors.lab.devices["north"].sessions == []

    play(story)


@pytest.mark.parametrize("device", ["north", "south"])
def test_a_wrong_password_is_refused(play, device):
    async def story(doors):
        with pytest.raises(asyncssh.PermissionDenied):
            async with doors.visit(device, password="wrong"):
                pass

    play(story)


def test_a_legacy_device_speaks_nothing_newer_than_2005(play):
    async def story(doors):
        with pytest.raises(asyncssh.KeyExchangeFailed):
            await asyncssh.connect("127.0.0.1", doors.service.fronts["south"].port, known_hosts=None, config=None)
        async with doors.visit("south") as person:
            assert (await person.until("#")).endswith("south#")

    play(story)


def test_one_command_without_a_terminal(play):
    async def story(doors):
        async with doors.visit("north", enable=False) as person:
            done = await person.connection.run("show ip interface brief")
        assert "Loopback0                  10.0.255.1" in str(done.stdout)
        assert "north>" not in str(done.stdout)

    play(story)


def test_keyboard_interactive_login(play):
    async def story(doors):
        connection = await asyncssh.connect(
            "127.0.0.1",
            doors.service.fronts["north"].port,
            username="fellesdrift",
            password="a-pass",
            preferred_auth="keyboard-interactive",
            known_hosts=None,
            client_keys=None,
            config=None,
        )
        async with connection:
            assert "UTC" in str((await connection.run("show clock")).stdout)

    play(story)


def test_the_sixth_session_is_refused(play):
    async def story(doors):
        async with (
            doors.visit("north"),
            doors.visit("north"),
            doors.visit("north"),
            doors.visit("north"),
            doors.visit("north") as fifth,
        ):
            assert "vty 4" in await fifth.type("show users")
            with pytest.raises((OSError, asyncssh.Error)):
                async with doors.visit("north"):
                    pass

    play(story)


def test_an_access_class_keeps_the_controller_out(play):
    async def story(doors):
        doors.lab.devices["north"].console(["access-list 9 permit 10.9.9.9", "line vty 0 4", "access-class 9 in"])
        with pytest.raises((OSError, asyncssh.Error)):
            async with doors.visit("north"):
                pass

    play(story)


def test_a_session_that_saws_off_its_own_branch_freezes_and_comes_back(play):
    async def story(doors):
        async with doors.visit("south") as person:
            await person.until("#")
            await person.type("conf t")
            with pytest.raises(TimeoutError):
                await person.type("no ip route 0.0.0.0 0.0.0.0 10.0.9.1", timeout=0.3)
            person.process.stdin.write("do show privilege\r")
            doors.lab.devices["south"].console(["ip route 0.0.0.0 0.0.0.0 10.0.9.1"])
            seen = await person.until("level is 15\r\nsouth(config)#")
            assert seen.startswith("south(config)#do show privilege")

    play(story)


def test_a_new_connection_hangs_until_the_path_is_back(play):
    async def story(doors):
        doors.lab.network.set_cut("line", True)

        async def come() -> str:
            async with doors.visit("south") as person:
                return await person.until("#")

        visitor = asyncio.create_task(come())
        await asyncio.sleep(0.3)
        assert not visitor.done()
        doors.lab.network.set_cut("line", False)
        assert (await asyncio.wait_for(visitor, 5)).endswith("south#")

    play(story)


def test_a_client_that_gives_up_waiting_is_forgotten(play):
    async def story(doors):
        doors.lab.network.set_cut("line", True)
        front = doors.service.fronts["south"]
        _, writer = await asyncio.open_connection("127.0.0.1", front.port)
        await asyncio.sleep(0.1)
        assert front.waiting
        writer.close()
        await writer.wait_closed()
        for _ in range(40):
            await asyncio.sleep(0.05)
            if not front.waiting:
                break
        assert not front.waiting

    play(story)


def test_the_revert_timer_brings_a_cut_off_device_back(play):
    async def story(doors):
        async with doors.visit("north") as person:
            await person.type("configure terminal revert timer 1")
            await person.type("interface gi0/0")
            with pytest.raises(TimeoutError):
                await person.type("shutdown", timeout=0.3)
            assert (await person.until("rolling to:", timeout=10)).startswith("north(config-if)#")
        config = doors.lab.devices["north"].running_text()
        assert config.count("shutdown") == 1
        assert "ROLLBK_CNFMD_CHG_ROLLBACK_START" in "".join(doors.lab.devices["north"].log)

    play(story, speed=100.0)


def test_an_idle_timer_starts_anew_with_every_command(play):
    async def story(doors):
        device = doors.lab.devices["north"]
        async with doors.visit("north") as person:
            await person.type("configure terminal revert timer idle 1")
            await person.type("hostname idle")
            for _ in range(6):
                await asyncio.sleep(0.3)
                await person.type("do show privilege")
            assert device.config.hostname == "idle"
            await asyncio.sleep(1.0)
            assert device.config.hostname == "north"

    play(story, speed=100.0)


def test_a_reload_drops_sessions_and_comes_back_with_the_startup_configuration(play):
    async def story(doors):
        async with doors.visit("north") as person:
            await person.type("conf t")
            await person.type("hostname other")
            await person.type("end")
            await person.type("reload", "[yes/no]: ")
            await person.type("no", "[confirm]")
            person.process.stdin.write("\r")
            await asyncio.wait_for(person.connection.wait_closed(), 5)
        assert not doors.lab.devices["north"].alive
        async with doors.visit("north") as person:
            assert "north" in await person.type("show run | include hostname")
            assert "Reload Command" in await person.type("show version | include ROM")

    play(story, speed=100.0)


def test_reload_in_warns_every_terminal_and_happens(play):
    async def story(doors):
        async with doors.visit("north") as person:
            await person.type("reload in 2", "[confirm]")
            person.process.stdin.write("\r")
            assert "SHUTDOWN in 0:01:00" in await person.until("0:01:00 ---")
            await asyncio.wait_for(person.connection.wait_closed(), 5)
        async with doors.visit("north"):
            assert doors.lab.devices["north"].reload is None

    play(story, speed=100.0)


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_the_line_drops_at_the_second_command(play, when, done):
    async def story(doors):
        async with doors.visit("north") as person:
            Control(doors.service).answer({"do": "fault", "device": "north", "kind": "drop", "at": 2, "when": when})
            await person.type("conf t")
            person.process.stdin.write("hostname dropped\r")
            await asyncio.wait_for(person.connection.wait_closed(), 5)
        assert (doors.lab.devices["north"].config.hostname == "dropped") is done

    play(story)


def test_a_hanging_device_goes_on_when_it_is_healed(play):
    async def story(doors):
        control = Control(doors.service)
        async with doors.visit("north") as person:
            control.answer({"do": "fault", "device": "north", "kind": "hang", "match": "show clock", "when": "after"})
            await person.type("show privilege")
            with pytest.raises(TimeoutError):
                await person.type("show clock", timeout=0.3)
            control.answer({"do": "heal", "device": "north"})
            await person.until("#")
            assert "level is 15" in await person.type("show privilege")

    play(story)


def test_a_dead_device_freezes_its_sessions_and_forwards_nothing(play):
    async def story(doors):
        control = Control(doors.service)
        async with doors.visit("south") as person:
            await person.until("#")
            control.answer({"do": "fault", "device": "north", "kind": "dead"})
            with pytest.raises(TimeoutError):
                await person.type("show privilege", timeout=0.3)
            control.answer({"do": "heal"})
            assert "level is 15" in await person.until("south#")

    play(story)


def test_a_revert_that_was_due_while_the_device_was_dead_happens_afterwards(play):
    async def story(doors):
        control, device = Control(doors.service), doors.lab.devices["north"]
        async with doors.visit("north") as person:
            await person.type("configure terminal revert timer 1")
            await person.type("hostname other")
            control.answer({"do": "fault", "device": "north", "kind": "dead"})
            await asyncio.sleep(0.9)
            assert device.config.hostname == "other"
            control.answer({"do": "heal", "device": "north"})
            assert device.config.hostname == "north"

    play(story, speed=100.0)


def test_noise_syslog_slowness_and_refused_logins(play):
    async def story(doors):
        control = Control(doors.service)

        def fault(**words):
            assert control.answer({"do": "fault", "device": "north", **words}) == {"ok": True}

        async with doors.visit("north") as person:
            fault(kind="syslog", text="%SYS-5-TEST: hello", match="show ip")
            assert "%SYS-5-TEST: hello\r\nGigabitEthernet0/2" in await person.type("show ip int brief | include Gi|Se")
            fault(kind="garbage")
            noise = await person.type("show version")
            assert "IOS" not in noise.partition("\n")[2]
            fault(kind="slow", seconds=0.3)
            start = asyncio.get_running_loop().time()
            await person.type("show clock")
            assert asyncio.get_running_loop().time() - start >= 0.3
            fault(kind="refuse_login")
            with pytest.raises(asyncssh.PermissionDenied):
                async with doors.visit("north"):
                    pass
            control.answer({"do": "heal", "device": "north"})
            fault(kind="arp")
            assert ".!!!!" in await person.type("ping 10.0.1.20")

    play(story)


def test_paging_and_editing_at_the_terminal(play):
    async def story(doors):
        async with doors.visit("north") as person:
            await person.type("terminal length 5")
            await person.type("show ip route", "--More-- ")
            person.process.stdin.write("\r")
            await person.until("--More-- ")
            person.process.stdin.write(" ")
            await person.until("--More-- ")
            person.process.stdin.write("q")
            assert "via" not in await person.until("north#")
            await person.type("terminal length 0")
            assert "level is 15" in await person.type("show pqrix\x7f\x7f\x7f\x7frivilege")
            person.process.stdin.write("show ip\x15show  \x17\x17")
            assert "UTC" in await person.type("show clock")
            assert "show clock" in await person.type("\x1b[A\x1b[A\x1b[B\x1b[A")
            assert "interface" in await person.type("show ip i?\x15")
            await person.type("conf t")
            person.process.stdin.write("interface gi0/0\x1a")
            assert (await person.until("north#")).endswith("^Z\r\nnorth#")
            await person.type("conf t")
            person.process.stdin.write("garbage\x03")
            await person.until("north#")
            person.process.stdin.write("ping 10.0.1.99 repeat 1000 timeout 100\r")
            await person.until(".")
            person.process.stdin.write("\x03")
            assert "Success rate is 0 percent" in await person.until("north#")

    play(story)


def test_terminal_monitor_shows_the_log(play):
    async def story(doors):
        async with doors.visit("north") as person:
            await person.type("terminal monitor")
            doors.lab.devices["north"].console(["hostname north"])
            assert "%SYS-5-CONFIG_I: Configured from console by console" in await person.until("by console\r\n")
            await person.type("terminal no monitor", "north#")
            assert "Log Buffer" in await person.type("show logging")

    play(story)
