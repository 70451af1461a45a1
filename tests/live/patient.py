"""`workshop serve` that lets a client leave thousands of packets unread, says which way they go, and may ping often."""

import os

from workshop import engine


def main() -> None:
    """Run the command line."""
    engine.start(engine.chosen_mode())
    from workshop.cli.commands import cli
    from workshop.extensions import socketio
    from workshop.live import fast_send, lines

    lines.MOST_WAITING = 100_000
    frame_of, finish = fast_send.frame_of, fast_send.finish
    said = set()

    def say_once(what: str) -> None:
        if what not in said:
            said.add(what)
            print(what, flush=True)

    def straight(packet: object) -> bytes:
        say_once("A packet goes straight.")
        return frame_of(packet)

    def in_parts(websocket: object, rest: bytes) -> None:
        say_once("A packet goes in parts.")
        finish(websocket, rest)

    fast_send.frame_of, fast_send.finish = straight, in_parts
    if seconds := float(os.environ.get("PING_SECONDS", 0)):
        socketio.server_options |= {"ping_interval": seconds, "ping_timeout": seconds}
    cli(prog_name="workshop")


if __name__ == "__main__":
    main()
