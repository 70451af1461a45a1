"""The browser's modules: their own tests, and that they read the table of conditions as the server does."""

import itertools

from tests.browser_modules.node import HERE, as_seen, node
from workshop.queries.viewing import Viewer
from workshop.render.viewing import conditions, mine, shown, vote


def test_the_modules_pass_their_own_tests() -> None:
    files = [str(path) for path in sorted(HERE.glob("*.test.js"))]
    done = node("--test", *files)
    assert done.returncode == 0, done.stdout + done.stderr


def fragment(viewer: Viewer | None) -> str:
    words = [*conditions(), "author host", "participant moderator"]
    notes = "".join(
        f'<li data-thing="{thing}" data-table="{table}"{mine(viewer, thing)}>'
        + "".join(f"<i {shown(viewer, word, thing, table)}></i>" for word in words)
        + f"<button {vote(viewer, thing)}></button></li>"
        for thing, table in (("mine", "t1"), ("other", "t2"))
    )
    return f"<ol>{notes}</ol>"


def test_browser_and_server_show_every_viewer_the_same() -> None:
    viewers = [
        Viewer(role=role, seated=seated, hosts=hosts, own=own, voted=own, votes_at=votes_at)
        for role, seated, hosts, own, votes_at in itertools.product(
            ("stranger", "screen", "participant", "innolab", "moderator", "admin"),
            ("yes", "no"),
            ([], ["t1"]),
            ([], ["mine"]),
            ([], ["t2"], ["everywhere"]),
        )
    ]
    shared = [(fragment(None), viewer.as_json()) for viewer in viewers]
    theirs = [(fragment(viewer), None) for viewer in viewers]
    assert as_seen(shared) == as_seen(theirs)
