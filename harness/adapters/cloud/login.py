"""How one gets in: a cloud of clouds.yaml, and what is wrong where one does not."""

from collections.abc import Callable
from typing import Any

import openstack
from keystoneauth1 import exceptions as ksa
from openstack import exceptions as sdk
from yaml import YAMLError

from harness.adapters.cloud.api import OpenStackCloud
from harness.adapters.cloud.asking import FAILURES, one_line
from harness.adapters.cloud.breaker import Probing
from harness.adapters.cloud.time_limit import TimeLimit, TimelyAdapter
from harness.core.errors import EXIT_UNKNOWN, EXIT_USAGE, HarnessError
from harness.core.redaction import NOTHING, Secrets, secrets_in


def connect(
    name: str,
    *,
    timeout: float,
    config_files: list[str] | None = None,
    probing: Probing | None = None,
    secrets: Secrets = NOTHING,
) -> OpenStackCloud:
    """Log in to a cloud of clouds.yaml.

    ``timeout`` is the limit of one question in seconds, with all that it needs: login, redirects,
    repetitions; ``secrets`` are what else than the cloud's own must not show. Raises HarnessError
    with EXIT_USAGE where the cloud is not configured or refuses the credentials, with EXIT_UNKNOWN
    where it is not there.
    """
    limit = TimeLimit(timeout)
    limit.begin()
    try:
        opened = _opener(name, config_files)
        connection = opened(limit)
        secrets |= Secrets.of(secrets_in(connection.config.config))
        connection.authorize()
    except (ksa.Unauthorized, sdk.ConfigException, ksa.MissingRequiredOptions) as error:
        raise HarnessError(_refusal(name, error, secrets), EXIT_USAGE) from error
    except (ksa.AuthPluginException, ksa.NoMatchingPlugin, TypeError, AttributeError) as error:
        raise HarnessError(_refusal(name, error, secrets), EXIT_USAGE) from error
    except YAMLError as error:
        raise HarnessError(_no_yaml(name, error), EXIT_USAGE) from None
    except FAILURES as error:
        if _refused(error):
            raise HarnessError(_refusal(name, error, secrets), EXIT_USAGE) from error
        raise HarnessError(
            f"cloud {name!r} does not answer: {one_line(error, secrets)}; is it up, and is "
            "auth_url right?",
            EXIT_UNKNOWN,
        ) from error
    return OpenStackCloud.first(connection, name, opened, limit, probing or Probing(), secrets)


def _opener(name: str, config_files: list[str] | None) -> Callable[[TimeLimit], Any]:
    def opened(limit: TimeLimit) -> Any:
        loader = openstack.config.OpenStackConfig(
            config_files=config_files, app_name="harness", load_envvars=config_files is None
        )
        _check_settings(name, loader.cloud_config)
        region = loader.get_one(cloud=name, api_timeout=limit.seconds)
        connection = openstack.connection.Connection(config=region)
        for scheme in ("http://", "https://"):
            connection.session.session.mount(scheme, TimelyAdapter(limit))
        return connection

    return opened


def _check_settings(name: str, config: Any) -> None:
    """Raise HarnessError where the settings of a cloud, or its ``auth``, are no mapping: the SDK
    would fail in words of its own. What stands there is not shown, it may be a password."""
    clouds = config.get("clouds") if isinstance(config, dict) else None
    settings = clouds.get(name, {}) if isinstance(clouds, dict) else {}
    if not isinstance(settings, dict):
        wrong, what = settings, "its settings must be a mapping, with 'auth' among them"
    else:
        wrong, what = settings.get("auth", {}), "'auth' must be a mapping of auth_url and the like"
    if not isinstance(wrong, dict):
        raise HarnessError(
            f"cloud {name!r} cannot be used: {what}, found {type(wrong).__name__}; mend clouds.yaml"
        )


def _no_yaml(name: str, error: YAMLError) -> str:
    """Say where a file is no YAML. The error itself quotes the line, which may be a password."""
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1} of {mark.name}" if mark else "clouds.yaml or secure.yaml"
    return f"cloud {name!r} cannot be used: {where} is no YAML; mend it"


def _refused(error: BaseException | None) -> bool:
    """Tell whether an error, or what the SDK made it from, is a refusal of the credentials."""
    while error is not None:
        if 401 in (getattr(error, "http_status", None), getattr(error, "status_code", None)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _refusal(name: str, error: BaseException, secrets: Secrets) -> str:
    if isinstance(error, ksa.Unauthorized) or _refused(error):
        return (
            f"cloud {name!r} refuses the credentials in clouds.yaml (HTTP 401): "
            "mend username, password and project there"
        )
    return (
        f"cloud {name!r} cannot be used: {one_line(error, secrets)}; mend clouds.yaml (see "
        "OS_CLIENT_CONFIG_FILE)"
    )
