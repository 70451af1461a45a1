"""The Socket.IO door: operations by acknowledgement, watching, telling."""

from workshop.live.door import open_door

__all__ = ["open_door"]
