"""The kinds that there are. A further one is a module here and a line below."""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.state.windows.catalogue.assertions import HotfixKind
from fellesdrift.state.windows.catalogue.event_log import EventLogKind
from fellesdrift.state.windows.catalogue.file import FileKind
from fellesdrift.state.windows.catalogue.folder import FolderKind
from fellesdrift.state.windows.catalogue.group import GroupKind
from fellesdrift.state.windows.catalogue.network_adapter import NetworkAdapterKind
from fellesdrift.state.windows.catalogue.odbc_source import OdbcSourceKind
from fellesdrift.state.windows.catalogue.printer import PrinterKind
from fellesdrift.state.windows.catalogue.printer_port import PrinterPortKind
from fellesdrift.state.windows.catalogue.program import ProgramKind
from fellesdrift.state.windows.catalogue.registry import RegistryKind
from fellesdrift.state.windows.catalogue.scheduled_task import ScheduledTaskKind
from fellesdrift.state.windows.catalogue.service import ServiceKind
from fellesdrift.state.windows.catalogue.share import ShareKind
from fellesdrift.state.windows.catalogue.terminal_services import TerminalServicesKind
from fellesdrift.state.windows.catalogue.time_service import TimeServiceKind
from fellesdrift.state.windows.catalogue.user import UserKind
from fellesdrift.state.windows.kinds import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        FolderKind(),
        FileKind(),
        UserKind(),
        GroupKind(),
        RegistryKind(),
        ServiceKind(),
        ShareKind(),
        EventLogKind(),
        TerminalServicesKind(),
        PrinterPortKind(),
        PrinterKind(),
        ScheduledTaskKind(),
        TimeServiceKind(),
        OdbcSourceKind(),
        ProgramKind(),
        HotfixKind(),
        NetworkAdapterKind(),
    )
}
