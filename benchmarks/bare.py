"""R, what the product is compared with: a bare Flask-SocketIO server as `socketio.run` starts it on eventlet.

It puts people into rooms, passes a note on to its room, acknowledges it, and keeps nothing.
"""

import sys
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

# Silenced first, and what follows has to find eventlet's own sockets: neither can stand further up.
import eventlet  # noqa: E402

eventlet.monkey_patch()

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")


@socketio.on("watch")
def watch(channels):
    """Enter rooms."""
    for channel in channels:
        join_room(channel)
    return {"ok": True}


@socketio.on("idea.contribute")
@socketio.on("vote.cast")
@socketio.on("comment.write")
def contribute(note):
    """Pass a note, or what is said to one, on to its table."""
    emit("change", note, to=f"table:{note['table']}")
    return {"ok": True, "key": note["key"]}


@socketio.on("announcement.make")
def announce(said):
    """Pass something on to everybody."""
    emit("change", {"channel": "cafe:", **said}, to="cafe:")
    return {"ok": True, "key": said["key"]}


def main():
    """Run it on a port."""
    port = int(sys.argv[1])
    print(f"Workshop runs at http://127.0.0.1:{port}", flush=True)
    socketio.run(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main()
