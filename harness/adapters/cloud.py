"""The cloud's REST APIs, through openstacksdk's adapters.

Resources of the SDK are not used: a thousand servers cost seconds of CPU as SDK objects, and a
failed version discovery makes them fall back in silence to microversion 2.1.
"""

from collections.abc import Callable, Mapping
from functools import partial
from json import detect_encoding
from typing import Any

import openstack
import requests
from keystoneauth1 import exceptions as ksa
from openstack import exceptions as sdk
from yaml import YAMLError

from harness.core.errors import EXIT_UNKNOWN, EXIT_USAGE, HarnessError
from harness.core.ports import Absent, Unreachable
from harness.core.redaction import NOTHING, Secrets, secrets_in

_SERVICES = {"compute", "placement", "identity", "network", "image", "block_storage"}
_OPTIONAL = {"block_storage": {"block-storage", "block-store", "volumev3"}}
"""The services that a cloud may do without, and the types that stand for them in a catalog."""

_FAILURES = (ksa.ClientException, sdk.SDKException, requests.RequestException, OSError, ValueError)


class OpenStackCloud:
    """A cloud of clouds.yaml, asked with a time limit and few retries.

    ``secrets`` show in no answer and in no error.
    """

    def __init__(
        self,
        connection: Any,
        name: str,
        connect_anew: Callable[[], Any],
        retries: int = 1,
        secrets: Secrets = NOTHING,
    ) -> None:
        self.name = name
        self.secrets = secrets
        self._connect_anew = connect_anew
        self._connection = connection
        self._retries = retries

    @property
    def connection(self) -> Any:
        """The SDK's connection, for whoever changes the cloud; what observes it only gets."""
        return self._connection

    def get(
        self,
        service: str,
        path: str,
        *,
        microversion: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """GET a path of a service; see ``ports.Cloud``. Raises Unreachable.

        What fields of secrets hold (``core.redaction``) never leaves this method.
        """
        if service not in _SERVICES:
            raise KeyError(service)
        try:
            if service in _OPTIONAL and not _OPTIONAL[service] & self._listed():
                raise Absent(f"the catalog of the cloud has no {service.replace('_', ' ')} service")
            answer = getattr(self._connection, service).get(
                path,
                microversion=microversion,
                params=dict(params or {}),
                connect_retries=self._retries,
                status_code_retries=self._retries,
            )
            if answer.status_code >= 400:
                reason = self._told().shown(" ".join(answer.text.split()))[:200]
                raise Unreachable(
                    f"{service} {path}: HTTP {answer.status_code}: {reason}", answer.status_code
                )
            return self._told().read(answer.content.decode(detect_encoding(answer.content)))
        except _FAILURES as error:
            reason = _line(error, self._told())
            raise Unreachable(f"{service} {path}: {reason}") from error

    def _told(self) -> Secrets:
        """Return all secrets, the token of the session too: services log it, and some echo it."""
        access = getattr(self._connection.session.auth, "auth_ref", None)
        return self.secrets | Secrets.of([access.auth_token]) if access else self.secrets

    def _listed(self) -> set[str]:
        """Return the types of the services in the catalog that came with the token."""
        session = self._connection.session
        return {item["type"] for item in session.auth.get_access(session).service_catalog.catalog}

    def another(self) -> "OpenStackCloud":
        """Return the same cloud by a connection of its own, for another thread: a connection of
        openstacksdk is not to be shared by threads. It logs in when it is first asked."""
        anew = self._connect_anew
        return OpenStackCloud(anew(), self.name, anew, self._retries, self.secrets)

    def close(self) -> None:
        self._connection.close()


def connect(
    name: str,
    *,
    timeout: float,
    config_files: list[str] | None = None,
    secrets: Secrets = NOTHING,
) -> OpenStackCloud:
    """Log in to a cloud of clouds.yaml.

    ``timeout`` is the limit of one request in seconds; ``secrets`` are what else than the cloud's
    own must not show. Raises HarnessError with EXIT_USAGE where
    the cloud is not configured or refuses the credentials, with EXIT_UNKNOWN where it is not there.
    """
    try:
        connection = _connection(name, timeout, config_files)
        secrets |= Secrets.of(secrets_in(connection.config.config))
        connection.authorize()
    except (ksa.Unauthorized, sdk.ConfigException, ksa.MissingRequiredOptions) as error:
        raise HarnessError(_refusal(name, error, secrets), EXIT_USAGE) from error
    except (ksa.AuthPluginException, ksa.NoMatchingPlugin, TypeError, AttributeError) as error:
        raise HarnessError(_refusal(name, error, secrets), EXIT_USAGE) from error
    except YAMLError as error:
        raise HarnessError(_no_yaml(name, error), EXIT_USAGE) from None
    except _FAILURES as error:
        if _refused(error):
            raise HarnessError(_refusal(name, error, secrets), EXIT_USAGE) from error
        raise HarnessError(
            f"cloud {name!r} does not answer: {_line(error, secrets)}; is it up, and is auth_url "
            "right?",
            EXIT_UNKNOWN,
        ) from error
    anew = partial(_connection, name, timeout, config_files)
    return OpenStackCloud(connection, name, anew, secrets=secrets)


def _no_yaml(name: str, error: YAMLError) -> str:
    """Say where a file is no YAML. The error itself quotes the line, which may be a password."""
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1} of {mark.name}" if mark else "clouds.yaml or secure.yaml"
    return f"cloud {name!r} cannot be used: {where} is no YAML; mend it"


def _connection(name: str, timeout: float, config_files: list[str] | None) -> Any:
    loader = openstack.config.OpenStackConfig(
        config_files=config_files, app_name="harness", load_envvars=config_files is None
    )
    region = loader.get_one(cloud=name, api_timeout=timeout)
    return openstack.connection.Connection(config=region)


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
        f"cloud {name!r} cannot be used: {_line(error, secrets)}; mend clouds.yaml (see "
        "OS_CLIENT_CONFIG_FILE)"
    )


def _line(error: BaseException, secrets: Secrets) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return secrets.shown(text)[:300]
