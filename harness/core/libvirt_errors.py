"""What errors of libvirt's mean. The library itself is not needed to read them."""

_NO_DOMAIN = 42  # VIR_ERR_NO_DOMAIN
_NO_METADATA = 80  # VIR_ERR_NO_DOMAIN_METADATA


def domain_is_gone(error: Exception) -> bool:
    """Tell whether libvirt has no such domain any more."""
    return _code(error) == _NO_DOMAIN


def has_no_metadata(error: Exception) -> bool:
    """Tell whether a domain carries no metadata of the kind that was asked for."""
    return _code(error) == _NO_METADATA


def _code(error: Exception) -> int | None:
    number = getattr(error, "get_error_code", lambda: None)()
    return number if isinstance(number, int) else None
