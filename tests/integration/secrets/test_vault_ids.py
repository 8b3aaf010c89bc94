"""Which vault passwords a run needs, and what is said when one is missing or wrong."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.lab import PROJECT

from .conftest import Vault

CLIENT = PROJECT / "scripts" / "vault-password-client"


def test_the_municipalitys_and_the_platforms_are_enough(vault: Vault) -> None:
    """An id that is listed without a password is only warned of, so that everybody may list them all."""
    run = vault.lab.play("plan.yml", environment=vault.environment("sande", "drammen", "lier"))
    assert run.code == 0, run.output
    assert "planned" in run.output
    assert "FD931" in run.output


def test_without_the_platforms_the_run_stops_and_names_its_hosts(vault: Vault) -> None:
    run = vault.lab.play("plan.yml", environment=vault.environment("sande"))
    assert run.code == 2
    assert "drm-core1         FD934" in run.output
    assert "vault passwords of sande" in run.output
    assert "$ANSIBLE_VAULT" not in run.output


def test_a_wrong_password_is_no_password(vault: Vault, tmp_path: Path) -> None:
    wrong = tmp_path / "passwords"
    shutil.copytree(vault.passwords, wrong)
    (wrong / "sande").write_text("not this one\n", encoding="utf-8")
    environment = vault.environment("sande", "drammen") | {"FELLESDRIFT_VAULT_DIR": str(wrong)}
    run = vault.lab.play("plan.yml", environment=environment)
    assert run.code == 2
    assert "FD934" in run.output
    assert "vault passwords of drammen, sande" in run.output
    assert vault.lab.records() == []


def test_status_and_check_need_none(vault: Vault) -> None:
    # 3: nothing was ever written of this twin, which is not the same as nothing to do
    for command, code in ((["status"], 3), (["estate", "check"], 0)):
        done = subprocess.run(
            [PROJECT / ".venv" / "bin" / "fellesdrift", *command, "-i", vault.lab.out],
            cwd=PROJECT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr


@pytest.mark.parametrize("whole", [False, True])
def test_a_new_vault_password(vault: Vault, tmp_path: Path, *, whole: bool) -> None:
    """The values open with the new password and not with the old one; the other municipality's are left alone."""
    passwords = tmp_path / "passwords"
    shutil.copytree(vault.passwords, passwords)
    inventory = tmp_path / "inventory"
    for name in ("sande", "drammen"):
        (inventory / "group_vars" / name).mkdir(parents=True)
        source = vault.lab.out / "group_vars" / name / "zz_vault.yml"
        shutil.copy(source, inventory / "group_vars" / name / "vault.yml")
    file = inventory / "group_vars" / "sande" / "vault.yml"
    environment = {"FELLESDRIFT_VAULT_DIR": str(passwords), "PATH": f"{PROJECT}/.venv/bin:/usr/bin:/bin"}
    if whole:
        file.write_text("---\nvault_device_password: hemmelig\n", encoding="utf-8")
        _vault("encrypt", environment, "--encrypt-vault-id", "sande", str(file))
    before = {path: path.read_bytes() for path in inventory.rglob("*.yml")}
    (passwords / "sande.new").write_text("et nytt passord\n", encoding="utf-8")
    (passwords / "sande.new").chmod(0o600)

    done = subprocess.run(
        [PROJECT / "scripts" / "vault", "rekey", "sande", "-i", inventory],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert f"sande: {1 if whole else 2} values in 1 files" in done.stdout
    assert (passwords / "sande").read_text(encoding="utf-8") == "et nytt passord\n"
    assert (passwords / "sande.old").read_bytes() == (vault.passwords / "sande").read_bytes()
    assert [path for path in before if path.read_bytes() != before[path]] == [file]
    shown = file
    if not whole:
        shown = tmp_path / "value"
        lines = file.read_text(encoding="utf-8").split("vault_device_enable: !vault |\n")[1].splitlines()
        shown.write_text("\n".join(line.strip() for line in lines) + "\n", encoding="utf-8")
    told = _vault("view", environment, str(shown))
    assert told.strip() in ("---\nvault_device_password: hemmelig", vault.secrets["enable secret"])


def _vault(command: str, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [PROJECT / ".venv" / "bin" / "ansible-vault", command, "--vault-id", f"sande@{CLIENT}", *arguments],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
