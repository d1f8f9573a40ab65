"""An ML2 mechanism that binds every port as a bare tap, without an agent.

os-vif no longer plugs Linux bridges and not every kernel has Open vSwitch. A tap is what nova makes
by itself; ports are truly bound, guests have no network beyond their tap.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

from typing import Any

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api


class TapMechanismDriver(api.MechanismDriver):
    def initialize(self) -> None:
        pass

    @property
    def connectivity(self) -> str:
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context: Any) -> None:
        segment = context.segments_to_bind[0]
        details = {
            portbindings.CAP_PORT_FILTER: False,
            portbindings.VIF_DETAILS_CONNECTIVITY: self.connectivity,
        }
        context.set_binding(
            segment[api.ID],
            portbindings.VIF_TYPE_TAP,
            details,
            status=constants.PORT_STATUS_ACTIVE,
        )
