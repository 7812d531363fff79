"""What workers do for the laboratory: each kind of work is registered when this is imported."""

from assays.tasks import analyses as analyses
from assays.tasks import kinetics as kinetics
from assays.tasks import laboratory as laboratory
from assays.tasks import micrographs as micrographs
from assays.tasks import population as population
