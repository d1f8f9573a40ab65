"""What to look for in the logs, and which bugs of nova's are known, for each rule.

Log lines are those of nova 34 (nova/compute/manager.py, nova/compute/resource_tracker.py,
nova/scheduler/client/report.py). Numbers are bugs of nova in Launchpad, from the commits that
mended them, unless another project is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """``logs`` are (service, what to grep for beside the thing's own id); ``bugs`` are numbers.

    ``first`` is what to look at before anything is changed.
    """

    first: str
    logs: tuple[tuple[str, str], ...] = ()
    bugs: tuple[str, ...] = ()


GENERAL = Advice("Read the page of the rule in docs/invariants; keep the evidence before you mend.")
_COMPUTE, _SCHEDULER, _PLACEMENT = "nova-compute of the host", "nova-scheduler", "placement"
_AUDIT = (
    (_COMPUTE, "Final resource view: name="),
    (_COMPUTE, "Error updating resources for node"),
)

ADVICE: Mapping[str, Advice] = {
    "domain_has_server": Advice(
        "virsh -c URI dumpxml UUID: the name in nova's metadata tells whose server it was.",
        (
            (_COMPUTE, "Destroying instance with name label"),
            (_COMPUTE, "Error from libvirt during undefine"),
            (_COMPUTE, "instances on the hypervisor"),
        ),
        ("911366", "1285000"),
    ),
    "server_has_domain": Advice(
        "Is the disk still in instances_path/UUID? Then a hard reboot defines the domain anew.",
        ((_COMPUTE, "Instance is unexpectedly not found. Ignore."),),
    ),
    "domain_on_one_host": Advice(
        "If both run, two of them may write one volume: shut off the one that nova does not name.",
        (
            (_COMPUTE, "Live Migration failure"),
            (_COMPUTE, "Destroying instance as it has been evacuated from"),
        ),
        ("1687479", "1721652"),
    ),
    "domain_is_persistent": Advice(
        "virsh -c URI dumpxml UUID: it vanishes when it is shut off, so define it again first.",
        (("libvirtd of the host", "undefine"),),
    ),
    "power_state_is_true": Advice(
        "virsh -c URI domstate --reason UUID tells why it is so.",
        (
            (_COMPUTE, "During _sync_instance_power_state"),
            (_COMPUTE, "Instance shutdown by itself"),
        ),
    ),
    "domain_fits_flavor": Advice(
        "Compare virsh -c URI dumpxml UUID with its flavor; a hard reboot makes it anew.",
        ((_COMPUTE, "Start _get_guest_xml"),),
    ),
    "domain_has_its_volumes": Advice(
        "One too many: pause the guest before anything else (virsh -c URI suspend UUID).",
        (
            (_COMPUTE, "Attaching volume"),
            (_COMPUTE, "Detaching volume"),
            (_COMPUTE, "Failed to detach device"),
            (_COMPUTE, "Failed to swap volume"),
        ),
    ),
    "process_has_domain": Advice(
        "ls -l /proc/PID/fd: which disks has it open? Do not start its server before it is gone.",
        (("libvirtd of the host", "Failed to terminate process"), (_COMPUTE, "Traceback")),
    ),
    "instance_directory_has_server": Advice(
        "Is its domain gone, and has no process its files open (lsof +D)? Then it can go.",
        (
            (_COMPUTE, "Deleting instance files"),
            (_COMPUTE, "Failed to cleanup directory"),
            (_COMPUTE, "Deletion of"),
        ),
        ("1960230", "1769131", "1666831", "1728603", "1285000"),
    ),
    "disk_has_server": Advice(
        "qemu-img info -U FILE: what it rests on and when it was made tell whose it may be.",
    ),
    "backing_file_is_there": Advice(
        "Do not stop the guest: while it runs it has the file open still (ls -l /proc/PID/fd).",
        (
            (_COMPUTE, "Removing base, swap or ephemeral file"),
            (_COMPUTE, "which does not appear in the image service"),
        ),
    ),
    "guest_file_has_domain": Advice(
        "virsh -c URI list --all: is the name in use again? Then that guest has this file already.",
        ((_COMPUTE, "Error from libvirt during undefine"), ("libvirtd of the host", "nvram")),
        ("1997352", "2118888", "2125030"),
    ),
    "interface_has_port": Advice(
        "The first 11 characters of the port's uuid, in the logs of nova-compute and the agent.",
        ((_COMPUTE, "Failed while unplugging vif"), ("the neutron agent of the host", "removed")),
        ("1648840", "1831771", "2151837", "2015092"),
    ),
    "own_process_is_bounded": Advice(
        "ls -l /proc/PID/fd and /proc/PID/smaps_rollup of the harness; then SIGTERM and --resume.",
    ),
    "disk_available_is_true": Advice(
        "df of the instances path, qemu-img info -U of its disks; is [host] instances_path right?",
        _AUDIT,
    ),
    "allocation_has_consumer": Advice(
        "openstack resource provider allocation show UUID, and nova-manage placement audit.",
        (
            (_PLACEMENT, "DELETE"),
            (_COMPUTE, "is not found in the database"),
            (_COMPUTE, "There are allocations remaining against the source host"),
            (_COMPUTE, "allocation held by the migration is leaked"),
        ),
        ("1679750", "1793569", "1859496", "1914777", "1821594", "1825537", "1949808", "1713796"),
    ),
    "server_has_allocation": Advice(
        "nova-manage placement heal_allocations --instance UUID --dry-run.",
        ((_PLACEMENT, "DELETE"), (_COMPUTE, "Skipping heal")),
        ("1741307",),
    ),
    "allocation_equals_flavor": Advice(
        "Compare the allocation with the flavor, and look at the server's last migrations.",
        ((_PLACEMENT, "PUT"), ("nova-conductor", "allocation")),
        ("1715182", "1712045", "1712411", "1712850", "1749215", "1709902", "1829479"),
    ),
    "provider_usage_equals_allocations": Advice(
        "Which class has allocations and no inventory? Was a host's CPU set changed?",
        ((_COMPUTE, "inventory"),),
    ),
    "provider_has_compute_node": Advice(
        "Who holds something of it? Heal those first, then delete the provider.",
        ((_PLACEMENT, "DELETE"), ("nova-api", "os-services")),
        ("1756179", "1811726", "1817833", "1852610", "1853009", "1841481"),
    ),
    "compute_node_is_hypervisor": Advice(
        "nova-manage cell_v2 list_hosts, openstack compute service list: is its host there?",
        (("nova-api", "os-services"), (_COMPUTE, "Deleting orphan compute node")),
        ("1756179", "1852610", "1853009"),
    ),
    "compute_node_is_audited": Advice(
        "The traceback below the error in the log of the host's nova-compute tells what fails.",
        _AUDIT,
        ("2122036",),
    ),
    "instance_is_server": Advice(
        "openstack server show UUID; was it moved between cells (cross_cell_move)?",
        (("nova-conductor", "cross-cell"),),
    ),
    "unfinished_move_is_listed": Advice(
        "openstack server migration list; does its server have a task? Then nova works on it.",
    ),
    "resize_holds_old_flavor": Advice(
        "openstack resource provider allocation show with the uuid of the move, not the server's.",
        ((_PLACEMENT, "PUT"), ("nova-conductor", "allocation")),
    ),
    "tracker_equals_flavors": Advice(
        "Ask again after two audits; with debug the log has each audit's result.",
        _AUDIT,
        ("1818914", "1879878", "1896463", "1944759", "1953359", "1952915", "2025480"),
    ),
    "task_state_ends": Advice(
        "Is the nova-compute of its host up? It ends what it finds begun when it starts.",
        (("nova-api", "already in deleting state"), (_COMPUTE, "Traceback")),
        ("1662626", "1694406", "1837955", "1833581"),
    ),
    "deleted_server_is_gone": Advice(
        "A start of nova-compute on its host ends a delete that was broken off.",
        ((_COMPUTE, "Reclaiming deleted instance"), (_COMPUTE, "Traceback")),
    ),
    "migration_ends": Advice(
        "The logs of both hosts, by the uuid of the server, tell where it stopped.",
        (
            (_COMPUTE, "Migration operation"),
            (_COMPUTE, "Live Migration failure"),
            (_COMPUTE, "Updating resource usage from migration"),
        ),
        ("1470420", "1600304", "1852610"),
    ),
    "no_server_in_error": Advice(
        "openstack server show UUID: its fault, its host; then the events of its requests.",
        ((_SCHEDULER, "No valid host was found"), (_COMPUTE, "Traceback")),
    ),
    "service_reports": Advice(
        "Is the process there? Its log ends where it died, or with what it waits for.",
        (("the service itself", "Traceback"), ("the service itself", "MessagingTimeout")),
        ("1853009",),
    ),
    "port_has_device": Advice(
        "openstack port show PORT: look for the device in the logs near the port's updated_at.",
        ((_COMPUTE, "Failed to delete port"), (_COMPUTE, "Failed to deallocate network")),
        ("1603909", "1510979", "1597596", "2134375", "1404867"),
    ),
    "port_bound_once": Advice(
        "Which move touched that host? openstack server migration list --server UUID.",
        ((_COMPUTE, "binding"),),
        ("1757292", "1960412"),
    ),
    "port_bound_where_server_is": Advice(
        "Where is the domain, and how did the last move end?",
        ((_COMPUTE, "binding"),),
        ("1757292",),
    ),
    "attachment_has_server": Advice(
        "openstack volume attachment show ATTACHMENT: whose server was it, and when was it made?",
        ((_COMPUTE, "Ignoring unknown cinder exception"), (_COMPUTE, "Failed to delete volume")),
        ("2088066", "1784353", "1404867"),
    ),
    "server_volume_has_attachment": Advice(
        "A hard reboot of the server fails now: see who deleted the attachment in cinder's log.",
        (("cinder-api", "attachments"), (_COMPUTE, "VolumeAttachmentNotFound")),
        ("2019078",),
    ),
    "volume_state_ends": Advice(
        "Is its cinder-volume up? The log, by the volume's uuid, tells where it stopped.",
        (("cinder-volume", "Traceback"), ("cinder-volume", "error_deleting")),
        ("1978444", "1970642"),
    ),
    "volume_quota_equals_volumes": Advice(
        "cinder-manage quota check --project-id PROJECT says the same; quota sync puts it right.",
        (("cinder-api", "quota"),),
    ),
    "image_state_ends": Advice(
        "Who was sending the data? For a snapshot nova-compute, by the uuid of its server.",
        (("glance", "Traceback"), (_COMPUTE, "image_uploading")),
    ),
    "shelved_image_has_server": Advice(
        "openstack image show IMAGE: its base server, and what nova logged when that was deleted.",
        (("nova-api", "from shelved instance"),),
    ),
    "nothing_outlives_its_iteration": Advice(
        "The name or the project tells the test class: did its clean-up ask for the DELETE?",
        (("the service that lists it", "DELETE"),),
    ),
    "nothing_left_behind": Advice(
        "The name or the project tells the test class, the times tell the run.",
        (("the service that lists it", "DELETE"),),
    ),
}


def advice_for(rule: str) -> Advice:
    """Return the advice for a rule; one of another distribution has the general one."""
    return ADVICE.get(rule, GENERAL)
