"""The published dialogues (docs/telephony.md), typed by a client that shares nothing with the twin, byte for byte.

Dates and times are the twin's own; where a transcript shows another value, the value is put in and the form compared.
"""

from __future__ import annotations

import re

from support.exchange import Caller, Running


def spaces(text: str) -> str:
    """A print whose lines with spaces at their end are marked with a dollar sign."""
    return text.replace("$\n", "\n")


CLS = """\
CLS  CTD FBD WTA LPR PUA MTD FND HTD TDD HFD GRLD $
     MWD LMPN RMMD SMWD AAD IMD XHD IRD NID OLD VCE DRG1
     POD DSX VMD SLKD CCSD SWD LND CNDD
     CFTD SFD MRD DDV CNID CDCA MSID DAPA BFED RCBD $
     ICDD CDMD MCTD CLBD AUTU
     GPUD DPUD DNDD CFXD ARHD CLTD ASCD $
     CPFA CPTA ABDD CFHD FICD NAID DNAA RDLA BUZZ AGRD MOAD $
     UDI RCC HBTD AHD IPND  DDGA NAMA MIND PRSD NRWD NRCD NROD $
     DRDD EXR0 $
     USRD ULAD RTDD RBDD RBHD PGND OCBD FLXD FTTC DNDY DNO3 MCBN $
     FDSD NOVD CDMR MCDD T87D PKCH $
"""
TNB = f"""\
DES  3902  $
TN   014 0 00 03 $
TYPE 3902
CDEN 8D
CUST 0 $
ERL  0 $
FDN  $
TGAR 0 $
LDN  NO
NCOS 1 $
SGRP 0 $
RNPG 718 $
SCI  0 $
SSU  $
XLST $
SCPW $
SFLT NO
CAC_CIS 3 $
CAC_MFC 0
{CLS}CPND_LANG ENG
HUNT $
PLEV 02 $
DANI NO
AST  $
IAPG 0 $
AACS NO
ITNA NO  $
DGRP $
MLWU_LANG 0 $
MLNG RUS
DNDR 0 $
KEY  00 SCR 2057 0     MARP
        ANIE 0 $
     01 RNP $
     02 ADL 16  $
     03 CFW 16  $
     04 TRN $
     05     $
DATE 11 APR 2009 $
"""
SAVED = """
MEM AVAIL: (U/P): 2718568    USED U P: 220248 59456    TOT: 2998272 $
DISK RECS AVAIL: 768 $
"""


def on_screen(text: str) -> str:
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n", "\n")


def test_login(running: Running) -> None:
    with Caller(running.port()) as caller:
        seen = caller.until(">")
        seen += caller.talk(("", ">"), ("LOGI LOGINID", "PASS?"), ("secret-1", ">"), ("", ">"))
        screen = re.sub(r"\d\d:\d\d  \d+/\d+/\d{4}", "09:49  30/4/2007", on_screen(seen))
        assert screen == (
            ">\nOVL111\n>LOGI LOGINID\nPASS?\nTTY #14 LOGGED IN LOGINID 09:49  30/4/2007\n>\nOVL000\n>"
        ), "and nothing of the password"
        assert caller.options == [b"\xfb\x01", b"\xfb\x03"], "WILL ECHO, WILL SUPPRESS-GO-AHEAD"


PRINT_DN = (("ld 20", "REQ: "), ("prt", "TYPE: "), ("dn", "CUST "), ("0", "DN   "))
FILTERS = (("", "PAGE "), ("", "DES  "), ("", "REQ: "))


def dn_print(caller: Caller, dn: str) -> str:
    seen = caller.talk(*PRINT_DN, (dn, "DATE "), *FILTERS)
    caller.type("****")
    return on_screen(seen)


def test_print_of_a_directory_number(running: Running) -> None:
    head = "ld 20\n\n{}REQ: prt\nTYPE: dn\nTYPE DNB\nCUST 0\nDN   {}\nDATE \nPAGE \nDES  \n"
    with running.visit() as caller:
        assert dn_print(caller, "2057") == head.format("", "2057") + (
            "\nDN   2057\nTYPE SL1 \nTN   014 0 00 03 KEY 00   MARP  DES 3902      11 APR 2009 \n     (3902)\n\nREQ: "
        )
        # every second load says this first
        assert dn_print(caller, "2186") == head.format("PT0000 \n", "2186") + (
            "\nDN   2186\nTYPE SL1 \nTN   006 0 00 12 KEY 00   MARP  DES 3902       6 OCT 2009 \n     (3902)\n\nREQ: "
        )
        assert dn_print(caller, "2183") == head.format("", "2183") + (
            "\nDN   2183\nTYPE L500\nTN   024 0 00 01  MARP          DES 500        7 OCT 2014 \n\nREQ: "
        )
        assert dn_print(caller, "2506") == head.format("PT0000 \n", "2506") + (
            "\nSCH0881 \n\nNO ACT SINCE NO DATE     \n\nREQ: "
        )


def test_print_of_a_terminal_number(running: Running) -> None:
    with running.visit() as caller:
        seen = caller.talk(("LD 20", "REQ: "), ("prt", "TYPE: "), ("tn", "TN   "), ("14 3", "DATE "), *FILTERS)
    assert on_screen(seen) == (
        f"LD 20\n\nREQ: prt\nTYPE: tn\nTYPE TNB\nTN   14 3\nDATE \nPAGE \nDES  \n\n{spaces(TNB)}\nREQ: "
    )


# what the published NEW dialogue asks and was answered, prompt by prompt
NEW = (
    ("TYPE: ", "3902"), ("TN   ", "14 3"), ("DES  ", "3902"), ("CUST ", "0"), ("ERL  ", "0"), ("FDN  ", ""),
    ("TGAR ", "0"), ("LDN  ", "no"), ("NCOS ", "1"), ("RNPG ", "23"), ("SSU  ", ""), ("XLST ", "1"), ("SCPW ", ""),
    ("SGRP ", "0"), ("SFLT ", "no"), ("CAC_CIS ", "3"), ("CAC_MFC ", "0"), ("CLS  ", ""), ("HUNT ", ""), ("SCI  ", "0"),
    ("PLEV ", "02"), ("DANI ", "no"), ("AST  ", ""), ("IAPG ", "0"), ("MLWU_LANG ", "0"), ("MLNG ", "rus"),
    ("DNDR ", "0"), ("KEY ", "00 scr 2564 0"), ("  MARP ", ""), ("  CPND ", ""), ("  VMB ", ""), ("  ANIE ", "0"),
    ("KEY ", ""),
)  # fmt: skip


def test_out_and_new(running: Running) -> None:
    with running.visit() as caller:
        seen = on_screen(caller.talk(("LD 20", "REQ: "), ("out", "TYPE: "), ("3902", "TN   "), ("14 3", "REQ: ")))
        assert seen.startswith("LD 20\n\nREQ: out\nTYPE: 3902\nTN   14 3\n\n\nMGMT001 TNB OUT TYPE:3902 TN:14 0 0 3\n")
        assert int(re.findall(r"\(U/P\): (\d+)", seen)[0]) > 2718568, "its memory is free"
        seen = caller.type("new", NEW[0][0])
        for (_, answer), (prompt, _) in zip(NEW, (*NEW[1:], ("REQ: ", "")), strict=True):
            seen += caller.type(answer, prompt)
        dialogue = "".join(f"{prompt}{answer}\n" for prompt, answer in NEW)
        assert on_screen(seen).startswith(
            f"new\n{dialogue}\nMGMT001 TNB NEW TYPE:3902 TN:14 0 0 3\n\nMEM AVAIL: (U/P): "
        )
        assert on_screen(seen).endswith("\nDISK RECS AVAIL: 768 \n\nREQ: ")
        caller.type("****")
        assert "TN   014 0 00 03 KEY 00   MARP" in dn_print(caller, "2564")
        assert "SCH0881" in dn_print(caller, "2057")


def change(kind: str, tn: str, item: str) -> tuple[tuple[str, str], ...]:
    return ("chg", "TYPE: "), (kind, "TN   "), (tn, "ECHG "), ("yes", "ITEM "), (item, "")


ABOUT = (("", "CPND "), ("", "VMB "), ("", "ANIE "))


def test_an_analogue_and_a_digital_set_swap_numbers_around_a_hunt_group(running: Running) -> None:
    """The whole published session: refused first, out of the group, changed three times, in again, dumped."""
    with running.visit() as caller:
        caller.type("ld 20", "REQ: ")
        seen = caller.talk(*change("500", "24 1", "dn 2506")[:-1], ("dn 2506", "ITEM "))
        assert on_screen(seen).endswith("ITEM dn 2506\n\nSCH0101 \n\nITEM ")
        caller.talk(("**", "REQ: "), ("****", ">"))
        written = "WRT  (ADDS: MEM: 0 DISK: 0.0) "
        start = (
            ("ld 18", "REQ  "),
            ("chg", "TYPE "),
            ("ght", "LSNO "),
            ("0011", "SIZE "),
            ("", written),
            ("", "STOR "),
        )
        caller.talk(
            *start, ("0  ", written), ("", "STOR "), ("2  ", written), ("", "STOR "), ("", "REQ  "), ("****", ">")
        )
        seen = caller.talk(("ld 20", "REQ: "), ("prt", "TYPE: "), ("ght", "LSNO "), ("0011", "REQ: "))
        assert on_screen(seen).endswith(
            "LSNO 0011\n\nGHLN 0011 \nGHT  \n     \nPLDN 0705\nDNSZ 4 \n"
            "STOR 0 \nSTOR 1 2179\nSTOR 2 \nSTOR 3 2198\n\nREQ: "
        )
        for kind, tn, item, last in (
            ("500", "24 1", "dn 2506", "ITEM "),
            ("3902", "6 12", "key 00 scr 2183", "     KEY "),
            ("500", "24 1", "dn 2186", "ITEM "),
        ):
            caller.talk(*change(kind, tn, item)[:-1], (item, "       MARP "), *ABOUT, ("", last))
            seen = caller.type("", "ITEM ") if last != "ITEM " else ""
            seen = on_screen(caller.type("", "REQ: "))
            card, unit = tn.split()
            assert seen == f"\n\nMGMT001 TNB CHG TYPE:{kind:<4} TN:{card} 0 0 {unit}\n{spaces(SAVED)}\nREQ: "
        caller.type("****")
        assert "SCH0881" in dn_print(caller, "2506")
        assert "TN   006 0 00 12 KEY 00   MARP" in dn_print(caller, "2183")
        assert "TN   024 0 00 01  MARP" in dn_print(caller, "2186")
        caller.talk(*start, ("0 2183", written), ("", "STOR "), ("2 2186", written), ("", "STOR "))
        assert on_screen(caller.type("", "REQ  ")) == f"\n{spaces(SAVED)}\nREQ  "
        caller.type("****")
        assert running.service.status()["x1"]["dumped"] is False
        assert "DATADUMP COMPLETE" in caller.talk(("ld 43", "."), ("edd", "\n."), ("****", ">"))


def test_licences_and_issue(running: Running) -> None:
    with running.visit() as caller:
        seen = on_screen(caller.talk(("ld 22", "REQ "), ("slt", "REQ "), ("iss", "REQ ")))
    assert "\nANALOGUE TELEPHONES      128    LEFT   125    USED     3 \n" in seen
    assert "\nDIGITAL TELEPHONES       168    LEFT   166    USED     2 \n" in seen
    assert "\nTNS                     2500    LEFT  2495    USED     5 \n" in seen
    assert "CALL SERVER/MAIN CAB \nVERSION 2121 \nRELEASE 4 \nISSUE 50 W  + \nIDLE_SET_DISPLAY NORTEL \n" in seen


def test_sets_by_class_of_restriction(running: Running) -> None:
    with running.visit() as caller:
        asked = (
            ("ld 81", "REQ   "),
            ("lst", "CUST  "),
            ("0", "DATE  "),
            ("", "PAGE  "),
            ("", "DES   "),
            ("", "FEAT  "),
        )
        seen = on_screen(caller.talk(*asked, ("ncos", "NCOS  "), ("", "FEAT  "), ("", "REQ   ")))
    assert "\nNCOS     01         000     TN  014 0 00 03  3900      3902      11 APR 2009 \n" in seen
    assert "\nNCOS     00 2179    001     TN  024 0 00 02  2500      500        7 OCT 2014 \n" in seen
