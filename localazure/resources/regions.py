"""Regions of Azure: display names, where their copies go, and which have availability zones.

Source: Microsoft's "List of Azure regions" and "Azure storage redundancy"; the pair of the canary
regions is recorded (azure-powershell TestVnetFlowLogWithFiltering). A region that is not listed
here is taken for one of which nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """One region; `pair` is empty where there is none."""

    display: str
    pair: str
    zones: bool

    @property
    def name(self) -> str:
        return self.display.replace(" ", "").casefold()


_ZONED = """
East US: westus
East US 2: centralus
South Central US: northcentralus
West US 2: westcentralus
West US 3: eastus
Central US: eastus2
Canada Central: canadaeast
Mexico Central:
Brazil South: southcentralus
Chile Central:
North Europe: westeurope
West Europe: northeurope
UK South: ukwest
France Central: francesouth
Germany West Central: germanynorth
Switzerland North: switzerlandwest
Norway East: norwaywest
Sweden Central: swedensouth
Austria East:
Belgium Central:
Denmark East:
Italy North:
Poland Central:
Spain Central:
Israel Central:
Qatar Central:
UAE North: uaecentral
South Africa North: southafricawest
Central India: southindia
East Asia: southeastasia
Southeast Asia: eastasia
Indonesia Central:
Malaysia West:
Japan East: japanwest
Japan West: japaneast
Korea Central: koreasouth
Australia East: australiasoutheast
New Zealand North:
China North 3: chinaeast3
USGov Virginia: usgovtexas
East US 2 EUAP: centraluseuap
"""
_WITHOUT_ZONES = """
North Central US: southcentralus
West US: eastus
West Central US: westus2
Canada East: canadacentral
Brazil Southeast: brazilsouth
UK West: uksouth
France South: francecentral
Germany North: germanywestcentral
Switzerland West: switzerlandnorth
Norway West: norwayeast
Sweden South: swedencentral
UAE Central: uaenorth
South Africa West: southafricanorth
South India: centralindia
West India: southindia
Jio India West: jioindiacentral
Jio India Central: jioindiawest
Korea South: koreacentral
Australia Southeast: australiaeast
Australia Central: australiacentral2
Australia Central 2: australiacentral
China North: chinaeast
China East: chinanorth
China North 2: chinaeast2
China East 2: chinanorth2
China East 3: chinanorth3
USGov Texas: usgovvirginia
USGov Arizona: usgovtexas
Central US EUAP: eastus2euap
"""


def _read(table: str, zones: bool) -> list[Region]:
    lines = (line.partition(":") for line in table.strip().splitlines())
    return [Region(display, pair.strip(), zones) for display, _, pair in lines]


REGIONS = {each.name: each for each in (*_read(_ZONED, True), *_read(_WITHOUT_ZONES, False))}
"""By name, as ARM stores it."""

_PUBLIC = [
    name for name in REGIONS if not name.startswith(("china", "usgov")) and "euap" not in name
]


def public_regions() -> list[Region]:
    """Regions of the public cloud, without the canary ones."""
    return [REGIONS[name] for name in _PUBLIC]


EVERY_REDUNDANCY = frozenset(
    f"Standard_{name}" for name in ("LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS")
)


def redundancies(location: str) -> tuple[str, ...]:
    """SKUs of general-purpose accounts that a region has; every one where it is not known."""
    region = REGIONS.get(location)
    names = ["Standard_LRS"]
    if region is None or region.zones:
        names.append("Standard_ZRS")
    if region is None or region.pair:
        names += ["Standard_GRS", "Standard_RAGRS"]
    if region is None or (region.pair and region.zones):
        names += ["Standard_GZRS", "Standard_RAGZRS"]
    return tuple(names)
