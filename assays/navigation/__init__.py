"""What the laboratory offers in the menu and on the home page, by the menu's parts.

Each part registers its entries when it is imported.
"""

from assays.navigation import catalogue as catalogue
from assays.navigation import communication as communication
from assays.navigation import figures as figures
from assays.navigation import groups as groups
from assays.navigation import quality as quality
from assays.navigation import results as results
from assays.navigation import specimens as specimens
from assays.navigation import wards as wards
