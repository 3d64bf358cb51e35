"""Which commands there are. Room modules import only what is light; Django loads inside the commands."""

from __future__ import annotations

import typer

from pendapa.analysis import cli_documents as documents
from pendapa.analysis import cli_impact as impact
from pendapa.analysis import cli_matrix, cli_query
from pendapa.architecture import cli as architecture
from pendapa.architecture import cli_export as exports
from pendapa.architecture import cli_releases as releases
from pendapa.architecture import references_cli as references
from pendapa.cli import system
from pendapa.cockpit import cli as cockpit
from pendapa.demo import cli as demo
from pendapa.evaluation import cli_evidence, cli_plan
from pendapa.evaluation import cli_instruments as instruments
from pendapa.evaluation import cli_score as evaluation
from pendapa.kernel.notices import cli as notices
from pendapa.kernel.tables import cli as tables
from pendapa.kernel.tenancy import cli as tenancy
from pendapa.roadmap import cli as roadmap

app = typer.Typer(
    help="Pendapa: SPBE architecture, index, plan and services of a local government in one place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("serve")(system.serve)
app.command("migrate")(system.migrate)
app.command("createadmin")(tenancy.create_admin)
app.command("doctor")(system.doctor)
app.command("backup")(system.backup)
app.command("restore")(system.restore)
app.command("demo")(demo.demo)
app.add_typer(tenancy.institution_app, name="institution")
app.command("institutions")(tenancy.institutions)
app.command("score")(evaluation.score)
app.add_typer(instruments.instruments_app, name="instruments")
app.add_typer(cli_evidence.evidence_app, name="evidence")
app.command("plan")(cli_plan.plan)
app.command("cockpit")(cockpit.cockpit)
app.command("import")(tables.import_file)
app.command("undo")(tables.undo)
app.command("export")(exports.export)
app.command("template")(exports.template)
app.command("impact")(impact.impact)
app.command("gaps")(architecture.gaps)
app.command("twins")(architecture.twins)
app.command("matrix")(cli_matrix.matrix)
app.add_typer(documents.document_app, name="document")
app.command("query")(cli_query.query)
app.command("remind")(notices.remind)
app.add_typer(roadmap.app, name="roadmap")
app.add_typer(references.references_app, name="references")
app.add_typer(releases.release_app, name="release")
app.command("history")(releases.history)
