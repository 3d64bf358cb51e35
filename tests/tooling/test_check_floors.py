"""What reaches upward by a name instead of an import is found as well."""

import textwrap

import pytest

from tools import check_floors

FLOORS = [{"web", "cli"}, {"portal", "cockpit"}, {"evaluation"}, {"architecture"}, {"kernel"}]


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "pendapa"
    for room in ("web", "portal", "cockpit", "evaluation", "architecture", "kernel"):
        (folder / room / "migrations").mkdir(parents=True)
        (folder / room / "__init__.py").touch()
    return folder


def write(package, path, text):
    (package / path).write_text(textwrap.dedent(text))


def faults(package):
    return check_floors.find_faults(package, FLOORS)


def test_a_foreign_key_by_name_upward(package):
    write(
        package,
        "architecture/models.py",
        'score = models.ForeignKey("evaluation.Score", on_delete=models.CASCADE)',
    )
    assert faults(package) == [
        "pendapa/architecture/models.py:1: architecture names 'evaluation' on a floor above"
    ]


def test_a_foreign_key_by_name_within_the_floor(package):
    write(package, "portal/models.py", 'other = ManyToManyField(to="cockpit.Board")')
    assert faults(package) == ["pendapa/portal/models.py:1: portal names 'cockpit' on the same floor"]


def test_a_foreign_key_by_name_downward_or_at_home(package):
    write(
        package,
        "evaluation/models.py",
        """
        element = models.ForeignKey("architecture.Element", models.CASCADE)
        parent = models.ForeignKey("evaluation.Score", models.CASCADE)
        again = models.ForeignKey("self", models.CASCADE)
        person = models.ForeignKey("auth.Group", models.CASCADE)
        """,
    )
    assert faults(package) == []


def test_a_migration_that_depends_upward(package):
    write(
        package,
        "kernel/migrations/0002_more.py",
        """
        class Migration(migrations.Migration):
            dependencies = [("kernel", "0001_initial"), ("architecture", "0001_initial")]
        """,
    )
    assert [line.rpartition(": ")[2] for line in faults(package)] == [
        "kernel names 'architecture' on a floor above"
    ]


def test_a_model_asked_for_by_name(package):
    write(package, "kernel/actions.py", 'apps.get_model("evaluation", "Score")')
    assert len(faults(package)) == 1


def test_an_app_label_that_differs_from_its_folder(package):
    write(package, "evaluation/apps.py", 'class Config:\n    label = "penilaian"')
    write(package, "kernel/models.py", 'score = models.ForeignKey("penilaian.Score", models.CASCADE)')
    assert len(faults(package)) == 1


def test_the_floors_are_those_of_the_import_contract():
    floors = check_floors.read_floors(check_floors.ROOT / "pyproject.toml")
    assert floors[0] == {"cli"}
    assert {"portal", "cockpit"} < floors[3]
    assert floors[-1] == {"regulations"}
