"""How a field is called: `members.0.name` in data and errors, `members-0-name` in HTML."""


def joined(prefix: str, key: str) -> str:
    return f"{prefix}-{key}" if prefix else key


def id_of(name: str) -> str:
    return f"f-{name}"


def path_of(name: str) -> str:
    return name.replace("-", ".")
