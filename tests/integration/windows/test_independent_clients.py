"""Clients that nobody here wrote, against the twin's Windows host: pypsrp, plain pywinrm, Ansible's own connection."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import winrm
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import NAMESPACES, OptionSet, SelectorSet, WSMan
from support.plain_wsman import CIMV2, chosen, instance, texts
from support.windows import Running, windows_host
from winrm.exceptions import WinRMTransportError

ANSIBLE = Path(sys.executable).parent / "ansible"
SERVICE = f"{CIMV2}/Win32_Service"


def pypsrp_client(host: Running, **options: object) -> WSMan:
    known = {"username": host.credentials.user, "password": host.credentials.password, "auth": "ntlm", "ssl": False}
    return WSMan("127.0.0.1", port=host.front.port, **{**known, **options})


def named(name: str) -> SelectorSet:
    return chosen(Name=name)


def test_pypsrp_gets_enumerates_pulls_and_invokes(host: Running) -> None:
    with pypsrp_client(host) as client:
        got = client.get(SERVICE, selector_set=named("Spooler"))
        assert texts(got, "DisplayName") == ["Utskriftskø"]
        asked = ET.Element(f"{{{NAMESPACES['wsen']}}}Enumerate")
        listed = client.enumerate(SERVICE, asked)
        context = next(each.text for each in listed.iter() if each.tag.endswith("EnumerationContext"))
        found = 0
        while context:
            pull = ET.Element(f"{{{NAMESPACES['wsen']}}}Pull")
            ET.SubElement(pull, f"{{{NAMESPACES['wsen']}}}EnumerationContext").text = context
            ET.SubElement(pull, f"{{{NAMESPACES['wsen']}}}MaxElements").text = "10"
            page = client.pull(SERVICE, pull)
            found += sum(1 for each in page.iter() if each.tag == f"{{{SERVICE}}}Win32_Service")
            context = next((each.text for each in page.iter() if each.tag.endswith("EnumerationContext")), None)
        assert found == 23
        done = client.invoke(
            f"{SERVICE}/StopService",
            SERVICE,
            ET.Element(f"{{{SERVICE}}}StopService_INPUT"),
            selector_set=named("RpcSs"),
        )
        assert texts(done, "ReturnValue") == ["5"]
        assert client.get_server_config().findtext(".//{*}MaxEnvelopeSizekb") == "150"


def test_pypsrp_creates_changes_and_deletes(host: Running) -> None:
    """A printer, made as prnport.vbs and prnmngr.vbs of Server 2003 make one."""
    port, printer = (f"{CIMV2}/{cls}" for cls in ("Win32_TCPIPPrinterPort", "Win32_Printer"))
    values = {"DriverName": "HP LaserJet 4", "PortName": "IP_192.0.2.30"}
    with pypsrp_client(host) as client:
        client.create(port, instance(port, Name="IP_192.0.2.30", HostAddress="192.0.2.30", Protocol="1"))
        for wrong in (
            {"DriverName": "Nobody's"},
            {"PortName": "IP_192.0.2.31"},
            {"DeviceID": "a,b"},
            {"Shared": "true"},
        ):
            with pytest.raises(WSManFaultError):
                client.create(printer, instance(printer, **{"DeviceID": "Ny", **values, **wrong}))
        client.create(printer, instance(printer, DeviceID="Ny", **values))
        got = client.get(printer, selector_set=chosen(DeviceID="Ny"))
        assert {each.text for each in got.iter() if each.tag.endswith(("}DriverName", "}PortName"))} == set(
            values.values()
        )
        with pytest.raises(WSManFaultError):
            client.create(printer, instance(printer, DeviceID="ny", **values))
        client.put(
            printer, instance(printer, DeviceID="Ny", Comment="æøå", **values), selector_set=chosen(DeviceID="Ny")
        )
        got = client.get(printer, selector_set=chosen(DeviceID="Ny"))
        assert texts(got, "Comment") == ["æøå"]
        with pytest.raises(WSManFaultError):
            client.delete(port, selector_set=chosen(Name="IP_192.0.2.30"))
        client.delete(printer, selector_set=chosen(DeviceID="Ny"))
        client.delete(port, selector_set=chosen(Name="IP_192.0.2.30"))


def test_pypsrp_sets_an_adapter_and_terminal_services(host: Running) -> None:
    adapter, terminal = (
        f"{CIMV2}/{cls}" for cls in ("Win32_NetworkAdapterConfiguration", "Win32_TerminalServiceSetting")
    )
    with pypsrp_client(host) as client:
        body = instance(adapter, "SetDNSServerSearchOrder_INPUT")
        for address in ("192.0.2.1", "192.0.2.2"):
            ET.SubElement(body, f"{{{adapter}}}DNSServerSearchOrder").text = address
        done = client.invoke(f"{adapter}/SetDNSServerSearchOrder", adapter, body, selector_set=chosen(Index="1"))
        assert texts(done, "ReturnValue") == ["0"]
        got = client.get(adapter, selector_set=chosen(Index="1"))
        assert texts(got, "DNSServerSearchOrder") == [
            "192.0.2.1",
            "192.0.2.2",
        ]
        body = instance(terminal, "SetAllowTSConnections_INPUT", AllowTSConnections="1")
        chosen_server = chosen(ServerName="SAN-FILE1")
        client.invoke(f"{terminal}/SetAllowTSConnections", terminal, body, selector_set=chosen_server)
        got = client.get(terminal, selector_set=chosen_server)
        assert texts(got, "AllowTSConnections") == ["1"]
        elsewhere = terminal.replace("root/cimv2", "root/cimv2/TerminalServices")
        with pytest.raises(WSManFaultError) as caught:
            client.get(elsewhere, selector_set=chosen_server)
        assert caught.value.code == 0x80338000


def test_whoever_asks_for_win32_product_is_remembered() -> None:
    product = f"{CIMV2}/Win32_Product"
    with windows_host() as running, pypsrp_client(running) as client:
        client.enumerate(product, ET.Element(f"{{{NAMESPACES['wsen']}}}Enumerate"))
        assert len(running.host.mistakes) == 1


def test_pypsrp_gets_faults_with_their_codes(host: Running) -> None:
    with pypsrp_client(host) as client:
        with pytest.raises(WSManFaultError) as caught:
            client.get(SERVICE, selector_set=named("Nothing"))
        assert caught.value.code == 0x80338000
        with pytest.raises(WSManFaultError) as caught:
            client.get("http://schemas.microsoft.com/nothing", selector_set=named("x"))
        assert caught.value.code == 0x8033803B
        wanted = OptionSet()
        wanted.add_option("__ProviderArchitecture", "32")
        # a set of options says that it must be understood, and is
        client.get(SERVICE, selector_set=named("Spooler"), option_set=wanted)


def test_a_header_that_must_be_understood_and_is_not(host: Running) -> None:
    envelope = f"""<s:Envelope xmlns:s="{NAMESPACES["s"]}" xmlns:a="{NAMESPACES["wsa"]}"><s:Header>
        <a:Action s:mustUnderstand="true">{NAMESPACES["wsa"]}/x</a:Action><a:MessageID>uuid:1</a:MessageID>
        <f:Foreign xmlns:f="urn:foreign" s:mustUnderstand="MUST"/></s:Header><s:Body/></s:Envelope>"""
    login = (host.credentials.user, host.credentials.password)
    protocol = winrm.Protocol(f"http://127.0.0.1:{host.front.port}/wsman", "ntlm", *login)
    for must, code in (("true", "2150858768"), ("1", "2150858768"), ("false", "2150858811")):
        with pytest.raises(WinRMTransportError) as caught:
            protocol.transport.send_message(envelope.replace("MUST", must))
        assert f'Code="{code}"' in caught.value.response_text


def test_pypsrp_with_spnego_around_ntlm(host: Running) -> None:
    """The list of mechanisms is signed both ways, and the key streams begin anew behind that."""
    with pypsrp_client(host, auth="negotiate") as client:
        for name in ("Spooler", "W32Time"):
            got = client.get(SERVICE, selector_set=named(name))
            assert texts(got, "Name") == [name]
    with pypsrp_client(host, auth="negotiate", password="wrong") as client, pytest.raises(AuthenticationError):
        client.get(SERVICE, selector_set=named("Spooler"))


def test_pypsrp_runs_commands(host: Running) -> None:
    with pypsrp_client(host) as client, WinRS(client, codepage=850) as shell:
        process = Process(shell, "ver")
        process.invoke()
        process.signal(SignalCode.TERMINATE)
        assert (process.rc, "versjon" in process.stdout.decode("cp850")) == (0, True)
        reading = Process(shell, "more")
        reading.begin_invoke()
        reading.send("blåbær".encode("cp850"))
        reading.end_invoke()
        assert reading.stdout.decode("cp850") == "blåbær"


def test_pypsrp_with_the_wrong_password_or_without_encryption(host: Running) -> None:
    for options in ({"password": "wrong"}, {"encryption": "never"}):
        with (
            pypsrp_client(host, **options) as client,
            pytest.raises(Exception, match=r"401|403|Failed to authenticate"),
        ):
            client.get(SERVICE, selector_set=named("Spooler"))


def test_plain_pywinrm(host: Running) -> None:
    login = (host.credentials.user, host.credentials.password)
    session = winrm.Session(f"http://127.0.0.1:{host.front.port}/wsman", auth=login, transport="ntlm")
    done = session.run_cmd("net", ["localgroup", "Administratorer"])
    assert done.status_code == 0
    assert "fellesdrift" in done.std_out.decode("cp850")
    # code page 437 is what pywinrm asks for when nobody says otherwise
    assert session.run_cmd("powershell", ["-Command", "dir"]).status_code == 1
    with windows_host(basic=True) as running:
        login = (running.credentials.user, running.credentials.password)
        plain = winrm.Session(f"http://127.0.0.1:{running.front.port}/wsman", auth=login, transport="basic")
        assert plain.run_cmd("hostname").std_out == b"san-file1\r\n"
        plain.run_cmd("echo hostname> C:\\WINDOWS\\Temp\\a.bat")
        protocol = winrm.Protocol(f"http://127.0.0.1:{running.front.port}/wsman", "basic", *login)
        # as before 2008 R2: in the page of UTF-8 a batch file does nothing, and that with success
        for page, printed in ((850, b"san-file1\r\n"), (65001, b"")):
            shell = protocol.open_shell(codepage=page)
            command = protocol.run_command(shell, "C:\\WINDOWS\\Temp\\a.bat")
            assert protocol.get_command_output(shell, command) == (printed, b"", 0)
            protocol.close_shell(shell)


def test_ansibles_own_connection_fails_and_says_so(host: Running, tmp_path: Path) -> None:
    """It wraps every command in PowerShell, which a host of 2003 has not. One run of ansible, about two seconds."""
    variables = {
        "ansible_connection": "ansible.builtin.winrm",
        "ansible_port": host.front.port,
        "ansible_user": host.credentials.user,
        "ansible_password": host.credentials.password,
        "ansible_winrm_transport": "ntlm",
        "ansible_winrm_scheme": "http",
        "ansible_shell_type": "powershell",
    }
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"127.0.0.1": variables}}}), encoding="utf-8")
    (tmp_path / "ansible.cfg").touch()
    done = subprocess.run(
        [ANSIBLE, "all", "-i", inventory, "-m", "ansible.builtin.raw", "-a", "ver"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg")},
    )
    assert done.returncode != 0
    assert "FAILED | rc=1" in done.stdout, done.stdout + done.stderr
    assert "gjenkjennes ikke" in done.stdout
