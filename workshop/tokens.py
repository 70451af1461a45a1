"""What is derived from the server's secret: tokens, receipts, codes, digests."""

import hmac
import secrets
from functools import lru_cache
from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters without 0, O, 1 and I."""
CODE_LENGTH = 8


def derive(secret: str, purpose: str, value: str) -> str:
    """HMAC-SHA256 (RFC 2104) of `value` for one purpose, as 64 hexadecimal digits."""
    made = _keyed(secret).copy()
    made.update(f"{purpose}\0{value}".encode())
    return made.hexdigest()


@lru_cache(maxsize=8)
def _keyed(secret: str) -> hmac.HMAC:
    # To begin one anew takes several times as long as what is derived.
    return hmac.new(secret.encode(), digestmod="sha256")


def new_code() -> str:
    """A random code of eight characters without look-alikes (40 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_link_token() -> str:
    """128 random bits for an address, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def clean_code(text: str) -> str:
    """A code as people write it, in capitals, without spaces and dashes."""
    return "".join(character for character in text.upper() if character.isalnum())


def spaced_code(code: str) -> str:
    """A code as it is read: two groups of four."""
    return f"{code[:4]} {code[4:]}"


def participant_token(secret: str, participant: UUID) -> str:
    """What a participant's cookie holds."""
    return derive(secret, "participant", str(participant))


def receipt_code(secret: str, participant: UUID) -> str:
    """The eight characters that take a participant's place back on another device."""
    number = int(derive(secret, "receipt", str(participant)), 16)
    code = ""
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        code += ALPHABET[rest]
    return code


def digest(secret: str, value: str) -> str:
    """What the database keeps of a token or receipt."""
    return derive(secret, "digest", value)


def link_token(secret: str, link: UUID) -> str:
    """The token in a one-time link's address: the link's id and a proof of it."""
    return f"{link.hex}{derive(secret, 'link', str(link))[:32]}"


def link_of_token(secret: str, token: str) -> UUID | None:
    """The one-time link a token belongs to; None when it was not made here."""
    if len(token) != 64 or not token.isalnum() or not token.isascii():
        return None
    try:
        link = UUID(hex=token[:32])
    except ValueError:
        return None
    return link if hmac.compare_digest(link_token(secret, link), token) else None
