"""Derives src/tutela/demo/shares.yaml from UNODC's table of detected victims.

`python -m tests.demo.glotip TABLE.csv.gz` prints it. Counts of 1 to 4 are published as `<5`: here 2.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import yaml

STATES = {"GBR": "GB", "FRA": "FR", "ESP": "ES"}
YEARS = range(2018, 2023)
CENSORED = 2
FORMS = {
    "Sexual exploitation": "sexual",
    "Forced labour": "labour",
    "Other forms of exploitation": "other",
}
SEXES = {"Female": "female", "Male": "male", "Other": "other"}
AGES = {"0 to 17 years": "child", "18 years or over": "adult"}

# How the states spelt citizenships in their answers: ISO 3166-1, a space, and the spellings, parted by |.
SPELLINGS = """
GB United Kingdom|United Kingdom of Great Britain and Northern Ireland
AL Albanians|Albania|ALBANIA
VN Vietnamese|Vietnam|VIETNAM
FR French|France
ER Eritrean|Eritrea
SD Sudanese|Sudan
RO Romanian|Romania|RUMANÍA
CN Chinese|China|CHINA
IR Iranian|Iran (Islamic Republic of)
IN Indian|India
NG Nigerians|Nigeria|NIGERIA
PK Pakistani|Pakistan|PAKISTÁN
AF Afghani|Afghanistan
IQ Iraq
SO Somali|Somalia
ET Ethiopian|Ethiopia
BD Bangladesh
PL Poles|Poland
BR Brazilian|BRASIL
MA Moroccan|Morocco|MARRUECOS
BG Bulgarian|Bulgaria|BULGARIA
SY Syria|Syrian Arab Republic
PH Filippino|Philippines
GH Ghanean|Ghana
CO Colombian|COLOMBIA
JM Jamaican|Jamaica
EG Egyptian|Egypt
DZ Algerians|Algeria
PT Portuguese|Portugal|PORTUGAL
ES Spanish|Spain
PY Paraguayian|PARAGUAY
VE Venezuelan|VENEZUELA
UA Ukraineans|Ukraine
DO Dominican rep|REP. DOMINICANA
MD Moldavian|MOLDAVIA
TH Thai|Thailand
HN Hondureans|HONDURAS
NI Nicaraguarean|NICARAGUA
PE Peruvian
"""
REGIONS = {
    "Africa": "ER SD NG SO ET MA GH EG DZ",
    "Americas": "BR CO JM PY VE DO HN NI PE",
    "Asia": "VN CN IR IN PK AF IQ BD SY PH TH",
    "Europe": "GB AL FR RO PL BG PT ES UA MD",
}
"""The regions of the table, for the citizenships above."""


def derive(path: Path) -> dict[str, Any]:
    """Counts by state: form, sex and age together; citizenship by region. Shares follow from them."""
    rows = [row for row in _victims(path) if row["Iso3_code"] in STATES and int(row["Year"]) in YEARS]
    return {
        state: _of_state([row for row in rows if row["Iso3_code"] == iso]) for iso, state in STATES.items()
    }


def table_regions(path: Path) -> dict[str, str]:
    """The region in which the table itself places each country that it spells as we do."""
    spelt = _spellings()
    with gzip.open(path, "rt", encoding="utf-8-sig") as text:
        return {
            spelt[row["Country"]]: row["Region"] for row in csv.DictReader(text) if row["Country"] in spelt
        }


def _victims(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig") as text:
        return [row for row in csv.DictReader(text) if row["Indicator"] == "Detected trafficking victims"]


def _of_state(rows: list[dict[str, str]]) -> dict[str, Any]:
    victims: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    citizens: Counter[str] = Counter()
    spelt, untold = _spellings(), 0
    for row in rows:
        count = CENSORED if row["txtVALUE"] == "<5" else int(row["txtVALUE"].replace(",", ""))
        if row["Dimension"] == "by form of exploitation" and row["Sex"] in SEXES and row["Age"] in AGES:
            victims[FORMS[row["Category"]]][SEXES[row["Sex"]]][AGES[row["Age"]]] += count
        elif row["Dimension"] == "by citizenship":
            if row["Category"] in spelt:
                citizens[spelt[row["Category"]]] += count
            else:
                untold += count
    return {
        "victims": {
            form: {sex: dict(sorted(ages.items())) for sex, ages in sorted(by_sex.items())}
            for form, by_sex in sorted(victims.items())
        },
        "citizenship": {
            region: {code: citizens[code] for code in sorted(codes.split()) if citizens[code]}
            for region, codes in REGIONS.items()
        },
        "other_citizenships": untold,
    }


def _spellings() -> dict[str, str]:
    lines = (line.split(" ", 1) for line in SPELLINGS.strip().splitlines())
    return {spelling: code for code, spellings in lines for spelling in spellings.split("|")}


if __name__ == "__main__":
    print(yaml.safe_dump({"states": derive(Path(sys.argv[1]))}, sort_keys=False, default_flow_style=None))
