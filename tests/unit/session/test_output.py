"""Taking apart what a device said: the echo, the prompt, and lines that nobody asked for."""

from __future__ import annotations

import pytest

from fellesdrift.session import output

PROMPT = output.Prompt("san-rtr1")
MESSAGE = "*Nov 22 12:00:01.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Serial0/0/0, changed state to up"


@pytest.mark.parametrize(
    "line",
    [
        MESSAGE,
        "%SYS-5-CONFIG_I: Configured from console by ola on vty0 (10.10.0.10)",
        "000045: *Mar  1 00:00:01.000 CET: %SYS-5-RESTART: System restarted --",
        "Oct 14 2009 09:12:40: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up",
        ".Oct 14 09:12:40.001 CEST: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up",
        "00:00:33: %SYS-5-CONFIG_I: Configured",
        "1w2d: %SYS-5-CONFIG_I: Configured",
        "%SEC-6-IPACCESSLOGP: list INSIDE-IN denied tcp",
        "%SYS-SP-3-LOGGER_FLUSHED: System was paused",
        "***",
        "*** --- SHUTDOWN in 0:05:00 ---",
        "*** --- SHUTDOWN ABORTED ---",
        "Rollback Confirmed Change: rolling to:flash:san-rtr1-1",
    ],
)
def test_unsolicited_lines(line: str) -> None:
    assert output.is_unsolicited(line)
    assert output.device_errors(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "% Invalid input detected at '^' marker.",
        "% Incomplete command.",
        '% Ambiguous command:  "sh"',
        "%Invalid next hop address (it's this router)",
        "%No matching route to delete",
        "% 10.61.0.0 overlaps with GigabitEthernet0/1",
        "%% Non-volatile configuration memory is not present",
    ],
)
def test_refusals(line: str) -> None:
    assert not output.is_unsolicited(line)
    assert output.device_errors(f"text\n{line}\n") == [line]


def test_a_percent_sign_within_a_line_is_no_refusal() -> None:
    assert output.device_errors("Success rate is 100 percent\n 5% of CPU\ndescription 100 % copper") == []


def test_newlines() -> None:
    assert output.newlines("a\r\nb\r\r\nc\n\rd") == "a\nb\nc\n\rd"


@pytest.mark.parametrize(
    ("prompt", "mode"),
    [
        ("san-rtr1>", None),
        ("san-rtr1#", None),
        ("san-rtr1# ", None),
        ("san-rtr1(config)#", "(config)"),
        ("san-rtr1(config-ext-nacl)#", "(config-ext-nacl)"),
    ],
)
def test_prompts(prompt: str, mode: str | None) -> None:
    match = PROMPT.match(prompt)
    assert match
    assert match["mode"] == mode


@pytest.mark.parametrize("line", ["san-rtr1#show clock", "x san-rtr1#", "san-rtr2#", "san-rtr1(config", "#"])
def test_no_prompts(line: str) -> None:
    assert PROMPT.match(line) is None


def test_a_long_host_name_is_cut_short_in_configuration_mode() -> None:
    long = output.Prompt("san-sykehjem-east-building-rtr1")
    assert long.match("san-sykehjem-east-building-rtr1#")
    assert long.match("san-sykehjem-east-bu(config)#")


def taken(text: str, command: str = "show clock") -> output.Answer | None:
    return output.take_answer(text, command, PROMPT)


def body(text: str, command: str = "show clock") -> tuple[str, bool, int]:
    answer = taken(text, command)
    assert answer is not None
    return answer.body, answer.disturbed, len(answer.unsolicited)


def test_a_plain_answer() -> None:
    assert body("show clock\n12:00\n\nsan-rtr1#") == ("12:00\n", False, 0)
    assert body("show clock\nsan-rtr1#") == ("", False, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "show clo",
        "show clock",
        "show clock\n",
        "show clock\n12:00\n",
        "show clock\n12:00\nsan-rtr1",
        "san-rtr1#",  # repeated by the device before it read the command
        f"\n{MESSAGE}\nsan-rtr1#",
        f"show clock\n12:00\nsan-rtr1#\n{MESSAGE}",  # still being printed
        "something else\nsan-rtr1#",
    ],
)
def test_an_answer_that_is_not_complete(text: str) -> None:
    assert taken(text) is None


@pytest.mark.parametrize(
    ("text", "disturbed"),
    [
        (f"\n{MESSAGE}\nshow clock\n12:00\nsan-rtr1#", False),  # before the echo
        (f"\n{MESSAGE}\nsan-rtr1#show clock\n12:00\nsan-rtr1#", False),  # with the prompt repeated
        (f"show cl\n{MESSAGE}\nock\n12:00\nsan-rtr1#", True),  # in the echo
        (f"show clock\n{MESSAGE}\n12:00\nsan-rtr1#", True),
        (f"show clock\n12:00\n{MESSAGE}\nsan-rtr1#", True),
        (f"show clock\n12:00\nsan-rtr1#\n{MESSAGE}\n", False),  # after the prompt
    ],
)
def test_a_message_anywhere(text: str, disturbed: bool) -> None:
    assert body(text) == ("12:00", disturbed, 1)


def test_a_torn_line_is_not_put_together_by_guessing() -> None:
    assert body(f"show clock\n12:\n{MESSAGE}\n00\nsan-rtr1#") == ("12:\n00", True, 1)


@pytest.mark.parametrize(
    "text", ["Proceed with reload? [confirm]", "Save? [yes/no]: ", "Continue? [no]:", "Name [x]?", "Password: "]
)
def test_questions(text: str) -> None:
    assert output.QUESTION.search(f"text\n{text}")


@pytest.mark.parametrize("text", ["[OK]", "[OK]\n", "line [confirm] and more", "password: x"])
def test_no_questions(text: str) -> None:
    assert output.QUESTION.search(text) is None


@pytest.mark.parametrize("ending", ["\r\n", "\r\r\n", "\r\r\r\r\n", "\n"])
def test_every_way_to_end_a_line_is_a_newline(ending: str) -> None:
    assert output.newlines(f"one{ending}two{ending}{ending}") == "one\ntwo\n\n"
    assert output.newlines(f"one\rtwo{ending}") == "one\rtwo\n"
