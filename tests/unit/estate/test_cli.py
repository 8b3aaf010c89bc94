"""`fellesdrift estate`: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fellesdrift.cli import app

PROJECT = Path(__file__).resolve().parents[3]
ESTATE = PROJECT / "tests" / "fixtures" / "estate"


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, ["estate", *(str(argument) for argument in arguments)])


def test_check_of_a_good_estate(run):
    result = run("check", "-i", ESTATE)
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "Drammensregionen: 12 hosts, 16 links, 3 services, 4 systems, 1 stage: no errors. 36 records are assumed.\n"
    )


def test_systems_are_a_line_each_off_a_terminal(run):
    result = run("systems", "-i", ESTATE)
    assert result.exit_code == 0, result.output
    columns, *rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert columns == ["system", "drammen", "sande", "recommendation", "decision", "status", "zone"]
    assert rows == [
        ["finance", "Agresso (drammen)", "Agresso (drammen)", "Agresso", "-", "shared; for drammen, sande", "open"],
        ["nursing_care", "Gerica (drammen)", "Gerica (sande)", "Gerica", "-", "local", "closed"],
        ["payroll", "Vivaldi (drammen)", "NLP (edb)", "none drawn", "-", "local", "closed"],
        [
            "portal",
            "dk-digital (drammen)",
            "not introduced",
            "dk-digital",
            "dk-digital: drammen, sande",
            "converting; to move: sande",
            "open",
        ],
    ]


def test_systems_are_a_table_on_a_terminal(run, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "150")
    result = run("systems", "-i", ESTATE)
    assert result.exit_code == 0, result.output
    assert "Systems of Drammensregionen" in result.stdout
    assert "\t" not in result.stdout


def test_check_tells_all_errors_and_ends_with_2(run, estate_copy):
    estate_copy.replace("group_vars/all/services.yml", "zone: open", "zone: opne")
    estate_copy.append("host_vars/drm-fwi1.yml", "fellesdrift_dead_man: reload\n")
    result = run("check", "-i", estate_copy.inventory)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "FD112" in result.stderr
    assert "FD130" in result.stderr
    assert "2 errors." in result.stderr


def test_check_knows_the_roles_beside_the_inventory(run, estate_copy, monkeypatch):
    monkeypatch.chdir(estate_copy.project)
    assert run("check", "-i", "inventories/production").exit_code == 0
    (estate_copy.project / "roles" / "other").mkdir(parents=True)
    result = run("check", "-i", estate_copy.inventory / "hosts.yml")
    assert result.exit_code == 2
    assert "FD122" in result.stderr
    assert "1 error." in result.stderr


def test_assumptions_are_a_line_each_off_a_terminal(run):
    result = run("assumptions", "-i", ESTATE)
    assert result.exit_code == 0
    line = next(line for line in result.stdout.splitlines() if "san_drm_line" in line)
    assert line.split()[0] == "link"
    assert "Finance reaches Sande from Drammen in 2005 (1.1, 3.4)" in line


def test_picture_says_what_it_wrote(run, tmp_path):
    result = run("picture", "-i", ESTATE, "-o", tmp_path / "estate")
    assert result.exit_code == 0
    assert result.stdout.split() == [str(tmp_path / "estate.dot"), str(tmp_path / "estate.svg")]


def test_picture_without_graphviz_says_what_is_missing(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("picture", "-i", ESTATE, "-o", tmp_path / "estate")
    assert result.exit_code == 0
    assert "graphviz" in result.stderr


def test_picture_with_a_failing_graphviz_ends_with_2(run, tmp_path, monkeypatch):
    (tmp_path / "dot").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    result = run("picture", "-i", ESTATE, "-o", tmp_path / "estate")
    assert result.exit_code == 2
    assert "FD141" in result.stderr
