"""docker-compose.yml and the Dockerfile, held to the services' table and run without an engine.

Each service's command and health check is started as a local process with the environment the
file gives it; only the addresses of database and broker, the state folder and the port are
replaced.
"""

import os
import re
import subprocess
import sys
import time

import psycopg
import pytest
import yaml

from labsys.launch import compose_secrets, databases, postgres, processes, throwaway
from labsys.launch.services import SERVICES
from labsys.launch.valkey import find_server
from tests.installations import free_ports
from tests.launch.conftest import ROOT

pytestmark = pytest.mark.xdist_group("compose")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
APPLICATION = ("migrate", *(service.name for service in SERVICES))
STATE = "/var/lib/labsys"


def example(**more):
    """The .env of `./lab secrets`, as compose would read it."""
    text = compose_secrets.filled((ROOT / ".env.example").read_text())
    pairs = (line.split("=", 1) for line in text.splitlines() if re.match(r"[A-Z]", line))
    return dict(pairs) | more


def interpolated(value, env):
    """Compose's own ${NAME}, ${NAME:-default}, ${NAME:?message} and $$."""

    def replace(match):
        if match[0] == "$$":
            return "$"
        found = env.get(match["name"], "")
        if found or match["kind"] is None:
            return found
        if match["kind"] == ":-":
            return match["rest"]
        raise KeyError(f"{match['name']}: {match['rest']}")

    pattern = r"\$\$|\$\{(?P<name>[A-Z_]+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}"
    return re.sub(pattern, replace, str(value))


def environment_of(service, env):
    settings = COMPOSE["services"][service].get("environment", {})
    return {key: interpolated(value, env) for key, value in settings.items()}


def test_the_services_are_those_of_the_table():
    assert set(COMPOSE["services"]) == {*APPLICATION, "postgres", "redis"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_commands_and_health_checks_are_those_of_the_table(service):
    values = {"bind": "0.0.0.0", "port": "8000", "var": STATE}
    declared = COMPOSE["services"][service.name]

    assert declared["command"] == ["python", *service.arguments(values)]
    assert declared["healthcheck"]["test"] == [
        "CMD",
        "python",
        *(part.format_map(values) for part in service.health),
    ]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_services_know_the_runtime_role_alone_and_the_web_no_broker(service):
    known = environment_of(service.name, example())

    assert "labsys_runtime" in known["DATABASE_URL"]
    assert "MIGRATE_DATABASE_URL" not in known
    assert ("REDIS_URL" in known) is service.uses_broker
    assert known["LABSYS_SERVICE"] == service.name


def test_migrate_alone_knows_the_owner():
    assert "labsys_owner" in environment_of("migrate", example())["MIGRATE_DATABASE_URL"]


@pytest.mark.parametrize("name", sorted(compose_secrets._MADE))
def test_nothing_starts_without_a_secret(name):
    without = example(**{name: ""})

    with pytest.raises(KeyError, match=f"{name}: run ./lab secrets"):
        for service in COMPOSE["services"]:
            environment_of(service, without)


def test_only_the_web_and_the_listeners_publish_ports_and_only_here_unless_told():
    published = {
        name: [interpolated(port, {}) for port in spec["ports"]]
        for name, spec in COMPOSE["services"].items()
        if spec.get("ports")
    }

    assert published == {
        "web": ["127.0.0.1:8000:8000"],
        "instruments": ["127.0.0.1:15200:15200", "127.0.0.1:12575:12575"],
    }


def test_every_lasting_service_restarts_and_is_asked_how_it_is():
    for name, spec in COMPOSE["services"].items():
        if name == "migrate":
            assert spec["restart"] == "no"
            continue
        assert spec["restart"] == "unless-stopped", name
        assert spec["healthcheck"]["test"], name


def test_what_must_outlive_a_container_is_in_a_named_volume():
    mounts = {
        name: [str(volume).split(":")[:2] for volume in spec.get("volumes", [])]
        for name, spec in COMPOSE["services"].items()
    }

    assert ["postgres", "/var/lib/postgresql"] in mounts["postgres"]
    assert ["beat", f"{STATE}/beat"] in mounts["beat"]
    for name in ("web", "migrate"):
        assert ["static", f"{STATE}/static"] in mounts[name]
    for name in ("web", "worker"):
        assert ["contents", f"{STATE}/contents"] in mounts[name]
    assert set(COMPOSE["volumes"]) == {"postgres", "beat", "static", "contents"}


def test_every_variable_is_explained_in_the_example():
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(?:# )?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))

    assert used - explained == {"LABSYS_VERSION"}


def test_the_image_checks_hashes_and_does_not_run_as_root():
    text = (ROOT / "Dockerfile").read_text()
    users = re.findall(r"^USER (.+)$", text, re.M)

    assert "--require-hashes -r requirements.txt" in re.sub(r"\\\n\s*", "", text)
    assert len(users) == 1
    assert int(users[0]) > 0
    assert text.index("USER ") > text.rindex("RUN ")
    assert not re.search(r"^(ARG|ENV) .*(PASSWORD|SECRET|KEY)", text, re.M)


def test_the_image_holds_every_package_that_is_imported():
    text = (ROOT / "Dockerfile").read_text()
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    for package in ("labsys", "patients", "assays", "consent", "manage.py", "requirements.txt"):
        assert re.search(rf"^COPY {re.escape(package)} ", text, re.M), package
        assert f"!{package}" in sent


class Site:
    """The compose file's servers as local processes: addresses replaced, everything else its own.

    PostgreSQL is a throw-away one whose roles are dropped and made again by the file's script.
    """

    def __init__(self, session, folder):
        self.env = example()
        self.folder = folder
        self.session = session
        self.socket = session.owner.partition("host=")[2]
        self.port, self.broker_port, astm, mllp = free_ports(4)
        (folder / "beat").mkdir()
        (folder / "broker").mkdir()
        (folder / "bin").mkdir()
        (folder / "bin" / "valkey-server").symlink_to(find_server())
        path = f"{folder / 'bin'}:{postgres.find_binaries()}:{os.environ['PATH']}"
        kept = {key: os.environ[key] for key in ("HOME", "LANG") if key in os.environ}
        self.base = {**kept, "PATH": path, "LABSYS_VAR": str(folder), "LC_ALL": "C.UTF-8"}
        self.base |= {"LABSYS_ASTM_PORT": str(astm), "LABSYS_MLLP_PORT": str(mllp)}

    def located(self, text):
        """A value of the file with the containers' addresses replaced by this machine's."""
        for there, here in (
            ("@postgres:5432/labsys", f"@/labsys?host={self.socket}"),
            ("@redis:6379/", f"@127.0.0.1:{self.broker_port}/"),
            ("0.0.0.0:8000", f"127.0.0.1:{self.port}"),
            ("0.0.0.0", "127.0.0.1"),
            ("127.0.0.1:8000/", f"127.0.0.1:{self.port}/"),
            ("--host=127.0.0.1", f"--host={self.socket}"),
            ("printf '", f"printf 'port {self.broker_port}\\nbind 127.0.0.1\\n"),
            ("/run/broker", str(self.folder / "broker")),
            (STATE, str(self.folder)),
        ):
            text = text.replace(there, here)
        return sys.executable if text == "python" else text

    def environment(self, service):
        own = environment_of(service, self.env)
        return self.base | {key: self.located(value) for key, value in own.items()}

    def command(self, service):
        return [
            self.located(interpolated(part, self.env))
            for part in COMPOSE["services"][service]["command"]
        ]

    def start(self, service):
        with open(self.folder / f"{service}.log", "ab") as log:
            return processes.start(
                self.command(service), env=self.environment(service), output=log, cwd=ROOT
            )

    def run(self, command, service, patience=240):
        return subprocess.run(
            command,
            env=self.environment(service),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=patience,
        )

    def is_well(self, service):
        kind, *command = COMPOSE["services"][service]["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run([self.located(part) for part in command], service).returncode == 0

    def wait_until_well(self, service, patience=90):
        end = time.monotonic() + patience
        while not self.is_well(service):
            assert time.monotonic() < end, (self.folder / f"{service}.log").read_text()
            time.sleep(0.5)

    def make_roles(self):
        """Run the script as the image's entry point does on its first start."""
        superuser = self.session.superuser_url("postgres")
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute("DROP DATABASE labsys")
            for role in (databases.OWNER, databases.RUNTIME):
                connection.execute(f"DROP ROLE {role}")
        script = next(
            volume.split(":")[0]
            for volume in COMPOSE["services"]["postgres"]["volumes"]
            if "docker-entrypoint-initdb.d" in volume
        )
        options = ["-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", "--file", script]
        return self.run(["psql", *options, superuser], "postgres")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    joined = (*throwaway._DATABASE, throwaway._SUPERUSER)
    kept = {key: os.environ.pop(key) for key in joined if key in os.environ}
    session = throwaway.start()
    made = Site(session, tmp_path_factory.mktemp("compose"))
    done = made.make_roles()
    assert done.returncode == 0, done.stderr
    yield made
    session.stop()
    os.environ.update(kept)


@pytest.fixture(scope="module")
def migrated(site):
    done = site.run(site.command("migrate"), "migrate")
    assert done.returncode == 0, done.stdout + done.stderr
    return site


@pytest.mark.processes
def test_the_roles_script_makes_two_roles_without_power(site):
    with psycopg.connect(site.session.superuser_url("labsys")) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication "
            "FROM pg_roles WHERE rolname LIKE 'labsys%' ORDER BY 1"
        ).fetchall()

    assert roles == [
        ("labsys_owner", False, False, False, False, False),
        ("labsys_runtime", False, False, False, False, False),
    ]
    with psycopg.connect(site.environment("web")["DATABASE_URL"], autocommit=True) as connection:
        for statement in ("CREATE TABLE t (i int)", "CREATE TEMPORARY TABLE t (i int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.processes
def test_the_databases_health_check_asks_the_database(site):
    assert site.is_well("postgres")


@pytest.mark.processes
def test_every_service_starts_is_well_and_stops_in_its_grace(migrated):
    running = {name: migrated.start(name) for name in ("redis", *(s.name for s in SERVICES))}
    try:
        for service in SERVICES:
            migrated.wait_until_well(service.name)
    finally:
        grace = int(COMPOSE["x-app"]["stop_grace_period"].removesuffix("s"))
        redis = running.pop("redis")
        stopped = {name: processes.stop(p, patience=grace) for name, p in running.items()}
        processes.stop(redis)

    assert stopped == {service.name: True for service in SERVICES}
    assert {name: process.returncode for name, process in running.items()} == {
        service.name: 0 for service in SERVICES
    }
    assert not [
        key
        for key in compose_secrets._MADE
        if any(migrated.env[key] in log.read_text() for log in migrated.folder.glob("*.log"))
    ]


@pytest.mark.processes
def test_a_health_check_fails_where_nothing_runs(migrated):
    assert not migrated.is_well("web")
    with psycopg.connect(migrated.session.superuser_url("labsys"), autocommit=True) as connection:
        connection.execute("DELETE FROM work_heartbeat")
    for name in ("relay", "worker", "beat", "instruments"):
        assert not migrated.is_well(name)
