"""Hash passwords (argon2id) and make the codes and tokens that prove who somebody is."""

import base64
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.domain.sign_in import LONGEST, normalised

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Of a password nobody knows: a name without an account takes as long as one with a wrong password.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$mncEoI5ZfiPL4goJLRJ6pQ$JecbOmbUEx5tbn7k9nQxMFn06w38b+JG3KxWj0L/X74"


def hash_password(password: str) -> str:
    return _HASHER.hash(normalised(password))


def is_password(stored: str | None, password: str) -> bool:
    """Takes the same time whether or not there is anything stored."""
    try:
        is_right = _HASHER.verify(stored or NOBODY, normalised(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and stored is not None


def is_of_today(stored: str) -> bool:
    """Hashed as hash_password() does it now?"""
    return not _HASHER.check_needs_rehash(stored)


def new_token() -> str:
    """256 bits, for cookies."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """80 bits in four groups that can be read out and typed: ABCD-EFGH-IJKL-MNOP."""
    letters = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def digest_of_code(code: str) -> bytes:
    """Whatever case and signs it was typed with."""
    return digest_of_token("".join(letter for letter in code.upper() if letter.isalnum()))


def digest_of_token(token: str) -> bytes:
    """Enough for what is long and random; never for what people choose."""
    return hashlib.sha256(token.encode()).digest()
