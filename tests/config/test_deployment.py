import ast
import re
import tomllib

import pytest
import yaml
from django.conf import settings as configured
from django.contrib.staticfiles import finders

from tests.config import production
from tests.config.embedded import ROOT
from tests.lint import APPS

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
ONLY_IN_TESTS = {"TEST_DATABASE_URL", "TEST_REDIS_URL"}


def explained() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE))


def asked_by(path: str) -> set[str]:
    """The names that a file asks the environment for: `env.str("NAME", …)`, `os.environ.get("NAME", …)`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if ast.unparse(node.func.value) not in {"env", "os.environ"}:
                continue
            names |= set(re.findall(r"'([A-Z][A-Z_]+)'", ast.unparse(node.args[0])))
    return names


def in_compose() -> set[str]:
    deployed = (ROOT / "docker-compose.yml").read_text() + (ROOT / "config/deploy/Caddyfile").read_text()
    return set(re.findall(r"\$\{?([A-Z][A-Z_]+)", deployed)) - {"HOSTNAME"}


def test_every_setting_is_explained_and_every_explained_setting_is_used():
    used = asked_by("config/settings.py") | asked_by("config/deploy/gunicorn.conf.py") | in_compose()
    assert explained() == used - ONLY_IN_TESTS


def test_no_setting_stands_without_an_explanation_above_it():
    settings_after_a_gap = re.findall(r"(?:\n\n|\A)(#?[A-Z_]+=.*)", EXAMPLE)
    assert settings_after_a_gap == []


def test_defaults_shown_are_the_defaults_in_force():
    shown = dict(re.findall(r"^#([A-Z_]+)=(.+)$", EXAMPLE, re.MULTILINE))
    assert shown["TESSERA_TIME_ZONE"] == configured.TIME_ZONE
    assert shown["TESSERA_CURRENCY"] == configured.CURRENCY
    assert int(shown["TESSERA_BACKUP_KEEP"]) == configured.BACKUP_KEEP


def test_the_version_is_the_same_wherever_it_stands():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert project == configured.VERSION
    assert COMPOSE["services"]["web"]["image"] == f"tessera:{project}"
    assert f"## {project}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", [None, "short", "demo-" + "x" * 40])
def test_production_refuses_missing_short_and_demo_secrets_by_name(tmp_path, value):
    env = {name: known for name, known in production.settings(tmp_path).items() if name not in production.SECRETS}
    done = production.manage("check", env=env | (dict.fromkeys(production.SECRETS, value) if value else {}))
    assert done.returncode != 0
    assert f"Set your own secret for: {', '.join(production.SECRETS)} (see .env.example)" in done.stderr


def test_production_names_the_values_it_lacks(tmp_path):
    needed = ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "TESSERA_SITE_URL")
    env = {name: known for name, known in production.settings(tmp_path).items() if name not in needed}
    done = production.manage("check", env=env)
    assert done.returncode != 0
    assert f"Production needs a value for: {', '.join(needed)} (see .env.example)" in done.stderr


def test_a_sandbox_in_production_needs_a_secret_of_its_own(tmp_path):
    done = production.manage("check", env=production.settings(tmp_path) | {"TESSERA_SANDBOX": "1"})
    assert "Set your own secret for: TESSERA_SANDBOX_SECRET" in done.stderr


def test_an_unknown_mode_is_refused(tmp_path):
    done = production.manage("check", env=production.settings(tmp_path) | {"TESSERA_MODE": "prod"})
    assert "must be 'embedded' or 'production'" in done.stderr


def test_the_deployment_check_finds_nothing(tmp_path):
    done = production.manage("check", "--deploy", "--fail-level", "WARNING", env=production.settings(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.slow
def test_the_image_can_collect_its_static_files(tmp_path):
    done = production.manage("collectstatic", "--no-input", env=production.settings(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_only_the_proxy_can_be_reached_from_outside():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_every_service_comes_back_by_itself_but_the_migration():
    once = [name for name, service in COMPOSE["services"].items() if service["restart"] == "no"]
    assert once == ["migrate"]


def test_nothing_serves_before_the_migrations_are_done():
    for name in ("web", "worker", "beat"):
        waits = COMPOSE["services"][name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}


def test_every_volume_of_compose_is_declared():
    mounted = {
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert mounted == set(COMPOSE["volumes"])


def test_every_static_file_that_a_template_names_exists():
    """Production refuses a page that names a missing file, the embedded run does not."""
    templates = [path for folder in ("templates", *APPS) for path in (ROOT / folder).rglob("*.html")]
    named = {
        (found, path.relative_to(ROOT).as_posix())
        for path in templates
        for found in re.findall(r"""{%\s*static\s+["']([^"']+)["']""", path.read_text(encoding="utf-8"))
    }
    assert [pair for pair in sorted(named) if finders.find(pair[0]) is None] == []
