"""The options that say where the views of a cloud are asked, and for how long."""

from oslo_config import cfg

CLOUD = [
    cfg.StrOpt(
        "name",
        help="Cloud of clouds.yaml to watch. Default: OS_CLOUD, else the embedded lab.",
    ),
    cfg.FloatOpt(
        "request_timeout",
        default=30.0,
        min=1,
        help="Seconds that one request to an API may take.",
    ),
]
LIBVIRT = [
    cfg.StrOpt(
        "uri",
        default="",
        help=(
            "libvirt URI of a compute host; {host} stands for nova's name of the host, for example "
            "qemu+ssh://nova@{host}/system?no_tty=1. Without it the domains are not seen and "
            "their rules are UNKNOWN."
        ),
    ),
    cfg.FloatOpt(
        "timeout",
        default=30.0,
        min=1,
        help="Seconds that a compute host's libvirt may take to answer; all are asked at once.",
    ),
]
HOST = [
    cfg.StrOpt(
        "probe",
        default="",
        help=(
            "Command that starts a Python 3.6 or newer on a compute host, which then reads the "
            "host probe from its standard input; {host} stands for nova's name of the host, for "
            "example: ssh -o ConnectTimeout=5 nova@{host} sudo -n python3 -. Without it the files, "
            "processes and interfaces of the hosts are not looked at, and their rules are skipped. "
            "Default for the lab: the lab's own; 'off' switches it off."
        ),
    ),
    cfg.FloatOpt(
        "timeout",
        default=30.0,
        min=1,
        help="Seconds that the probe of a compute host may take; all are asked at once.",
    ),
    cfg.StrOpt(
        "instances_path",
        default="/var/lib/nova/instances",
        help="Nova's instances_path on the compute hosts. The lab's is known.",
    ),
    cfg.StrOpt(
        "libvirt_path",
        default="/var/lib/libvirt",
        help="Where libvirt keeps NVRAM, saved memory and TPMs of guests on the compute hosts.",
    ),
    cfg.IntOpt(
        "most",
        default=10000,
        min=1,
        help=(
            "Files that a folder of a compute host may have, and disks that all its instances may "
            "have. An instance with more is not read to its end, and what rests on its files is "
            "UNKNOWN; of any other folder the view is."
        ),
    ),
]
NOVA_DATABASE = [
    cfg.MultiStrOpt(
        "url",
        default=[],
        secret=True,
        help=(
            "SQLAlchemy URL of the database of one of nova's cells, for a user who can only read "
            "it: mysql+pymysql://reader:PASSWORD@db/nova_cell1; once for each cell, cell0 too. "
            "Without it no database is looked at, and the rules of databases are skipped. "
            "Default for the lab: the lab's own; 'off' switches it off."
        ),
    ),
    cfg.FloatOpt(
        "timeout",
        default=30.0,
        min=1,
        help="Seconds that a look at a database may take; all are asked at once.",
    ),
    cfg.IntOpt(
        "most",
        default=200000,
        min=1,
        help="Rows that a table of a database may give; with more its view is UNKNOWN.",
    ),
]
