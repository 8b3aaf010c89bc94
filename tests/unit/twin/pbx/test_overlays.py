"""The overlays' dialogues, typed at the console of two exchanges: what they build is what calls find."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.exchange import CREDENTIALS
from support.small_exchange import small

from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import Topology
from fellesdrift.twin.pbx.fronts import PbxService
from fellesdrift.twin.pbx.spec import PUBLIC, Trunk

Typed = Callable[..., str]
TO_EAST, TO_WEST = Trunk(10, "east", 20), Trunk(20, "west", 10)


@pytest.fixture
def service(tmp_path: Path) -> PbxService:
    """Two small exchanges with a line between them; both have the same sets."""
    west = small(tmp_path, "west", trunks=(Trunk(1, PUBLIC), TO_EAST))
    east = small(tmp_path, "east", trunks=(Trunk(1, PUBLIC), TO_WEST))
    return PbxService(Lab(Topology((), (), (), (), None, ()), 1000.0, CREDENTIALS), (west, east))


@pytest.fixture
def west(service: PbxService) -> Typed:
    """west("LD 16", ...): what the exchange printed, with line ends as \\n. Blanks around `/` part the lines."""

    def typed(text: str) -> str:
        return service.console("west", text.split("/"))[0].replace("\r\n", "\n")

    return typed


ROUTE = "LD 16/new/rdb/0/10/tie/iao/7010/no/****"
ESN = "LD 86/new/0/esn//////yes//4/8//****"
LIST = "LD 86/new/0/rlb/10/0/no/10/0/0//****"


def codes(text: str) -> list[str]:
    return re.findall(r"^((?:SCH|ESN|NPR|EDD|OVL)\d+)", text, re.MULTILINE)


def test_a_number_of_another_exchange_is_steered_there(service: PbxService, west: Typed) -> None:
    assert service.dial("west", "3057").outcome == "vacant"
    for dialogue in (ROUTE, ESN, "LD 86/new/0/dgt/5/1/2/****", "LD 86/new/0/rlb/10/0/no/10/0/5//****"):
        said = west(dialogue)
        assert codes(said) == []
        assert "MEM AVAIL: (U/P): " in said
    assert codes(west("LD 87/new/0/cdp/dsc/30//10/****")) == []
    call = service.dial("west", "3057")
    assert (call.exchange, call.dn) == ("east", "2057"), call.path
    assert service.dial("west", "305").outcome == "incomplete"
    assert service.dial("west", "30571").outcome == "vacant"
    said = west("LD 87/prt/0/cdp/dsc//****")
    assert "\nDSC  30 \nFLEN 0 \nRLI  10 \n" in said
    said = west("LD 86/prt/0/rlb//****")
    assert "\nRLI  10 \nENTR 0 \nLTER NO \nROUT 10 \nFRL  0 \nDMI  5 \n" in said
    assert "\nDMI  5 \nDEL  1 \nINST 2\n" in west("LD 86/prt/0/dgt/5/****")
    assert "\nNCDP 4 \nAC1  8 \n" in west("LD 86/prt/0/esn/****")
    assert "\nTYPE RDB \nCUST 00 \nROUT 10 \nTKTP TIE \nICOG IAO \nACOD 7010 \nCNTL NO \n" in west(
        "LD 21/prt/rdb/0//****"
    )
    assert "TYPE CDP" in west("LD 20/prt/dn/0/30////****")


def test_what_is_used_is_not_taken_away(service: PbxService, west: Typed) -> None:
    for dialogue in (ROUTE, ESN, "LD 86/new/0/dgt/5/1/2/****", "LD 86/new/0/rlb/10/0/no/10/0/5//****"):
        west(dialogue)
    west("LD 87/new/0/cdp/tsc/30/4/10/****")
    assert codes(west("LD 86/out/0/dgt/5/****")) == ["ESN0015"]
    assert codes(west("LD 86/out/0/rlb/10/****")) == ["ESN0015"]
    assert codes(west("LD 16/out/rdb/0/10/**/****")) == ["SCH0015"]
    assert codes(west("LD 86/out/0/esn/****")) == ["ESN0015"]
    assert codes(west("LD 87/out/0/cdp/dsc/30/**/****")) == ["ESN0013"], "it is no DSC"
    for dialogue in (
        "LD 87/out/0/cdp/tsc/30/****",
        "LD 86/out/0/rlb/10/****",
        "LD 86/out/0/dgt/5/****",
        "LD 86/out/0/esn/****",
        "LD 16/out/rdb/0/10/****",
    ):
        assert codes(west(dialogue)) == []
    assert service.dial("west", "3057").outcome == "vacant"
    assert service.fronts["west"].exchange.dumped, "all is as it was"


def test_changes_keep_what_is_not_answered(west: Typed) -> None:
    for dialogue in (ROUTE, ESN, LIST):
        west(dialogue)
    assert codes(west("LD 86/chg/0/rlb/10/1/yes/0/0/X0//****")) == []
    assert "\nRLI  10 \nENTR 1 \nLTER YES \nFRL  0 \nDMI  0 \n" in west("LD 86/prt/0/rlb/10/****")
    west("LD 86/new/0/dgt/5/1/2/****")
    west("LD 86/chg/0/dgt/5//X/****")
    assert "\nDEL  1 \nINST \n" in west("LD 86/prt/0/dgt/5/****")
    west("LD 16/chg/rdb/0/10///7011//****")
    assert "\nTKTP TIE \nICOG IAO \nACOD 7011 \n" in west("LD 21/prt/rdb/0/10/****")
    west("LD 86/chg/0/esn////////5///****")
    said = west("LD 86/prt/0/esn/****")
    assert "\nNCDP 5 \nAC1  8 \n" in said
    west("LD 87/new/0/cdp/tsc/31/5/10/****")
    west("LD 87/chg/0/cdp/tsc/31/6//****")
    assert "\nTSC  31 \nFLEN 6 \nRLI  10 \n" in west("LD 87/prt/0/cdp/tsc/31/****")


def test_codes_do_not_begin_each_other(west: Typed) -> None:
    for dialogue in (ROUTE, ESN, LIST):
        west(dialogue)
    for code in ("20", "2057", "20571", "070", "7010", "8", "81"):
        assert codes(west(f"LD 87/new/0/cdp/dsc/{code}/**/****")) == ["ESN0010"], code
    assert codes(west("LD 87/new/0/cdp/dsc/30571/**/****")) == ["ESN0011"], "longer than NCDP"
    assert codes(west("LD 87/new/0/cdp/tsc/31/1/4/77/10/****")) == ["ESN0011", "ESN0013"]
    assert codes(west("LD 16/new/rdb/0/11/tie/iao/2057/**/****")) == ["SCH0010"]
    assert codes(west("LD 15/chg/att/0/2057/**/****")) == ["SCH0010"]


def test_special_numbers(service: PbxService, west: Typed) -> None:
    west("LD 16/new/rdb/0/1/did/iao/7001/no/****")
    west(ESN)
    west("LD 86/new/0/rlb/1/0/no/1/0/0//****")
    assert codes(west("LD 90/new/0/net/ac1/spn/112/3/1/sser/****")) == []
    call = service.dial("west", "8112")
    assert (call.outcome, call.dn) == ("public", "112")
    assert "\nSPN  112 \nFLEN 3 \nRLI  1 \nCLTP SSER \n" in west("LD 90/prt/0/net/ac1/spn//****")
    assert codes(west("LD 90/chg/0/net/ac1/spn/112/2/0///****")) == ["ESN0011"]
    assert codes(west("LD 90/new/0/net/ac1/spn/112/**/****")) == ["ESN0014"]
    assert codes(west("LD 90/out/0/net/ac1/spn/112/****")) == []
    assert codes(west("LD 90/prt/0/net/ac1/spn//****")) == ["ESN0013"]


def test_customer_data(service: PbxService, west: Typed) -> None:
    for dialogue in (ROUTE, ESN, LIST):
        west(dialogue)
    assert codes(west("LD 15/chg/net/0/yes/11/10/4/****")) == ["SCH0013"]
    assert "\nATDN 99 \nVNR  YES \nRLI  10 \nFLEN 4 \n" in west("LD 21/prt/cdb/0/****")
    assert service.dial("west", "5555").exchange == "east"
    assert codes(west("LD 86/out/0/rlb/10/****")) == ["ESN0015"]
    west("LD 15/chg/net/0/no/****/LD 15/chg/att/0/98/****")
    assert service.dial("west", "98").rings
    assert not service.dial("west", "99").rings


def test_local_steering(service: PbxService, west: Typed) -> None:
    west(ESN)
    west("LD 86/new/0/dgt/5/2//****")
    west("LD 87/new/0/cdp/lsc/66/5/****")
    assert service.dial("west", "662057").dn == "2057"
    assert "\nLSC  66 \nDMI  5 \n" in west("LD 87/prt/0/cdp/lsc//****")


def test_hunt_groups_are_made_and_taken_away(service: PbxService, west: Typed) -> None:
    assert codes(west("LD 18/new/ght/11/12/0/2057/0706//2//0 2057//1 2057/1 2198///****")) == [
        "SCH0014",
        "SCH0010",
        "SCH0003",
    ]
    assert service.dial("west", "0706").dn == "2057"
    assert codes(west("LD 18/chg/ght/12/1/3//0//****")) == ["SCH0003"], "not smaller than what is in it"
    assert codes(west("LD 18/out/ght/12/****")) == []
    assert service.dial("west", "0706").outcome == "vacant"


def test_names(west: Typed) -> None:
    assert codes(west("LD 95/new/name/0/rom/2999/2057/Sentralbord/LAST,FIRST/****")) == ["SCH0013"]
    assert "DN   2057\n  CPND_LANG ROM\n  NAME Sentralbord\n  DISPLAY_FMT LAST,FIRST\n" in west(
        "LD 95/prt/name/0///****"
    )
    assert codes(west("LD 95/new/name/0//2057/**/****")) == ["SCH0014"]
    west("LD 95/chg/name/0//2057/Vakt//****")
    assert "NAME Vakt" in west("LD 20/prt/tn/14 3////****")
    assert codes(west("LD 95/out/name/0/2057/****/LD 95/prt/name/0///****")) == ["SCH0017"]


def test_a_name_with_its_key(west: Typed) -> None:
    """The CPND prompt names a number with the set, or, abandoned, not at all."""
    start = "LD 20/chg/3902/14 3/yes/key 00 scr 2564 0//new/rom/Nytt navn//"
    west(f"{start}**/chg/3902/14 3/yes/rnpg 2//****")
    assert codes(west("LD 95/prt/name/0///****")) == ["SCH0017"], "not with a later change either"
    assert "SCH0881" in west("LD 20/prt/dn/0/2564////****")
    assert codes(west(f"{start}/0///****")) == []
    assert "NAME Nytt navn" in west("LD 20/prt/tn/14 3////****")
    west("LD 20/chg/3902/14 3/yes/key 00 scr 2564 0//out//0///****")
    assert "NAME" not in west("LD 20/prt/tn/14 3////****")


def test_a_change_without_items_asks_everything_again(west: Typed) -> None:
    before = west("LD 20/prt/tn/14 3////****")
    fields = "/".join("" for _ in range(23))
    said = west(f"LD 11/chg/3902/14 3/no/KONTOR{fields}//03 cfw 16 2186/05 ao6//****")
    assert codes(said) == [], said
    after = west("LD 20/prt/tn/14 3////****")
    changed = {line for line in after.splitlines() if line not in before.splitlines()}
    assert {line.strip() for line in changed if not line.startswith("DATE")} == {
        "DES  KONTOR",
        "03 CFW 16  2186",
        "05 AO6",
    }
    assert codes(west("LD 20/chg/3902/14 3/yes/key 05 nul//cls cfta tld/rnpg 7/xyz 1/tgar/des A////****")) == [
        "SCH0003"
    ]
    said = west("LD 20/prt/3902/14 3////****")
    assert "05     \n" in said
    assert "CLS  TLD FBD" in said and "\n     CFTA SFD" in said and "RNPG 7 \n" in said and "DES  A  \n" in said
    assert "CFTA                000     TN  014 0 00 03  3900      A         " in west(
        "LD 81/lst/0////cfta//****"
    ).replace("   2057 ", "")
    assert "\n    1 \n" in west("LD 81/cnt/0////rnp///****")


def test_an_analogue_set(service: PbxService, west: Typed) -> None:
    said = west("LD 10/new/500/24 5/FAX/0//2600////0//////////////////****")
    assert codes(said) == [], said
    assert service.dial("west", "2600").sets == ((24, 0, 0, 5),)
    said = west("LD 20/prt/tnb/24////****")
    assert said.count("TYPE 500") == 4
    assert "\nDN   2600 0     MARP \n        ANIE 0 \n" in said
    assert "UNUSED DNS:\n" in west("LD 20/prt/ludn/0//****")


def test_what_is_not_simulated_is_refused(west: Typed) -> None:
    assert codes(west("LD 20/prt/tnb/24/1 JAN 2004//yes//x/****")) == ["SCH0003", "SCH0003", "SCH0017"]
    assert codes(west("LD 20/prt/xyz/ght/99/****")) == ["SCH0003", "SCH0017"]
    assert codes(west("LD 2/nonsense/STAD x/****")) == ["NPR0001", "NPR0001"]
    said = west("LD 32/stat 61 9/disu 6 0/stat 70/enlu x/****")
    assert codes(said) == ["NPR0002", "NPR0002", "NPR0002", "SCH0005"]
    assert codes(west("LD 43/swp/****")) == ["EDD0003"]
    assert codes(west("LD 117/new zone 1/new zone 1/out zone 1/****")) == ["SCH1007"]
    assert codes(west("LD 22/prt/****")) == ["SCH0003"]


def test_a_set_is_changed_by_its_own_type_and_place(west: Typed) -> None:
    assert codes(west("LD 20/chg/3902/14 4/24 1/6 99/**/****")) == ["SCH0006", "SCH0008", "SCH0005"]
    assert codes(west("LD 10/chg/3902/500/24 9/**/****")) == ["SCH0004", "SCH0006"]


def test_an_ip_set_stands_on_a_virtual_card(service: PbxService, west: Typed) -> None:
    fields = "/".join("" for _ in range(23))
    said = west(f"LD 11/new/i2004/14 5/61 1/SOFT/0/999/5{fields}//00 scr 2700 0//////****")
    assert codes(said) == ["SCH0005", "SCH0003"], said
    assert service.dial("west", "2700").sets == ((61, 0, 0, 1),)
    said = west("LD 20/prt/dn/0/2700////****")
    assert "(i2004)" in said
    assert "ZONE 005 \n" in west("LD 20/prt/tnb/61 1////****")
