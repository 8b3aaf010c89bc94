"""What a user is told about an exchange's contents, and about a call that nobody can make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.exchange import CREDENTIALS
from support.small_exchange import small

from fellesdrift.errors import FellesdriftError
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import Topology
from fellesdrift.twin.pbx.fronts import PbxService
from fellesdrift.twin.pbx.spec import read


def test_contents_that_are_none(
    golden: Callable[[str, str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("x1.exchange.json")
    told = []
    for text in ("{}", '{"tables": {"telephones": []}}', '{"tables": {"zones": 5}}'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(FellesdriftError) as caught:
            read(file)
        told.append(str(caught.value))
    golden("twin/errors/exchange_contents", "\n".join(told))


def test_nobody_calls(golden: Callable[[str, str], None], tmp_path: Path) -> None:
    service = PbxService(Lab(Topology((), (), (), (), None, ()), 1000.0, CREDENTIALS), (small(tmp_path),))
    with pytest.raises(FellesdriftError) as caught:
        service.call("x1", "2999", "2057")
    golden("twin/errors/exchange_call", str(caught.value))
    number, call = service.call("x1", "2183", "2057")
    assert (number, call.outcome) == (1, "rings")
    again, busy = service.call("x1", "2179", "2057")
    assert (again, busy.outcome, busy.path[-1]) == (0, "busy", "x1: 2057 is busy")
