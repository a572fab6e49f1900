"""All papers of one inspection."""

from audit.inspection import Inspection
from audit.reports.bulletin import write_bulletin
from audit.reports.charts import inspection_charts
from audit.reports.html import write_pages
from audit.reports.model import ReportData
from audit.reports.workbook import write_workbook


def write_reports(inspection: Inspection) -> None:
    """``index.html``, ``scorecards/``, ``charts/``, ``scorecards.xlsx``, ``bulletin.docx``; the same findings give the
    same bytes. Raises ``BadInput`` before ``check`` has run."""
    data = ReportData(inspection)
    charts = inspection_charts(data, inspection.path / "charts")
    write_pages(data, charts, inspection.path)
    write_workbook(data, inspection.path / "scorecards.xlsx")
    write_bulletin(data, inspection.path / "bulletin.docx")
