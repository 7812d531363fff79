"""The embedded PostgreSQL and Valkey of an installation: durable, private, restartable."""

import shutil
import signal
from dataclasses import replace

from labsys.launch import databases
from labsys.launch.errors import LaunchError
from labsys.launch.keys import Keys
from labsys.launch.places import Places, check_room
from labsys.launch.postgres import SUPERUSER, Cluster, find_binaries
from labsys.launch.privileges import unprivileged
from labsys.launch.valkey import Broker, find_server

DATABASE = "labsys"
STOP = signal.SIGINT
_ROOM_TO_CREATE = 400 * 2**20
_ROOM_TO_RUN = 100 * 2**20


def cluster_of(places: Places, keys: Keys) -> Cluster:
    """The installation's data folder, created on the first start, refused if of another major."""
    binaries = find_binaries()
    sockets = places.sockets() / "postgres"
    cluster = Cluster(
        binaries=binaries,
        data=places.data,
        sockets=sockets,
        identity=unprivileged(binaries, places.data, sockets, ours=(places.var, places.sockets())),
        durable=True,
    )
    cluster.identity.hand_over(sockets)
    for left in sockets.iterdir():
        left.unlink()
    if (places.data / "PG_VERSION").exists():
        check_room(places.var, _ROOM_TO_RUN, "the database")
        _check_major(cluster)
        cluster.configure()
    else:
        check_room(places.var, _ROOM_TO_CREATE, "a new database")
        _create(cluster, keys)
    return cluster


def complete(cluster: Cluster, keys: Keys) -> None:
    """See that both roles and the database are as they must be."""
    superuser = cluster.url(SUPERUSER, keys.postgres_superuser, "postgres")
    databases.ensure_roles(
        superuser, owner_password=keys.postgres_owner, runtime_password=keys.postgres_runtime
    )
    databases.ensure_database(superuser, DATABASE)


def urls(cluster: Cluster, keys: Keys) -> dict[str, str]:
    """What the services need to know of the embedded database."""
    return {
        "DATABASE_URL": cluster.url(databases.RUNTIME, keys.postgres_runtime, DATABASE),
        "MIGRATE_DATABASE_URL": cluster.url(databases.OWNER, keys.postgres_owner, DATABASE),
    }


def broker_of(places: Places, keys: Keys) -> Broker:
    return Broker(find_server(), places.sockets() / "broker", keys.broker)


def _create(cluster: Cluster, keys: Keys) -> None:
    """initdb beside the final place, then rename: an interrupted first start leaves nothing."""
    unfinished = replace(cluster, data=cluster.data.with_name("postgres.new"))
    shutil.rmtree(unfinished.data, ignore_errors=True)
    unfinished.create(keys.postgres_superuser)
    unfinished.data.rename(cluster.data)


def _check_major(cluster: Cluster) -> None:
    stored = (cluster.data / "PG_VERSION").read_text().strip()
    running = str(cluster.major())
    if stored == running:
        return
    raise LaunchError(
        f"The database in {cluster.data} was made by PostgreSQL {stored}, and this is "
        f"PostgreSQL {running}; the files cannot be read across major versions. Move it over:\n"
        f"  1. LABSYS_PG_BIN=/folder/of/postgresql-{stored}/bin ./lab up\n"
        "  2. in a second terminal:  ./lab dump labsys.dump  and then  ./lab down\n"
        f"  3. mv '{cluster.data}' '{cluster.data}-{stored}'\n"
        "  4. ./lab restore labsys.dump  and then  ./lab up"
    )
