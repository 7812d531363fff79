"""Plain colours for a drawing that stands alone in a PDF or on paper.

The same classes as in the pages' `charts.css`; shapes and dashes carry the meaning in black and
white too.
"""

STANDALONE = (
    "text{font-family:'Noto Sans','DejaVu Sans',sans-serif;fill:#16212b}"
    ".c-muted{fill:#4b5966}.c-grid{stroke:#e3e9ed}.c-axis{stroke:#7f8d99}"
    ".c-band{fill:#d9ecdf}.c-band-edge{stroke:#6fa883}.c-limit{stroke:#a3161a}"
    "text.c-limit-label{fill:#a3161a}"
    ".c-line{stroke:#0b5d80;fill:none}.c-hit{fill:none}"
    ".p-normal{fill:#0b5d80;stroke:#fff}.p-abnormal{fill:#834600;stroke:#fff}"
    ".p-critical{fill:#a3161a;stroke:#fff}.p-uncertain{fill:#4b5966;stroke:#4b5966}"
    ".p-ring{fill:none;stroke:#4b5966}.p-hollow{fill:#fff}"
    ".p-hollow.p-normal{stroke:#0b5d80}.p-hollow.p-abnormal{stroke:#834600}"
    ".p-hollow.p-critical{stroke:#a3161a}.p-hollow.p-uncertain{stroke:#4b5966}"
    ".c-bar{fill:#0b5d80;fill-opacity:.75}.c-bar-beyond{fill:#834600;fill-opacity:.75}"
    ".c-bar-2{fill:#0b5d80;fill-opacity:.3;stroke:#0b5d80}.c-bar-3{fill:#fff;stroke:#0b5d80}"
    ".c-bar-open{fill:none;stroke:#0b5d80;stroke-dasharray:3 2}"
    ".c-mark{stroke:#62389a}.c-mark-area{fill:#62389a;fill-opacity:.12}"
    "text.c-mark-label{fill:#62389a}"
)
