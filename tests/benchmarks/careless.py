"""R with a fault: it forgets to tell, or tells twice, or fails the first time."""

import sys

from benchmarks import bare

told = bare.contribute
FAULT = sys.argv[2]
seen: set[str] = set()


def contribute(note):  # type: ignore[no-untyped-def]
    """Every fourth note goes wrong."""
    number = len(seen)
    seen.add(note["key"])
    if number % 4 == 0 and FAULT == "forgets":
        return {"ok": True, "key": note["key"]}
    if number % 4 == 0 and FAULT == "repeats":
        told(note)
    if number % 4 == 0 and FAULT == "stumbles":
        return {"ok": False, "key": note["key"], "code": "failed", "message": "", "fields": {}}
    if number % 4 == 0 and FAULT == "refuses":
        return {"ok": False, "key": note["key"], "code": "closed", "message": "It is over.", "fields": {}}
    return told(note)


bare.socketio.on("idea.contribute")(contribute)

if __name__ == "__main__":
    bare.main()
