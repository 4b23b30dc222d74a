"""Show a sensitive value in part, and know it again when it comes back unchanged."""

from engine.domain.identity import mask_id
from engine.form_definitions.components import Check, Field, NumberField

STARS = "****"


def masked(field: Field, value: object) -> str:
    """Never longer than needed and never the value itself; empty stays empty."""
    if value is None or value == "":
        return ""
    text = str(value)
    if isinstance(field, NumberField):
        return STARS
    if field.check is Check.PHONE and len(text) > 7:
        return f"{text[:3]}{STARS}{text[-4:]}"
    return mask_id(text) if len(text) > 5 else text[:1] + STARS


def kept(field: Field, posted: str, stored: object) -> object:
    """The stored value when its mask came back as it was shown, otherwise what was posted."""
    return stored if posted and posted == masked(field, stored) else posted
