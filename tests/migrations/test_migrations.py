"""What the migrations make is what the models say, on both databases."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, inspect, make_url, select, text

from tests.factories.databases import PostgreSQLServer
from workshop.config import SettingsError
from workshop.models import Base, ChangeChannel, Channel, Epoch
from workshop.schema import alembic_config, bring_up_to_date


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that nothing was ever written to."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'a folder with % and space.sqlite3'}"
        return
    server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
    server.command("CREATE DATABASE empty")
    try:
        yield server.address("empty")
    finally:
        server.command("DROP DATABASE empty WITH (FORCE)")


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def test_there_is_one_line_of_migrations() -> None:
    assert len(scripts().get_heads()) == 1
    names = [Path(script.path).name for script in scripts().walk_revisions()]
    assert all(name.startswith(script.revision) for name, script in zip(names, scripts().walk_revisions(), strict=True))


def test_migrations_equal_models(empty_url: str) -> None:
    assert bring_up_to_date(empty_url) == scripts().get_current_head()
    engine = create_engine(empty_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        found = inspect(connection)
        # Alembic does not compare these.
        for table in Base.metadata.sorted_tables:
            checks = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
            assert {one["name"] for one in found.get_check_constraints(table.name)} == checks, table.name
            partial = {str(one.name) for one in table.indexes if one.dialect_options["sqlite"]["where"] is not None}
            made = {
                str(one["name"])
                for one in found.get_indexes(table.name)
                if any(name.endswith("_where") for name in one.get("dialect_options", {}))
            }
            assert made == partial, table.name


def test_a_second_time_there_is_nothing_to_do_and_the_epoch_stays(empty_url: str) -> None:
    bring_up_to_date(empty_url)
    assert bring_up_to_date(empty_url) is None
    engine = create_engine(empty_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert len(connection.execute(Epoch.__table__.select()).all()) == 1


def test_two_processes_may_start_at_once(empty_url: str) -> None:
    outcomes: list[object] = []

    def start() -> None:
        try:
            outcomes.append(bring_up_to_date(empty_url))
        except Exception as error:
            outcomes.append(error)

    starts = [threading.Thread(target=start) for _ in range(4)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert sorted(map(str, outcomes)) == sorted([str(scripts().get_current_head()), "None", "None", "None"])


def test_a_database_newer_than_the_code_is_refused_and_stays_as_it_is(empty_url: str) -> None:
    bring_up_to_date(empty_url)
    engine = create_engine(empty_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match="newer than this Workshop.*9999"):
        bring_up_to_date(empty_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(op, "bulk_insert", fail)
    with pytest.raises(RuntimeError, match="disk is full"):
        bring_up_to_date(empty_url)
    engine = create_engine(empty_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    assert make_url(empty_url).database


def test_channels_keep_their_revisions_when_their_tables_are_rebuilt(empty_url: str) -> None:
    engine = create_engine(empty_url, poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0022")
        for statement in (
            "INSERT INTO change (id, key, digest, operation, thing_type, facts, touched, at)"
            " VALUES (7, 'key', '', 'event.create', 'event', '{}', '[]', '2026-11-28 10:00:00')",
            "INSERT INTO channel (name, revision) VALUES ('table:one', 12), ('cafe:one', 3)",
            "INSERT INTO change_channel (channel, revision, change_id) VALUES ('table:one', 12, 7), ('cafe:one', 3, 7)",
        ):
            connection.execute(text(statement))
    bring_up_to_date(empty_url)
    with engine.connect() as connection:
        assert set(connection.execute(select(Channel.name, Channel.revision))) == {("table:one", 12), ("cafe:one", 3)}
        rows = connection.execute(select(ChangeChannel.channel, ChangeChannel.revision, ChangeChannel.change_id))
        assert set(rows) == {("table:one", 12, 7), ("cafe:one", 3, 7)}


def test_what_an_index_leaves_out_nobody_looks_for(tmp_path: Path) -> None:
    """SQLite takes such an index for a value that is looked for; otherwise it would read the whole table."""
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    bring_up_to_date(url)
    seen = []
    with create_engine(url, poolclass=NullPool).connect() as connection:
        for table in Base.metadata.sorted_tables:
            for index in table.indexes:
                holds = str(index.dialect_options["sqlite"]["where"])
                if holds not in {f"{column.name} IS NOT NULL" for column in index.columns}:
                    continue
                looked_for = " AND ".join(f'"{column.name}" = 1' for column in index.columns)
                plan = connection.execute(text(f'EXPLAIN QUERY PLAN SELECT id FROM "{table.name}" WHERE {looked_for}'))
                assert f"USING INDEX {index.name}" in plan.one().detail.replace("COVERING ", "")
                seen.append(index.name)
    assert "uq_idea_table_card" in seen
