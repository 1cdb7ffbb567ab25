"""docker-compose.yml as it is read: what a container engine would refuse, and what nobody may leave out."""

import os
import re
import shutil
import subprocess

import pytest
import yaml

from tests.faults.full_mode import COMPOSE, ROOT, compose, image_environment

VARIABLES = {"SVIT_HOST": "svit.example.org", "SVIT_FROM": "svit@example.org"}
FILE = compose(**VARIABLES)
SERVICES = FILE["services"]
OURS = ("migrate", "web", "worker", "beat")


def client():
    """The words that call Compose on this machine, as a plugin or by itself, and its version."""
    for words in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(words[0]):
            done = subprocess.run([*words, "version", "--short"], capture_output=True, text=True)
            if done.returncode == 0:
                return words, done.stdout.strip().removeprefix("v")
    pytest.skip("Neither `docker compose` nor `docker-compose` is on this machine.")


def test_compose_itself_reads_the_file_as_these_tests_do(tmp_path):
    words, version = client()
    text = COMPOSE.read_text()
    if version.startswith("1."):
        text = text.replace("name: svit\n", "", 1)  # version 1 does not know it
    (tmp_path / "docker-compose.yml").write_text(text)
    (tmp_path / "secrets").mkdir()
    for secret in FILE["secrets"]:
        (tmp_path / "secrets" / secret).touch()
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [*words, "--file", tmp_path / "docker-compose.yml", "config"]
    done = subprocess.run(command, env=environment | VARIABLES, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read = yaml.safe_load(done.stdout)["services"]
    assert set(read) == set(SERVICES)
    for name, service in SERVICES.items():
        assert read[name].get("command") == service.get("command"), name
        assert read[name].get("environment", {}) == service.get("environment", {}), name
    for name, why in {"SVIT_HOST": "the host name", "SVIT_FROM": "the address that messages"}.items():
        without = {key: value for key, value in VARIABLES.items() if key != name}
        refused = subprocess.run(command, env=environment | without, capture_output=True, text=True)
        assert refused.returncode != 0
        assert why in refused.stderr


def test_whoever_waits_for_a_service_can_hear_that_it_is_well():
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], (name, other)
            if how["condition"] == "service_completed_successfully":
                assert SERVICES[other]["restart"] == "no", (name, other)
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_name_that_a_service_uses_is_declared():
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(FILE["secrets"]), name
        assert set(service["networks"]) <= set(FILE["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in FILE["volumes"], volume


def test_every_secret_that_a_value_names_is_handed_over_and_no_other():
    for name in OURS:
        environment = SERVICES[name]["environment"]
        named = {
            value.removeprefix("/run/secrets/") for value in environment.values() if "/run/secrets/" in value
        }
        assert named == set(SERVICES[name]["secrets"]), name
    made = (ROOT / "docker" / "make-secrets").read_text()
    for secret, where in FILE["secrets"].items():
        assert where == {"file": f"./secrets/{secret}"}
        assert re.search(rf"^keep {secret} |secrets/{secret}", made, re.MULTILINE), secret


def test_the_proxy_alone_can_be_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert FILE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    assert "inside" not in SERVICES["caddy"]["networks"]


def test_every_service_has_limits_and_is_started_again():
    for name, service in SERVICES.items():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped"), name


@pytest.mark.parametrize("name", OURS)
def test_our_own_processes_can_do_no_more_than_they_need(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True, "a signal reaches the process, and nobody's children stay"
    # What they may write is what is mounted.
    written = {
        key: value for key, value in image_environment().items() if value.startswith(("/data", "/tmp"))
    }
    assert written == {"SVIT_DATA": "/data", "XDG_CACHE_HOME": "/tmp/cache"}
    assert service["volumes"] == ["files:/data"]
    assert service["tmpfs"] == ["/tmp"]


def test_only_the_migration_comes_as_the_owner_of_the_tables():
    for name, service in SERVICES.items():
        owner = "owner_database_url" in service.get("secrets", [])
        assert owner is (name == "migrate"), name
    assert {SERVICES[name]["environment"]["DATABASE_URL_FILE"] for name in ("web", "worker", "beat")} == {
        "/run/secrets/database_url"
    }


def test_no_secret_stands_in_an_environment():
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|TOKEN|DATABASE_URL|EMAIL_URL", key):
                assert key.endswith("_FILE"), (name, key)
            assert not re.search(r"://[^/@]+@", value), (name, key)


def test_a_stop_waits_for_what_is_in_hand():
    """gunicorn ends within ten seconds, which Compose gives by itself; a worker finishes a pack."""
    settings = (ROOT / "gunicorn.conf.py").read_text()
    assert int(re.search(r"^graceful_timeout = (\d+)$", settings, re.MULTILINE)[1]) < 10
    assert SERVICES["worker"]["stop_grace_period"] == "60s"
