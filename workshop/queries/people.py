"""Reads about participants and users."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.models import Participant
from workshop.tokens import digest


def participants_by_token(session: Session, secret: str, tokens: Iterable[str]) -> list[UUID]:
    """The participants whose tokens these are; removed ones too, so that they can be told."""
    digests = [digest(secret, token) for token in tokens]
    if not digests:
        return []
    return list(session.scalars(select(Participant.id).where(Participant.token_digest.in_(digests))))
