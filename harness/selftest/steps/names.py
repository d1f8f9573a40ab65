"""Names such as tests give."""

import secrets


def of_a_test(what: str) -> str:
    """Return a name such as tempest gives to what a test class makes."""
    return f"tempest-SelfTest-{what}-{secrets.randbelow(2**31 - 1) + 1}"


def of_a_run(prefix: str, what: str) -> str:
    """Return a name such as a soak's first iteration gives to what a test class makes."""
    return f"{prefix}i1-SelfTest-{what}-{secrets.randbelow(2**31 - 1) + 1}"


def of_a_project() -> str:
    """Return a name such as tempest gives to the project of a test class."""
    return f"tempest-SelfTest-{secrets.randbelow(2**31 - 1) + 1}"
