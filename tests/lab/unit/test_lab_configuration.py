import configparser
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from harness.lab import configuration, passwords, services
from harness.lab.configuration import Plan
from harness.lab.layout import HOSTS, Layout
from harness.lab.settings import Settings

PASSWORDS = {name: f"secret{name}" for name in passwords.NAMES}
STATE = Path("/srv/lab")
SETTINGS = Settings(port_offset=100, audit_interval=7, reaper_interval=8, power_sync_interval=9)


@pytest.fixture
def plan() -> Plan:
    return Plan(Layout(STATE), SETTINGS, PASSWORDS, "kvm")


@pytest.fixture
def files(plan: Plan) -> dict[Path, tuple[str, int]]:
    return configuration.rendered(plan)


def parsed(text: str) -> configparser.ConfigParser:
    ini = configparser.ConfigParser(interpolation=None, strict=True, allow_no_value=True)
    ini.read_string(text)
    return ini


def test_every_ini_file_has_each_section_and_option_once(
    files: dict[Path, tuple[str, int]],
) -> None:
    names = [path for path in files if path.suffix == ".conf" and "rabbitmq" not in path.parts]
    libvirt = [path for path in names if path.name in ("libvirtd.conf", "qemu.conf")]
    for path in set(names) - set(libvirt):
        parsed(files[path][0])


def test_only_the_owner_reads_any_of_them(files: dict[Path, tuple[str, int]]) -> None:
    assert all(mode & 0o077 == 0 for _, mode in files.values())


def test_no_password_is_on_a_command_line(plan: Plan, files: dict[Path, tuple[str, int]]) -> None:
    assert "secret" not in files[STATE / "etc" / "supervisord.conf"][0]
    commands = [word for one in services.declared(plan.place) for word in one.command]
    assert not [word for word in commands if "secret" in word]


def test_supervisor_has_one_program_for_each_service(
    plan: Plan, files: dict[Path, tuple[str, int]]
) -> None:
    ini = parsed(files[STATE / "etc" / "supervisord.conf"][0])
    declared = [service.name for service in services.declared(plan.place)]
    assert [f"program:{name}" for name in declared] == [
        section for section in ini.sections() if section.startswith("program:")
    ]
    assert len(set(declared)) == 18
    assert all(ini[f"program:{name}"]["autorestart"] == "false" for name in declared)


def test_each_compute_is_a_host_of_its_own(files: dict[Path, tuple[str, int]]) -> None:
    seen = []
    for number, host in enumerate(HOSTS, 1):
        ini = parsed(files[STATE / "etc" / "nova" / f"nova-compute-{number}.conf"][0])
        assert ini["DEFAULT"]["host"] == host
        assert ini["DEFAULT"]["update_resources_interval"] == "7"
        assert ini["DEFAULT"]["running_deleted_instance_poll_interval"] == "8"
        assert ini["DEFAULT"]["sync_power_state_interval"] == "9"
        assert f"/hosts/{host}/run/libvirt-sock" in ini["libvirt"]["connection_uri"]
        assert "database" not in ini
        seen.append(ini["DEFAULT"]["my_ip"])
    assert len(set(seen)) == len(HOSTS)


def test_fake_hosts_run_in_one_service_of_their_own(plan: Plan) -> None:
    assert not [one for one in services.declared(plan.place) if "fake" in one.name]
    many = replace(plan, settings=replace(SETTINGS, fake_hosts=3))
    (fake,) = (one for one in services.declared(many.place) if "fake" in one.name)
    assert fake.environment["HARNESS_LAB_FAKE_HOSTS"] == "fake1 fake2 fake3"
    conf = STATE / "etc" / "nova" / "nova-compute-fake.conf"
    ini = parsed(configuration.rendered(many)[conf][0])
    assert ini["DEFAULT"]["compute_driver"].startswith("fake.")
    assert "libvirt" not in ini


def test_the_cells_have_databases_of_their_own(files: dict[Path, tuple[str, int]]) -> None:
    nova = STATE / "etc" / "nova"
    assert "/nova_cell0?" in parsed(files[nova / "nova.conf"][0])["database"]["connection"]
    assert "/nova_cell1?" in parsed(files[nova / "nova-cell1.conf"][0])["database"]["connection"]


def test_the_port_offset_reaches_the_clouds_entry(files: dict[Path, tuple[str, int]]) -> None:
    entry = yaml.safe_load(files[STATE / "clouds.yaml"][0])["clouds"]["lab"]
    assert entry["auth"]["auth_url"] == "http://127.0.0.1:18600/v3"
    assert entry["auth"]["password"] == PASSWORDS["admin"]


def test_hosts_of_all_labs_have_different_uuids() -> None:
    uuids = {configuration.host_uuid(Path(state), host) for state in ("/a", "/b") for host in HOSTS}
    assert len(uuids) == 4


@pytest.mark.filterwarnings("ignore")
def test_every_option_of_tempest_conf_is_known_to_tempest(plan: Plan) -> None:
    from tempest import config

    known: dict[str, set[str]] = {"oslo_concurrency": {"lock_path"}}
    for group, options in config.list_opts():
        name = "DEFAULT" if group is None else getattr(group, "name", group)
        known.setdefault(name, set()).update(option.dest for option in options)
    ini = parsed(tempest_text(plan))
    for section in ini.sections():
        unknown = set(ini[section]) - set(ini.defaults()) - known[section]
        assert not unknown, (section, unknown)


def test_tempest_may_resize_migrate_shelve_suspend_rescue_and_snapshot(plan: Plan) -> None:
    features = parsed(tempest_text(plan))["compute-feature-enabled"]
    wanted = ("resize", "cold_migration", "live_migration", "shelve", "suspend", "rescue")
    assert all(features[name] == "true" for name in (*wanted, "snapshot"))


def tempest_text(plan: Plan) -> str:
    return configuration.tempest_conf(
        plan,
        image_ref="1",
        image_ref_alt="2",
        flavor_ref="101",
        flavor_ref_alt="102",
        live_migration=True,
        network_extensions="all",
    )
