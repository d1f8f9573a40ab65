"""The cloud's REST APIs: asked within limits, and no more than a cloud that is ill can bear."""

from harness.adapters.cloud.api import OpenStackCloud as OpenStackCloud
from harness.adapters.cloud.login import connect as connect
