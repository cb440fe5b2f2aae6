#!/usr/bin/env bash
# Makes sure that Debian's PostgreSQL and MariaDB are here, where that is allowed. Never fails: the
# tests that need them skip, and say so, without them. The tests start servers of their own.
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_mariadb() { command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ]; }
has_postgresql && has_mariadb && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "PostgreSQL or MariaDB is missing and can't be installed from here: their tests will be skipped." >&2
    exit 0
fi
echo "Installing PostgreSQL and MariaDB for the tests of the feature store"
export DEBIAN_FRONTEND=noninteractive
# No server is to be started, and no cluster made, by the packages themselves.
mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/vts-tests.conf
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql mariadb-server; } \
    >/dev/null 2>&1 ||
    echo "PostgreSQL or MariaDB could not be installed: their tests will be skipped." >&2
exit 0
