"""The image lab-linux really boots, and says so on the serial console."""

import pytest

from tests.lab.conftest import LabCloud, wait_for
from tests.lab.servers import booted, image

pytestmark = [pytest.mark.lab, pytest.mark.filterwarnings("ignore")]
SPEAKS = "Linux version"


def test_lab_linux_boots(cloud: LabCloud) -> None:
    with booted(cloud, "102", imageRef=image(cloud, "lab-linux")) as server:

        def console() -> str:
            body = {"os-getConsoleOutput": {}}
            answer = cloud.api.compute.post(f"/servers/{server}/action", json=body)
            return str(answer.json().get("output", ""))

        try:
            wait_for(lambda: "lab-linux: up" in console(), "the guest to boot", 120)
        except AssertionError:
            if cloud.lab.virt_type == "kvm" and SPEAKS not in console():
                pytest.skip("no Linux kernel gets as far as to speak on this machine's KVM")
            raise
