"""The words of the commands that calculate from tables, kept apart from what they start: it loads slowly."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tutela.languages import LANGUAGES


def hotspots(parser: argparse.ArgumentParser) -> None:
    """What `tutela hotspots` may be told."""
    _events(parser, "cases: place, date, and if not 1 a line, cases")
    parser.add_argument(
        "--places", type=Path, help="table of place, lat, lon, and perhaps population, effort"
    )
    parser.add_argument(
        "--population", type=Path, help="table of place, population, and perhaps year, strata"
    )
    parser.add_argument("--links", type=Path, help="table of place, other, and perhaps length")
    parser.add_argument("--strata", default="", metavar="A,B", help="columns to adjust for, as age,sex")
    parser.add_argument("--model", choices=["permutation", "poisson", "bernoulli"])
    parser.add_argument("--time", choices=["none", "day", "week", "month", "year"], default="month")
    parser.add_argument("--from", dest="first", default="", metavar="DATE", help="first day to look at")
    parser.add_argument("--to", dest="last", default="", metavar="DATE", help="last day to look at")
    parser.add_argument("--prospective", action="store_true", help="only what still goes on at the end")
    parser.add_argument("--longest", type=int, metavar="N", help="periods in a window; else half of all")
    parser.add_argument("--share", type=float, default=0.5, help="largest part of the whole in a window")
    parser.add_argument("--radius", type=float, metavar="KM", help="largest radius of a window")
    parser.add_argument("--shape", choices=["circle", "ellipse", "network"], default="circle")
    _borders(parser)
    parser.add_argument("--flat", action="store_true", help="columns x and y of a flat map, not lat and lon")
    parser.add_argument("--runs", type=int, default=999, help="random runs")
    parser.add_argument("--stop-after", type=int, metavar="N", help="stop once N runs did as well")
    parser.add_argument("--analyses", type=int, default=1, help="how often these data were analysed so far")
    parser.add_argument("--local", action="store_true", help="look at every place with its neighbours too")
    parser.add_argument("--neighbours", type=int, default=8, metavar="N", help="of each place, for --local")
    report(parser)


def prevalence(parser: argparse.ArgumentParser) -> None:
    """What `tutela prevalence` may be told."""
    _events(parser, "lists as columns: a person or a count a row")
    parser.add_argument("--lists", default="", metavar="A,B", help="else every column of yes and no")
    parser.add_argument("--merge", action="append", default=[], metavar="A,B", help="lists to make one")
    parser.add_argument("--population", type=Path, help="table of dimension, value, population")
    parser.add_argument("--order", type=int, choices=[2, 3, 4], default=2, help="largest interaction")
    parser.add_argument("--replicates", type=int, default=1_000, metavar="N", help="of the bootstrap")
    parser.add_argument("--samples", type=int, default=10_000, metavar="N", help="of each chain")
    report(parser)


def warn(parser: argparse.ArgumentParser) -> None:
    """What `tutela warn` may be told."""
    _events(parser, "cases: date, and perhaps series, group, received, cases")
    parser.add_argument(
        "--method", choices=["noufaily", "farrington", "cusum", "change-point", "c1", "c2", "c3"]
    )
    parser.add_argument("--time", choices=["day", "week"], default="week")
    parser.add_argument("--from", dest="first", default="", metavar="DATE", help="first day to look at")
    parser.add_argument("--to", dest="last", default="", metavar="DATE", help="last day to look at")
    parser.add_argument("--watch", type=int, default=52, metavar="N", help="periods to judge, up to the last")
    parser.add_argument(
        "--alarms-a-year", type=float, default=12.0, metavar="N", help="false alarms borne, over all series"
    )
    parser.add_argument(
        "--false-among", type=float, default=0.1, metavar="PART", help="false part of series that stand out"
    )
    parser.add_argument("--pause", type=int, default=4, metavar="N", help="periods after an import in bulk")
    report(parser)


def check_tables(parser: argparse.ArgumentParser) -> None:
    """What `tutela check-tables` may be told."""
    parser.add_argument("file", type=Path, help="CSV of records, or of a table with its counts")
    parser.add_argument("--by", default="", metavar="A,B,C", help="1 to 3 columns that tell people apart")
    parser.add_argument("--within", action="append", default=[], metavar="A=GROUP", help="as country=region")
    parser.add_argument(
        "--margins", default="all", metavar="A,B", help="totals published of: all, none, names"
    )
    parser.add_argument("--threshold", type=int, default=5, metavar="N", help="smaller counts are unsafe")
    parser.add_argument(
        "--protection", type=int, metavar="N", help="people an unsafe count stays unsure over"
    )
    parser.add_argument(
        "--sensitive", default="all", metavar="A,B", help="not told of a group: all, none, names"
    )
    parser.add_argument("--zeros", action="store_true", help="nobody is unsafe too")
    parser.add_argument("--value", default="", metavar="COLUMN", help="add up amounts, not people")
    parser.add_argument("--contributor", default="", metavar="COLUMN", help="whose amount; else each line's")
    parser.add_argument("--percent", type=float, default=10.0, metavar="P", help="amounts: the p %% rule")
    parser.add_argument("--dominance", default="", metavar="N,K", help="amounts: the n largest make k %%")
    parser.add_argument("--method", choices=["suppress", "round", "keys"], default="suppress")
    parser.add_argument("--base", type=int, default=5, metavar="N", help="of rounding: 3, 5 or 10")
    parser.add_argument("--id", default="", metavar="COLUMN", help="tells people apart: nobody in two lines")
    parser.add_argument("--secret", type=Path, metavar="FILE", help="keys: the secret that keys are made of")
    parser.add_argument(
        "--least-k", type=int, default=1, metavar="K", help="refuse smaller groups of records"
    )
    parser.add_argument("--diverse", default="", metavar="A=L", help="refuse groups with fewer values of A")
    parser.add_argument("--total", default="Total", metavar="WORD", help="the word that marks totals")
    which_lines(parser)
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="as sex=Sexe")
    parser.add_argument("--seed", type=int, metavar="N", help="of rounding; else one that nobody can guess")
    parser.add_argument("--out", type=Path, default=Path("safe-tables"), metavar="FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="say what is unsafe, write nothing")
    language(parser)


def which_lines(parser: argparse.ArgumentParser) -> None:
    """Which lines of a file are read, and how."""
    parser.add_argument("--where", action="append", default=[], metavar="A=X|Y", help="only these lines")
    parser.add_argument("--read-as", action="append", default=[], metavar="TEXT=VALUE", help="as <5=2")


def publish(parser: argparse.ArgumentParser) -> None:
    """What `tutela publish` may be told."""
    parser.add_argument("file", type=Path, help="CSV of records: a person a line, or count of people")
    parser.add_argument("--codes", type=Path, required=True, metavar="FILE", help="YAML: columns and codes")
    parser.add_argument("--ledger", type=Path, required=True, metavar="FILE", help="see: tutela ledger open")
    parser.add_argument("--population", required=True, metavar="NAME", help="whom it is about, as in there")
    parser.add_argument("--epsilon", type=float, required=True, help="smaller: more private, less exact")
    parser.add_argument("--delta", type=float, default=1e-9, help="the chance that epsilon does not cover")
    parser.add_argument("--year", type=int, metavar="YEAR", help="of registration; each is released once")
    parser.add_argument("--year-column", default="", metavar="COLUMN", help="read only lines of that year")
    parser.add_argument("--order", type=int, default=3, metavar="N", help="tables of up to 1, 2 or 3 columns")
    parser.add_argument("--person", default="", metavar="COLUMN", help="tells people apart; else each line")
    parser.add_argument("--most", type=int, default=1, metavar="N", help="lines that are counted of a person")
    parser.add_argument(
        "--shape", choices=["own", "ctdc", "htcds"], default="own", help="headings of records"
    )
    parser.add_argument("--says", default="", metavar="WORDS", help="printed in ledger and reports")
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="as sex=Sexe")
    which_lines(parser)
    parser.add_argument(
        "--test-seed", type=int, metavar="N", help="noise that anybody can take off: for tests only"
    )
    parser.add_argument("--out", type=Path, default=Path("release"), metavar="FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="say what it costs, charge and write nothing")
    language(parser)


def add_releases(parser: argparse.ArgumentParser) -> None:
    """What `tutela add-releases` may be told."""
    parser.add_argument("folders", type=Path, nargs="+", help="releases of single years")
    parser.add_argument("--ledger", type=Path, required=True, metavar="FILE", help="that they are in")
    parser.add_argument("--out", type=Path, default=Path("all-years"), metavar="FOLDER")
    language(parser)


def compare(parser: argparse.ArgumentParser) -> None:
    """What `tutela compare` may be told."""
    parser.add_argument("release", type=Path, help="folder of a release of one year")
    parser.add_argument("file", type=Path, help="CSV of the records that it was made of")
    parser.add_argument("--ledger", type=Path, required=True, metavar="FILE", help="that is charged")
    parser.add_argument("--epsilon", type=float, required=True, help="what the comparison may cost")
    parser.add_argument("--delta", type=float, default=1e-9, help="the chance that epsilon does not cover")
    parser.add_argument("--year-column", default="", metavar="COLUMN", help="as of the release")
    parser.add_argument("--person", default="", metavar="COLUMN", help="as of the release")
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="as sex=Sexe")
    which_lines(parser)
    parser.add_argument("--out", type=Path, default=Path("quality"), metavar="FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="charge and write nothing")
    language(parser)


def ledger(parser: argparse.ArgumentParser) -> None:
    """What `tutela ledger` may be told."""
    words = ["open", "show", "verify", "charge", "erratum", "withdraw", "unprotected"]
    parser.add_argument("what", choices=words)
    parser.add_argument("file", type=Path, help="the ledger")
    parser.add_argument("--population", default="", metavar="NAME", help="open, charge: whom it is about")
    parser.add_argument("--epsilon", type=float, help="open: the limit; charge: the cost, Gaussian noise")
    parser.add_argument("--laplace", type=float, metavar="EPSILON", help="charge: the cost, Laplace noise")
    parser.add_argument("--delta", type=float, default=1e-9, help="of epsilon")
    parser.add_argument("--years-apart", action="store_true", help="open: nobody is in two years")
    parser.add_argument(
        "--kind",
        choices=["dashboard", "quality report", "match count", "question", "release"],
        default="question",
        help="charge: what is made",
    )
    parser.add_argument("--year", type=int, help="charge: whose, else people of all years")
    parser.add_argument("--line", type=int, metavar="N", help="erratum, withdraw: which charge")
    parser.add_argument("--says", default="", metavar="WORDS", help="what it is, or why; reports print it")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="verify: is it of this ledger")
    language(parser)


def forecast(parser: argparse.ArgumentParser) -> None:
    """What `tutela forecast` may be told."""
    _events(parser, "cases: date, and perhaps place, cases, received")
    parser.add_argument("--links", type=Path, help="CSV of place, other: which lie beside each other")
    parser.add_argument("--time", choices=["week", "month"], default="week")
    parser.add_argument("--ahead", type=int, metavar="N", help="periods; else 4 weeks or 3 months")
    parser.add_argument("--from", dest="first", default="", metavar="DATE", help="first day to look at")
    parser.add_argument("--to", dest="last", default="", metavar="DATE", help="last day to look at")
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="as place=zip")
    parser.add_argument("--least-shown", type=int, default=5, metavar="N", help="smaller numbers are hidden")
    parser.add_argument("--out", type=Path, default=Path("report"), metavar="FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
    language(parser)


def routes(parser: argparse.ArgumentParser) -> None:
    """What `tutela routes` may be told."""
    _events(parser, "records: origin, destination, and perhaps transit, year, cases")
    parser.add_argument("--places", type=Path, help="table of spelling, place: what you say a spelling means")
    parser.add_argument("--without-regions", action="store_true", help="leave out records with a region")
    _borders(parser)
    parser.add_argument("--origins", default="", metavar="A,B", help="look for outreach points from these")
    parser.add_argument("--destinations", default="", metavar="A,B", help="to these")
    parser.add_argument("--before", default="", metavar="YEARS", help="as 2019-2020; else the earlier half")
    parser.add_argument("--after", default="", metavar="YEARS", help="as 2021-2023; else the later half")
    parser.add_argument("--level", type=float, default=0.05, help="of the backbone: smaller keeps less")
    parser.add_argument(
        "--false-among", type=float, default=0.1, metavar="PART", help="false part of changes that are named"
    )
    parser.add_argument("--runs", type=int, default=999, help="permutations")
    report(parser)


def link(parser: argparse.ArgumentParser) -> None:
    """What `tutela link` may be told."""
    parser.add_argument(
        "file", type=Path, help="CSV or Parquet: id, name (or given, family), born, sex, nationality"
    )
    parser.add_argument("other", type=Path, nargs="?", help="a second file; else people twice in the one")
    parser.add_argument("--other-column", action="append", default=[], metavar="OURS=THEIRS", help="there")
    parser.add_argument("--codes", default="", metavar="A,B", help="more columns that agree or not")
    parser.add_argument(
        "--numbers", default="", metavar="A,B", help="columns of numbers of documents, phones"
    )
    parser.add_argument("--texts", default="", metavar="A,B", help="columns of plain text, as a town")
    parser.add_argument("--dates", choices=["ymd", "dmy", "mdy"], default="ymd", help="what stands first")
    parser.add_argument("--wrong", type=float, default=0.01, metavar="PART", help="not one, of the same")
    parser.add_argument("--lost", type=float, default=0.05, metavar="PART", help="one, called different")
    parser.add_argument("--several", action="store_true", help="a person may be in each file several times")
    parser.add_argument("--review", type=Path, metavar="FILE", help="answers that people filled in")
    parser.add_argument("--show-names", action="store_true", help="write names into the report and files")
    report(parser)


def _events(parser: argparse.ArgumentParser, what: str) -> None:
    """Where lines come from that are counted before anything else: files or folders, as many as there are."""
    parser.add_argument("file", type=Path, nargs="+", help=f"CSV or Parquet, or folders of it, of {what}")
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="what counts lines")


def match(parser: argparse.ArgumentParser) -> None:
    """What `tutela match` may be told."""
    words = parser.add_subparsers(dest="match", required=True, metavar="what")

    def word(name: str, purpose: str) -> argparse.ArgumentParser:
        return language(words.add_parser(name, help=purpose, description=purpose))

    word("key", "make the secret file of an agency").add_argument("file", type=Path)
    _match_consent(word("consent", "write the receipt of a person's consent, or withdraw it"))
    prepare = word("prepare", "answering side: make the table and the keys of a month")
    prepare.add_argument("file", type=Path, help="CSV: id, given, family, born, sex, nationality, consent")
    _match_pair(prepare)
    prepare.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="of this pair alone")
    prepare.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="as given=name")
    prepare.add_argument("--threshold", type=int, default=0, metavar="T", help="keys that must agree")
    prepare.add_argument(
        "--room", type=int, default=0, metavar="N", help="records that the table has room for"
    )
    prepare.add_argument("--canaries", type=int, default=4, metavar="N", help="records of nobody")
    prepare.add_argument("--workers", type=int, default=2, metavar="N", help="processors to use")
    prepare.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
    serve = word("serve", "answering side: answer questions")
    serve.add_argument("folder", type=Path)
    _match_pair(serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8443)
    serve.add_argument("--certificate", type=Path, help="PEM; needed beyond this machine")
    serve.add_argument("--certificate-key", type=Path, help="PEM")
    ask = word("ask", "asking side: ask whether the other side may know a person")
    ask.add_argument("--person", type=Path, required=True, metavar="FILE", help="YAML; - reads what is typed")
    _match_pair(ask)
    ask.add_argument("--consent", type=Path, required=True, metavar="FILE", help="the receipt")
    ask.add_argument("--caseworker", required=True, metavar="NAME", help="leaves this machine as a pseudonym")
    _match_address(ask)
    ask.add_argument("--dry-run", action="store_true", help="check everything, ask nothing")
    replies = word("replies", "asking side: fetch the replies that are due")
    _match_pair(replies)
    _match_address(replies)
    waiting = word("waiting", "answering side: say which records were asked about")
    waiting.add_argument("folder", type=Path)
    _match_pair(waiting)
    reply = word("reply", "answering side: reply to a question; doing nothing is silence")
    reply.add_argument("folder", type=Path)
    reply.add_argument("question")
    reply.add_argument("--secret", type=Path, required=True, metavar="FILE")
    reply.add_argument("--say", required=True, metavar="WORDS", help="whom to call; at most 200 bytes")
    _match_count(word("count", "count with noise whom both sides know, in four steps"))
    word("stop", "end a pair: destroy keys, table and handles").add_argument("folder", type=Path)
    word("log", "check the log of either side, and say its root").add_argument("folder", type=Path)


def _match_pair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agreement", type=Path, required=True, metavar="FILE", help="YAML of the pair")
    parser.add_argument("--secret", type=Path, required=True, metavar="FILE", help="of this side")


def _match_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, default=Path("questions"), help="log, and what awaits a reply")
    parser.add_argument("--address", default="http://127.0.0.1:8443", metavar="URL", help="of the other side")
    parser.add_argument(
        "--authority", type=Path, metavar="FILE", help="PEM; else those that this machine trusts"
    )


def _match_count(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", choices=["begin", "answer", "return", "finish"], help="asking side: 1 and 3")
    _match_pair(parser)
    parser.add_argument("--records", type=Path, metavar="FILE", help="begin, answer: CSV as for prepare")
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="as given=name")
    parser.add_argument("--message", type=Path, metavar="FILE", help="what the other side sent")
    parser.add_argument("--out", type=Path, metavar="FILE", help="for the other side")
    parser.add_argument("--folder", type=Path, default=Path("counts"), help="what waits for the next step")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="finish: the privacy ledger to charge")
    parser.add_argument("--population", default="", metavar="NAME", help="finish: of whom, in the ledger")
    parser.add_argument("--epsilon", default="0.1", metavar="E", help="finish: smaller is more noise")


def _match_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the receipt")
    parser.add_argument("--withdraw", action="store_true", help="no question can be asked with it any more")
    parser.add_argument("--agreement", type=Path, metavar="FILE", help="YAML of the pair")
    parser.add_argument("--secret", type=Path, metavar="FILE", help="of the asking side")
    parser.add_argument("--reference", default="", metavar="ID", help="the person's, in your own files")
    parser.add_argument("--purpose", default="", help="one of the agreement")
    parser.add_argument("--until", default="", metavar="DAY", help="the last day of the consent")
    parser.add_argument("--by", choices=["person", "guardian"], default="person", help="who agreed")
    parser.add_argument("--decision", default="", metavar="WORDS", help="for a child: what was decided, when")


def patterns(parser: argparse.ArgumentParser) -> None:
    """What `tutela patterns` may be told."""
    parser.add_argument(
        "file", type=Path, nargs="+", help="CSV, JSON lines, Parquet, WARC or MBOX of adverts or posts"
    )
    parser.add_argument("--report", type=Path, required=True, metavar="FOLDER", help="where the report goes")
    parser.add_argument(
        "--keep", type=Path, default=Path("patterns"), metavar="FOLDER", help="key, decisions, evidence"
    )
    parser.add_argument("--basis", default="", metavar="WORDS", help="by what right the file is held: once")
    parser.add_argument("--purpose", default="", metavar="WORDS", help="what it is held for: once")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="decisions.csv, filled in")
    parser.add_argument("--regions", default="", metavar="FR,ES", help="countries whose numbers are tried")
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="text=title+job")
    parser.add_argument("--signs", default="adverts", metavar="NAME", help="a set of library/signs")
    parser.add_argument("--alike", type=float, default=0.48, metavar="PART", help="more: fewer false matches")
    parser.add_argument("--most", type=int, default=100, metavar="N", help="templates on the page")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
    parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
    language(parser)


def patterns_keep(parser: argparse.ArgumentParser) -> None:
    """What `tutela patterns-keep` may be told."""
    parser.add_argument("what", choices=["add", "repair", "forget", "enrol", "ask", "agree"])
    parser.add_argument("value", nargs="*", help="add: files; ask: a label or number; agree: the request")
    parser.add_argument("--keep", type=Path, default=Path("patterns"), metavar="FOLDER")
    parser.add_argument("--basis", default="", metavar="WORDS", help="add: by what right: once")
    parser.add_argument("--purpose", default="", metavar="WORDS", help="add: what for: once")
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="text=title+job")
    parser.add_argument("--by", default="", metavar="NAME", help="who you are")
    parser.add_argument("--reason", default="", metavar="WORDS", help="ask: why; it is kept")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="else you are asked")
    language(parser)


def _borders(parser: argparse.ArgumentParser) -> None:
    """Whose borders a map draws."""
    parser.add_argument(
        "--borders", type=Path, help="table of shape, country, or a TopoJSON of countries, for the maps"
    )


def report(parser: argparse.ArgumentParser) -> None:
    """What every command that writes a report may be told."""
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS", help="as place=zip")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers")
    parser.add_argument("--least-shown", type=int, default=5, metavar="N", help="smaller counts are hidden")
    parser.add_argument("--out", type=Path, default=Path("report"), metavar="FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
    language(parser)


def language(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """In which language a command speaks and writes its report."""
    codes = [code for code, _name in LANGUAGES]
    parser.add_argument(
        "--language", choices=codes, default=codes[0], help="of the report and of all it says"
    )
    return parser
