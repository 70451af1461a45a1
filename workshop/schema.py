"""Bringing a database up to date with the code, and refusing one that is newer."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from workshop import database
from workshop.config import SettingsError, resource_dir

# Any number, the same for everybody who migrates one PostgreSQL database.
LOCK = 7_103_001


def bring_up_to_date(url: str) -> str | None:
    """Run the migrations that are missing, all or none; the newest revision if there were any.

    Two processes that start at once wait for each other. Raises SettingsError for a database
    that a newer release has written.
    """
    engine = create_engine(url, poolclass=NullPool)
    database.tune(engine)
    try:
        with engine.connect() as connection:
            if is_up_to_date(connection):
                return None
        with database.writing(engine).connect() as connection:
            if engine.dialect.name == "sqlite":
                # Rebuilding a table drops it for a moment. Cannot be switched inside a transaction.
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            with connection.begin():
                return _upgrade(connection)
    finally:
        engine.dispose()


def is_up_to_date(connection: Connection) -> bool:
    """Whether it is of this release."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def _upgrade(connection: Connection) -> str | None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    newest = scripts.get_current_head()
    present = MigrationContext.configure(connection).get_current_revision()
    if present == newest:
        return None
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise SettingsError(
            f"The database is newer than this Workshop (its revision is {present}, the newest known here {newest}). "
            "Start the release that wrote it, or a later one."
        )
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration would leave {len(broken)} rows that point nowhere")
    return newest


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings without an ini file, so that they are the same in a checkout and in a wheel."""
    config = Config()
    # A per cent sign in the folder's name would be read as an interpolation.
    config.set_main_option("script_location", str(resource_dir("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
