"""`workshop …` and `python -m workshop`: starts the async engine ahead of everything else, then the command."""

import os
import sys

from workshop import engine


def main() -> None:
    """Run the command line."""
    # What it writes is for its owner's eyes only: people's words, and the links that lead to their places.
    os.umask(0o077)
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    if command == "serve":
        try:
            engine.start(engine.chosen_mode())
        except ValueError as error:
            sys.exit(str(error))
    # Flask and SQLAlchemy take their locks when they are imported, so the engine has to run by then.
    from workshop.cli.commands import cli

    cli(prog_name="workshop")


if __name__ == "__main__":
    main()
