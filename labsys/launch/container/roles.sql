-- The two roles and their database, for the postgres image's first start (docker-compose.yml).
-- The passwords come from the environment: on a command line `ps` would show them.
\getenv owner_password LABSYS_OWNER_PASSWORD
\getenv runtime_password LABSYS_RUNTIME_PASSWORD

SET password_encryption = 'scram-sha-256';

CREATE ROLE labsys_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'owner_password';
CREATE ROLE labsys_runtime LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'runtime_password';

CREATE DATABASE labsys OWNER labsys_owner;
REVOKE ALL ON DATABASE labsys FROM PUBLIC;
GRANT CONNECT ON DATABASE labsys TO labsys_owner, labsys_runtime;
\connect labsys
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
