#!/bin/bash
# Runs once, when the database volume is empty. Two roles: svit_owner owns the tables and runs the migrations; svit_app
# is the application, which reads and writes rows and can alter, empty or drop no table and no guard on one.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}

psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres \
    --set owner="$(cat "$secrets/owner_password")" --set app="$(cat "$secrets/app_password")" <<'END'
CREATE ROLE svit_owner LOGIN PASSWORD :'owner';
CREATE ROLE svit_app LOGIN PASSWORD :'app' CONNECTION LIMIT 200;
-- A migration that waits for a table holds up whoever comes after it, for each of its tables anew: it gives way soon, and
-- manage.py prepare tries again. Sooner than the server looks for a deadlock (1 s), which may end the other side instead.
ALTER ROLE svit_owner SET lock_timeout = '500ms';
CREATE DATABASE svit OWNER svit_owner ENCODING 'UTF8';
REVOKE ALL ON DATABASE svit FROM PUBLIC;
GRANT CONNECT ON DATABASE svit TO svit_app;
ALTER ROLE svit_app SET statement_timeout = '60s';
ALTER ROLE svit_app SET idle_in_transaction_session_timeout = '60s';
\connect svit
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO svit_owner;
GRANT USAGE ON SCHEMA public TO svit_app;
ALTER DEFAULT PRIVILEGES FOR ROLE svit_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO svit_app;
ALTER DEFAULT PRIVILEGES FOR ROLE svit_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO svit_app;
END
