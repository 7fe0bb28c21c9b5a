"""Two batches beside each other as one page that opens from disk."""

from syto.evaluation.drift import Drift
from syto.report.drift_wording import SHARE_NAMES, headline, how_well, kind_name, language_name, notes
from syto.report.page import page_environment
from syto.report.wording import figure, number, spread

TEMPLATE = "drift.html.j2"
SHOWN = 20  # kinds a share, those that moved most; the JSON has all that are kept


def drift_page(drift: Drift) -> str:
    """Return the page as HTML."""
    environment = page_environment()
    environment.filters |= {
        "figure": figure,
        "spread": spread,
        "number": number,
        "language": language_name,
        "how_well": how_well,
    }
    return environment.get_template(TEMPLATE).render(
        drift=drift,
        headline=headline(drift),
        notes=notes(drift),
        names=SHARE_NAMES,
        kind_name=kind_name,
        shown=SHOWN,
    )
