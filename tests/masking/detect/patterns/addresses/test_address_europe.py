"""Where people live, in the orders of the larger countries of Europe and Latin America."""

from support.tools.every import every
from support.tools.findings import found


@every(
    ("text", "expected"),
    [
        # Germany, Austria, Switzerland
        ("Müllerstraße 12, 13353 Berlin", ["Müllerstraße 12, 13353 Berlin"]),
        ("Am Markt 5, 50667 Köln", ["Am Markt 5, 50667 Köln"]),
        ("Lange Straße 5b", ["Lange Straße 5b"]),
        ("Bahnhofstr. 7", ["Bahnhofstr. 7"]),
        ("Hauptstrasse5", ["Hauptstrasse5"]),
        # France, Belgium
        ("12 rue de la Paix, 75002 Paris", ["12 rue de la Paix, 75002 Paris"]),
        ("5 bis, avenue Victor Hugo", ["5 bis, avenue Victor Hugo"]),
        ("14 place de l'Hôtel", ["14 place de l'Hôtel"]),
        # Spain, Italy, Portugal, Brazil
        ("Calle Mayor 7, 28013 Madrid", ["Calle Mayor 7, 28013 Madrid"]),
        ("Avda. Alameda Sundheim 22", ["Avda. Alameda Sundheim 22"]),
        ("Via Roma 15, 20121 Milano (MI)", ["Via Roma 15, 20121 Milano (MI)"]),
        ("Piazza del Duomo 3", ["Piazza del Duomo 3"]),
        ("Rua Augusta, 1500 - São Paulo - SP, 01304-001", ["Rua Augusta, 1500 - São Paulo - SP, 01304-001"]),
        ("Rua das Flores 25, 1200-195 Lisboa", ["Rua das Flores 25, 1200-195 Lisboa"]),
        # the Netherlands, the north
        ("Kerkstraat 12, 1017 GP Amsterdam", ["Kerkstraat 12, 1017 GP Amsterdam"]),
        ("Herengracht 182", ["Herengracht 182"]),
        ("Storgatan 5, 111 22 Stockholm", ["Storgatan 5, 111 22 Stockholm"]),
        ("Mannerheimintie 3", ["Mannerheimintie 3"]),
        ("Nørregade 10, 1165 København", ["Nørregade 10, 1165 København"]),
        ("Karl Johans gate 22", ["Karl Johans gate 22"]),
        # Poland, Czechia, Hungary
        ("ul. Długa 5/7, 00-950 Warszawa", ["ul. Długa 5/7, 00-950 Warszawa"]),
        ("Andrássy út 60", ["Andrássy út 60"]),
        ("Váci utca 12", ["Váci utca 12"]),
        # a postcode with its town
        ("Lillemarken 12, 2100 København", ["Lillemarken 12, 2100 København"]),
        # Quebec, Argentina, Colombia
        (
            "64350 chemin Deschênes Apt. 056, Baie Éléonore, NU J6K7V1",
            ["64350 chemin Deschênes Apt. 056, Baie Éléonore, NU J6K7V1"],
        ),
        ("Camino Castelli N° 378 Dto. 6, Merlo 5881", ["Camino Castelli N° 378 Dto. 6, Merlo 5881"]),
        ("Cra. 7 No. 71-21, Bogotá", ["Cra. 7 No. 71-21, Bogotá"]),
        # Slovakia
        ("Ulica Leopoldov maje 5, 921 04 Zámutov", ["Ulica Leopoldov maje 5, 921 04 Zámutov"]),
        ("Trnavská cesta 24, 900 81 Uhliská", ["Trnavská cesta 24, 900 81 Uhliská"]),
        # near misses
        ("Upgrade 3", []),
        ("Homepage 2", []),
        ("Rydberg 13.6 eV", []),
        ("Store Below 25 C. Shake Well Before Use", []),
        ("In 08:12 Out 11:40", []),
        ("Route 66", []),
        ("Via email", []),
        ("Place 5", []),
        ("Rue the day", []),
        ("Output 5", []),
        ("Ring 0", []),
    ],
)
def test_address_europe(text: str, expected: list[str]) -> None:
    assert found("ADDRESS", text) == expected
