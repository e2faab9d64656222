"""Invents two files of people with some in both, written down twice by clerks who do not spell alike.

The names and the rates of errors are the author's own, so that weights learnt here know nothing of the
answers of the files that they are measured on. Only the kinds of error were looked up there, in 45 of the
true pairs.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

__all__ = ["Written", "two_files"]


@dataclass(frozen=True, slots=True)
class Written:
    """A person as one clerk wrote them down; `person` says who it is. `born`: YYYYMMDD or empty."""

    person: int
    given: str
    family: str
    born: str
    sex: str
    nationality: str


# nationality: female given, male given, family names; the first are the most common.
_NAMES = {
    "VNM": (
        "linh huong lan mai thu hoa thao trang ngoc phuong nhung hanh yen bich",
        "minh hung duc tuan dung nam quang son long hieu thanh phong khanh vinh",
        "nguyen tran le pham hoang phan vu dang bui do ho ngo duong ly",
    ),
    "IND": (
        "priya anjali sunita pooja rekha kavita lakshmi meena geeta radha asha neha shanti savita",
        "rahul amit sanjay vijay rajesh suresh mohan ravi anil deepak ramesh manoj prakash ashok",
        "kumar singh sharma devi patel gupta das yadav reddy khatun mishra joshi nair mandal",
    ),
    "PHL": (
        "maria jennifer rosalie analyn marites cristina lorna jocelyn grace angelica rowena liza",
        "jose juan mark antonio ramon roberto christian rodel michael fernando rogelio arnel",
        "santos reyes cruz bautista garcia mendoza flores villanueva ramos aquino castillo dizon",
    ),
    "NGA": (
        "blessing joy faith patience chioma ngozi adaeze amaka folake yewande osas precious gift esther",
        "emeka chinedu ikenna tunde segun ibrahim musa sunday friday osagie efosa kingsley",
        "okafor eze okonkwo adeyemi bello obi osaro igbinedion idahosa nwosu balogun abubakar omoruyi",
    ),
    "ROU": (
        "maria elena andreea ioana alexandra mihaela cristina gabriela nicoleta larisa bianca denisa",
        "ion andrei mihai alexandru cristian florin marius ionut gheorghe vasile bogdan catalin",
        "popescu ionescu popa radu dumitru stan stoica gheorghe matei ciobanu rusu munteanu lupu",
    ),
    "UKR": (
        "olena natalia iryna oksana tetiana svitlana kateryna yulia anastasia lyudmyla halyna viktoria",
        "oleksandr serhiy andriy mykola volodymyr dmytro yuriy vasyl ihor bohdan yevhen viktor",
        "shevchenko kovalenko bondarenko tkachenko kravchenko oliynyk lysenko melnyk boyko petrenko",
    ),
    "SYR": (
        "fatima maryam aisha zainab rania hanan samira noor layla yasmin huda khadija amina dalal",
        "mohammed ahmad ali hassan hussein omar khaled mahmoud ibrahim yousef mustafa abdullah bilal tariq",
        "al-hassan khalil haddad mansour saleh nasser hamdan darwish al-masri shami othman abbas zakaria",
    ),
    "ETH": (
        "tigist hiwot selam meseret almaz bethlehem genet rahel aster yordanos mulu zewditu",
        "abebe dawit tesfaye bekele solomon girma haile yonas kebede daniel mulugeta getachew",
        "tesfaye haile bekele alemu tadesse girma wolde kebede mengistu assefa desta worku",
    ),
    "THA": (
        "malee somsri siriporn kanya nong ratana wanida suda pim araya chanida naree",
        "somchai somsak prasert chai anan wichai surachai manop kittisak niran thawat sakda",
        "saetang wongsa chaiyasit srisuk thongdee boonmee kaewmanee rattanakorn phromma suksawat",
    ),
    "BGD": (
        "fatema rahima salma nasrin shirin rokeya taslima parvin jahanara moriom sultana",
        "rahim karim jamal kamal rafiq shafiqul mizanur abdul nazrul habibur monirul",
        "islam hossain akter begum khatun rahman ahmed uddin miah chowdhury sarkar hakim",
    ),
    "COL": (
        "maria luz ana paola diana carolina sandra claudia yuliana valentina leidy marisol",
        "carlos jose luis andres jhon diego fernando jorge camilo oscar wilmer esteban",
        "rodriguez gomez gonzalez martinez garcia lopez hernandez sanchez ramirez torres arellano ibarra",
    ),
    "GIN": (
        "mariam aissatou fatoumata aminata kadiatou hawa binta oumou adama nathalie aicha",
        "mamadou ibrahima alpha amadou ousmane thierno abdoulaye sekou moussa nicolas aime",
        "diallo bah barry camara sow conde sylla keita toure traore bangoura kaba",
    ),
    "GHA": (
        "abena akosua ama yaa efua comfort mercy susan rita sarah charity",
        "kwame kofi kwabena yaw samuel joseph emmanuel isaac stephen christopher",
        "mensah owusu boateng asante appiah osei agyeman addo smith ofori",
    ),
}  # fmt: skip
_START = [*"bdghjklmnprstvz", "br", "ch", "gr", "kr", "sh", "st", "tr"]
_VOWELS = ["a", "e", "i", "o", "u", "a", "e", "i"]
_END = ["", "n", "r", "l", "s", "m", "k", "t"]
_SOUNDS = (
    ("ph", "f"), ("kh", "h"), ("kh", "k"), ("ch", "c"), ("sh", "s"), ("th", "t"), ("y", "i"), ("ee", "i"),
    ("ou", "u"), ("oo", "u"), ("w", "v"), ("j", "y"), ("c", "k"), ("q", "k"), ("dh", "d"), ("gh", "g"),
    ("aa", "a"), ("ie", "y"), ("x", "ks"), ("z", "s"), ("h", ""), ("al-", "al "), ("al-", "el "),
)  # fmt: skip


def two_files(people: int, *, both: int, seed: int) -> tuple[list[Written], list[Written]]:
    """Two files of `people` people each, `both` of them in both."""
    chance = random.Random(seed)
    everybody = [_person(number, chance) for number in range(2 * people - both)]
    one = [_written(person, chance) for person in everybody[:people]]
    other = [_written(person, chance) for person in everybody[people - both :]]
    same = set(chance.sample(range(people - both, people), both // 20))
    other[:both] = [one[one_.person] if one_.person in same else one_ for one_ in other[:both]]
    chance.shuffle(one)
    chance.shuffle(other)
    return one, other


def _person(number: int, chance: random.Random) -> Written:
    nationality = chance.choice(list(_NAMES))
    women, men, families = (part.split() for part in _NAMES[nationality])
    sex = "F" if chance.random() < 0.68 else "M"
    given = women if sex == "F" else men
    names = [_common(given, chance)] + ([_common(given, chance)] if chance.random() < 0.35 else [])
    family = _common(families, chance)
    year = min(2022, max(1950, int(chance.gauss(1999, 9))))
    born = f"{year}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    return Written(number, " ".join(names), family, born, sex, nationality)


def _common(names: list[str], chance: random.Random) -> str:
    """One of the list, the first the more often, or a name that hardly anybody has."""
    if chance.random() < 0.45:
        return "".join(
            chance.choice(_START) + chance.choice(_VOWELS) + chance.choice(_END)
            for _ in range(chance.randint(2, 3))
        )
    return chance.choices(names, [1 / (place + 1) for place in range(len(names))])[0]


def _written(person: Written, chance: random.Random) -> Written:
    given, family = [_spelled(name, chance) for name in person.given.split()], _spelled(person.family, chance)
    if len(given) > 1 and chance.random() < 0.2:
        given = given[:1]
    elif len(given) == 1 and chance.random() < 0.04:
        given.append(_common(_NAMES[person.nationality][0].split(), chance))
    first, last = " ".join(given), family
    if chance.random() < 0.1:
        first, last = (last, first) if len(given) == 1 else (f"{last} {given[1]}", given[0])
    if chance.random() < 0.02:
        last = ""
    return replace(
        person,
        given=first.title(),
        family=last.title(),
        born=_dated(person.born, chance),
        sex=""
        if chance.random() < 0.04
        else "FM"[person.sex == "F"]
        if chance.random() < 0.02
        else person.sex,
        nationality=_nationality(person.nationality, chance),
    )


def _nationality(known: str, chance: random.Random) -> str:
    return "" if chance.random() < 0.08 else chance.choice(list(_NAMES)) if chance.random() < 0.06 else known


def _spelled(name: str, chance: random.Random) -> str:
    if chance.random() < 0.3:
        old, new = chance.choice(_SOUNDS)
        old, new = (old, new) if old in name else (new or "#", old)
        name = name.replace(old, new, 1) if old in name else _vowel(name, chance)
    if chance.random() < 0.25:
        name = _vowel(name, chance)
    if chance.random() < 0.12:
        name = _typo(name, chance)
    return name


def _vowel(name: str, chance: random.Random) -> str:
    places = [match.start() for match in re.finditer("[aeiou]", name)]
    if not places:
        return name
    place = chance.choice(places)
    return name[:place] + chance.choice("aeiou") + name[place + 1 :]


def _typo(name: str, chance: random.Random) -> str:
    place = chance.randrange(len(name))
    letter = chance.choice("abcdefghiklmnoprstuvz")
    kind = chance.randrange(4)
    if kind == 0:
        return name[:place] + letter + name[place:]
    if kind == 1:
        return name[:place] + letter + name[place + 1 :]
    if kind == 2 and len(name) > 3:
        return name[:place] + name[place + 1 :]
    return name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :]


def _dated(born: str, chance: random.Random) -> str:
    year, month, day = int(born[:4]), int(born[4:6]), int(born[6:])
    kind = chance.random()
    if kind < 0.055:
        return ""
    if kind < 0.16:
        return f"{year + chance.choice([0, 0, 0, 0, -1, 1])}0101"
    if kind < 0.2:
        return f"{year}{month:02}01"
    if kind < 0.24:
        year += chance.choice([-3, -2, -1, -1, 1, 1, 2])
    elif kind < 0.27 and day <= 12:
        month, day = day, month
    elif kind < 0.3:
        day = min(28, max(1, day + chance.choice([-10, -1, 1, 10])))
    return f"{year}{month:02}{day:02}"
