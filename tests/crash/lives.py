"""A server that is born again each time it dies: `python -m tests.crash.lives VARIANT CRASHES`.

Everything is imported, put together and done once; each life is a fork of that, so that two hundred deaths take
seconds. For the tests alone: what is broken here is broken nowhere in the product.
"""

import gc
import os
import posix
import signal
import sys
import time
from typing import Any

from workshop import engine

LATE = 0.1
"""Seconds by which the commit follows an acknowledgement that did not wait for it."""


def break_it(variant: str) -> None:
    """Make the server one of those that the checks have to catch."""
    from workshop.live import door
    from workshop.perform import Done, fresh_key, perform

    def acknowledge_before_commit(store: Any, by: Any, what: Any, form: Any, key: Any) -> Done:
        def later() -> None:
            time.sleep(LATE)
            perform(store, by, what, form, key)

        engine.background(later)
        return Done(what.name, str(key), ("idea", key), {})

    def forget_keys(store: Any, by: Any, what: Any, form: Any, key: Any) -> Done:
        return perform(store, by, what, form, fresh_key())

    variants = {"acknowledge before commit": acknowledge_before_commit, "no idempotency": forget_keys}
    if variant != "product":
        door.perform = variants[variant]  # type: ignore[assignment]


def warm_up(app: Any) -> None:
    """Do at a table of its own what every life would have to learn anew: statements, templates, catalogues."""
    from tests.factories.cafes import open_round
    from tests.factories.events import make_event
    from tests.factories.people import enter, join
    from tests.factories.processes import make_process
    from workshop.live import telling
    from workshop.live.connections import Connection, Room
    from workshop.perform import fresh_key
    from workshop.queries.viewing import heads, viewer_in_event, watch

    store, door = app.extensions["workshop"], app.extensions["workshop_live"]
    # Whoever shares a commit yields to the others first, which would start the hub that a fork may not share.
    store.together = False
    event = make_event(store, make_process(store))
    anna = join(store, event)
    open_round(store, event)
    table = str(event.tables[0])
    note = {"key": str(fresh_key()), "table": table, "round": str(event.rounds[0]), "kind": "idea", "text": "Warm"}
    door.connections.add(Connection("warm", anna.actor, "table", "en"))
    for _ in range(2):
        assert door.operate("idea.contribute", "warm", note)["ok"]
    door.connections.remove("warm")
    browser = app.test_client()
    enter(browser, store, anna.actor)
    assert browser.get(f"/tables/{table}").status_code == 200
    with app.app_context(), store.reading() as session:
        for channel in (f"table:{table}", f"cafe:{event.cafe}", f"list:{event.id}", f"person:{anna.id}"):
            audience, standing = watch(session, anna.actor, channel)
            viewer_in_event(session, standing)
            newest = heads(session, [channel])[channel]
            touched = telling.touched_between(session, channel, 0, newest)
            read = telling.read_now(session, channel, "table", audience, touched)
            telling.change(Room(channel, "table", "en", audience), 0, newest, [], read)
    # Connections may not be shared by two lives.
    store.engine.dispose()
    store.together = True


def live(app: Any, listening: Any, crash: bool) -> None:
    """One life, which ends by SIGKILL right after its first new note is committed where `crash` says so."""
    from workshop.cli import serving

    def between_commit_and_acknowledgement(recorded: Any) -> None:
        if recorded.operation == "idea.contribute":
            os.kill(os.getpid(), signal.SIGKILL)

    if crash:
        # The first of those that perform calls after the commit, so that nobody has heard of it.
        app.extensions["workshop"].listeners.insert(0, between_commit_and_acknowledgement)
    serving.run(app, listening)


def main(variant: str, crashes: int) -> None:
    """Live until a life ends otherwise than by SIGKILL."""
    engine.start(engine.chosen_mode())
    from workshop import assembly
    from workshop.cli import serving
    from workshop.config import Settings

    break_it(variant)
    settings = Settings.from_environment()
    serving.prepare_database(settings)
    listening = serving.listen(settings)
    app = assembly.assemble(settings)
    warm_up(app)
    print(f"Workshop runs at http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    # What all lives share is walked through by none of them, so that it need not be copied.
    gc.freeze()
    # The unpatched calls: waiting in the parent must not start eventlet's hub, which a fork would share.
    while (pid := posix.fork()) != 0:
        print(f"life {pid}", flush=True)
        _, status = posix.waitpid(pid, 0)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.exit(f"A life ended with {status}.")
        crashes -= 1
    live(app, listening, crashes > 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
