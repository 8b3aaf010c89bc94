"""The journal's tables, once for SQLite and PostgreSQL. Times are text, ISO 8601 in UTC, for the chain is over text.

records    append-only: triggers refuse every change. `payload` is JSON text; the chain is over its digest
personal   what was recorded of a person, with a random salt; the only rows that may be deleted (retention)
leases     who may write now
drift_*    the nightly check's history: not part of the chain, in the same database so that one backup holds both
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Float, ForeignKey, Index, Integer, MetaData, Table, Text, event

SCHEMA_VERSION = 2

metadata = MetaData()


def _text(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable, primary_key=primary_key)


meta = Table("meta", metadata, _text("name", primary_key=True), _text("value"))

records = Table(
    "records",
    metadata,
    # counted by the journal itself under its lock: a sequence leaves holes where a transaction was given up
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("at"),
    _text("municipality"),
    _text("stage"),
    _text("attempt"),
    _text("host"),
    _text("event"),
    _text("payload", nullable=True),
    _text("payload_digest"),
    _text("personal_digest", nullable=True),
    _text("previous"),
    _text("chain"),
)
Index("records_by_stage", records.c.stage, records.c.municipality, records.c.seq)
Index("records_by_host", records.c.host, records.c.seq)


@event.listens_for(records, "after_create")
def _index_opened(_table: Table, connection: Connection, **_: object) -> None:
    """As text, the same in both databases: an Index with a condition loads the language of the other one too, a third
    of all that SQLAlchemy takes to load."""
    connection.exec_driver_sql(
        "CREATE INDEX records_opened ON records (municipality, stage, seq, attempt) WHERE event = 'opened'"
    )


personal = Table(
    "personal",
    metadata,
    Column("seq", Integer, ForeignKey("records.seq"), primary_key=True, autoincrement=False),
    _text("salt"),
    _text("body"),
)

leases = Table(
    "leases",
    metadata,
    _text("name", primary_key=True),
    _text("token"),
    _text("holder"),
    _text("acquired"),
    _text("expires"),
    # seconds since the holder's machine was started, which no setting of its clock changes
    Column("expires_uptime", Float, nullable=False),
)

drift_runs = Table(
    "drift_runs",
    metadata,
    _text("run", primary_key=True),
    _text("started"),
    _text("ended"),
    _text("outcome"),
    Column("complete", Integer, nullable=False),
    _text("kinds"),
    Column("planned", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    _text("counts"),
    Column("findings", Integer, nullable=False),
)
drift_findings = Table(
    "drift_findings",
    metadata,
    _text("fingerprint", primary_key=True),
    _text("first_seen", primary_key=True),
    _text("first_run"),
    _text("last_seen"),
    _text("last_run"),
    _text("gone", nullable=True),
    _text("host"),
    _text("kind"),
    _text("key"),
    _text("attribute"),
    _text("nature"),
    _text("severity"),
    _text("owner"),
    _text("want"),
    _text("have"),
)
Index("drift_findings_open", drift_findings.c.gone, drift_findings.c.host)


def _guard(table: Table, name: str, events: list[str], message: str) -> None:
    """Triggers that refuse these events on the table, in both databases' languages."""
    statements = {
        "sqlite": [
            f"CREATE TRIGGER {name}_{one.lower()} BEFORE {one} ON {table.name}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for one in events
        ],
        "postgresql": [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION '{message}'; END$$",
            f"CREATE TRIGGER {name} BEFORE {' OR '.join([*events, 'TRUNCATE'])} ON {table.name}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ],
    }

    @event.listens_for(table, "after_create")
    def _made(_table: Table, connection: Connection, **_: object) -> None:
        for statement in statements[connection.dialect.name]:
            connection.exec_driver_sql(statement)


_guard(records, "records_never_change", ["UPDATE", "DELETE"], "records are append-only")
_guard(personal, "personal_never_changes", ["UPDATE"], "personal data is kept as it is, or erased")
