"""For whom what is read is drawn."""

import enum


class Audience(enum.StrEnum):
    """For whom a fragment is rendered."""

    EVERYBODY = "everybody"
    STAFF = "staff"
    OWN = "own"
