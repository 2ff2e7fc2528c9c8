# What the official image does at its first start, as far as docker-compose.yml needs it.
set -eu
cluster=/var/lib/postgresql/data/cluster
if [ ! -s "$cluster/PG_VERSION" ]; then
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
    initdb --pgdata="$cluster" --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8
    rm /tmp/password
    echo 'host all all all scram-sha-256' >> "$cluster/pg_hba.conf"
    pg_ctl --pgdata="$cluster" --options='-c listen_addresses=' --wait start
    PGPASSWORD="$POSTGRES_PASSWORD" createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
    pg_ctl --pgdata="$cluster" --wait stop
fi
exec postgres -D "$cluster" -c listen_addresses='*'
