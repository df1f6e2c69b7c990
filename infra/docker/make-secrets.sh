#!/bin/sh
# Writes the secrets of compose.yaml that are not there yet, each readable by its owner's group at most.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
for name in clickhouse_password token grafana_password; do
  [ -s "secrets/$name" ] || head -c 24 /dev/urandom | base64 | tr -d '\n+/=' > "secrets/$name"
  # The services run as an ordinary user (uid 1000) and read the file as it is mounted.
  chmod 644 "secrets/$name"
done
chmod 700 secrets
echo "The page asks for the token in infra/docker/secrets/token."
