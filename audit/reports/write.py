"""All papers of one inspection."""

from pathlib import Path

from audit.decisions import decisions_of
from audit.files import whole, write_csv
from audit.inspection import Inspection
from audit.overtime import HEADER, rows
from audit.reports.bulletin import write_bulletin
from audit.reports.charts import inspection_charts
from audit.reports.html import write_pages
from audit.reports.model import ReportData
from audit.reports.notices import write_notices
from audit.reports.scorecard_pdf import write_scorecards
from audit.reports.workbook import write_workbook
from audit.rollup import roll_up


def write_reports(inspection: Inspection, template: Path | None = None) -> None:
    """``index.html``, ``scorecards/``, ``charts/``, ``scorecards.xlsx``, ``bulletin.docx``, ``notices/``, ``leads.csv``; the same findings and decisions
    give the same bytes. ``template``: the office's own for the bulletin, kept beside the inspections for the next ones. Raises
    ``BadInput`` before ``check`` has run."""
    output = inspection.path.absolute().parent
    own = output / "templates" / "bulletin.docx"
    data = ReportData(inspection, decisions_of(output), roll_up(inspection))
    write_bulletin(data, inspection.path / "bulletin.docx", template or (own if own.exists() else None))
    charts = inspection_charts(data, inspection.path / "charts")
    write_pages(data, charts, inspection.path)
    found = (row for unit, leads in data.leads.items() for row in rows(unit, leads, data.earlier))
    write_csv(inspection.path / "leads.csv", HEADER, found)
    if data.rollup is not None:
        write_csv(inspection.path / data.rollup.file, data.rollup.header, data.rollup.rows)
    write_workbook(data, inspection.path / "scorecards.xlsx")
    if template is not None:
        with whole(own) as temporary:
            temporary.write_bytes(template.read_bytes())
    write_scorecards(data, inspection.path / "scorecards")
    write_notices(data, inspection.path / "notices")
