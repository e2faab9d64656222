"""The `tutela` command: its words, and which operation each one calls."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from tutela import __version__, environment
from tutela.environment import EnvironmentWrong
from tutela.operations import calculations, publications

Word = Callable[..., argparse.ArgumentParser]
"""Makes a command of its name, its purpose and what it does; gives the parser of its arguments."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.needs_django:
            _set_up(options)
        with _language(options):
            result: int = options.do(options)
        return result
    except (EnvironmentWrong, _refusal()) as problem:
        print(problem, file=sys.stderr)
        return 1


def _set_up(options: argparse.Namespace) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutela.settings")
    owner = environment.text("DATABASE_OWNER_URL")
    if owner and options.as_owner:
        os.environ.pop("TUTELA_DATABASE_URL_FILE", None)
        os.environ["TUTELA_DATABASE_URL"] = owner
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as problem:
        raise EnvironmentWrong(str(problem)) from problem


def _language(options: argparse.Namespace) -> AbstractContextManager[None]:
    """Of the commands that may be told one; a refusal is put into words inside it."""
    if "language" not in options:
        return nullcontext()
    from tutela.operations.language import speaking

    return speaking(options.language)


def _refusal() -> type[Exception]:
    from tutela.operations.refusals import Refused

    return Refused


def _init(_options: argparse.Namespace) -> int:
    from tutela.operations import setup

    return setup.make_folders_and_keys()


def _migrate(_options: argparse.Namespace) -> int:
    from tutela.operations import setup

    return setup.migrate()


def _seed(_options: argparse.Namespace) -> int:
    from tutela.demo import seed

    return seed.seed_when_empty()


def _demo(options: argparse.Namespace) -> int:
    from tutela.demo import seed

    return seed.start_over(cases=options.cases, reset=options.reset)


def _serve(options: argparse.Namespace) -> int:
    from tutela.operations import serving

    return serving.serve(host=options.host, port=options.port, workers=options.workers)


def _worker(options: argparse.Namespace) -> int:
    from tutela.operations import watching

    return watching.watch(once=options.once)


def _backup(options: argparse.Namespace) -> int:
    from tutela.operations import backup

    return backup.write(options.file)


def _restore(options: argparse.Namespace) -> int:
    from tutela.operations import backup

    return backup.bring_back(options.file)


def _audit(options: argparse.Namespace) -> int:
    from tutela.operations import auditing

    calls: dict[str, Callable[[], int]] = {
        "verify": auditing.verify,
        "checkpoint": auditing.show_head,
        "key": auditing.show_key,
        "prove": lambda: auditing.prove(options.event),
    }
    return calls[options.what]()


def _law(options: argparse.Namespace) -> int:
    from tutela.operations import bound, library
    from tutela.operations.refusals import Refused

    if options.what == "check":
        return library.check(options.path)
    if options.what == "effects":
        return _law_effects(options)
    if options.what == "watch":
        from tutela.operations import law_watch

        if options.folder is None:
            raise Refused("Give --folder: the folder that holds clones of the texts.")
        return law_watch.watch(options.folder, root=options.library)
    if not (options.path and options.instrument and options.source and options.as_of):
        raise Refused(
            "Give the file, --instrument, --source (whose list it is) and --as-of (the day it shows)."
        )
    return bound.import_list(
        options.path,
        instrument=options.instrument,
        source=options.source,
        as_of=options.as_of,
        treaty=options.treaty,
        certainty=options.certainty,
        folder=options.library,
        writing=options.write,
    )


def _law_effects(options: argparse.Namespace) -> int:
    _set_up(options)
    from tutela.operations import law_effects

    return law_effects.work_off()


def _rights(options: argparse.Namespace) -> int:
    from tutela.operations import rights

    return rights.show(
        options.facts, state=options.state, day=options.date, language=options.language, as_json=options.json
    )


def _invite(options: argparse.Namespace) -> int:
    from tutela.operations import setup

    return setup.invite_first(
        organisation=options.organisation, kind=options.kind, country=options.country, email=options.email
    )


def _organisation(options: argparse.Namespace) -> int:
    from tutela.operations import setup

    return setup.change_organisation(
        name=options.name,
        accepts_referrals=options.accepts_referrals,
        decides_grounds=options.decides_grounds,
        prefix_search=options.prefix_search,
        keeps_law=options.keeps_law,
        new_key=options.new_key,
    )


def _desk(options: argparse.Namespace) -> int:
    from tutela.operations import setup

    return setup.open_desk(
        organisation=options.organisation,
        slug=options.slug,
        name=options.name,
        country=options.country,
        emergency_number=options.emergency_number,
    )


def _keys(_options: argparse.Namespace) -> int:
    from tutela.operations import setup

    return setup.rotate_keys()


def _reseal(options: argparse.Namespace) -> int:
    from tutela.operations import resealing

    return resealing.reseal(person=options.person, organisation=options.organisation, batch=options.batch)


def _doctor(_options: argparse.Namespace) -> int:
    from tutela.operations import doctor

    return doctor.examine()


def _law_arguments(law: argparse.ArgumentParser) -> None:
    law.add_argument("what", choices=["check", "bound", "watch", "effects"])
    law.add_argument(
        "path", type=Path, nargs="?", help="check: a library folder; bound: a status list as CSV"
    )
    for name in ("instrument", "source", "as-of", "treaty"):
        law.add_argument(f"--{name}", default="")
    law.add_argument("--certainty", choices=["V", "S", "G"], default="S")
    law.add_argument("--library", type=Path, help="the library folder to write to")
    law.add_argument("--write", action="store_true", help="write what was shown")
    law.add_argument("--folder", type=Path, help="watch: clones of the repositories of texts")


def _rights_arguments(rights: argparse.ArgumentParser) -> None:
    rights.add_argument(
        "--facts", type=Path, required=True, help="YAML or JSON: one fact and its answer a line"
    )
    rights.add_argument("--state", required=True, help="whose law, as two letters (ISO 3166-1)")
    rights.add_argument("--date", required=True, help="on which day, as 2026-11-25")
    rights.add_argument("--language", choices=["en", "fr", "es", "ar"], default="en")
    rights.add_argument("--json", action="store_true", help="as the API answers")


def _reseal_arguments(reseal: argparse.ArgumentParser) -> None:
    whose = reseal.add_mutually_exclusive_group(required=True)
    whose.add_argument("--person", default="", metavar="ID", help="of one person, by the id of the file")
    whose.add_argument("--organisation", default="", metavar="NAME", help="of everybody whose file it holds")
    whose.add_argument("--all", action="store_true", help="of everybody")
    reseal.add_argument("--batch", type=_one_or_more, default=50, metavar="N", help="people at a time")


def _one_or_more(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _bodies(word: Word) -> None:
    """Commands for an organisation and its desk."""
    invite = word("invite", "create an organisation and invite its first administrator", _invite)
    for name in ("organisation", "kind", "country", "email"):
        invite.add_argument(f"--{name}", required=True)
    organisation = word("organisation", "say what an organisation offers to others", _organisation)
    organisation.add_argument("name")
    for switch in ("accepts-referrals", "decides-grounds", "prefix-search", "keeps-law"):
        organisation.add_argument(f"--{switch}", action=argparse.BooleanOptionalAction)
    organisation.add_argument("--new-key", action="store_true", help="wrap its keys under a new one")
    desk = word("desk", "open a report desk", _desk)
    for name in ("organisation", "slug", "name", "country"):
        desk.add_argument(f"--{name}", required=True)
    desk.add_argument("--emergency-number", default="", help="shown where someone is in danger now")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tutela", description="Protection for people who have been trafficked."
    )
    parser.add_argument("--version", action="version", version=f"tutela {__version__}")
    words = parser.add_subparsers(required=True, metavar="command")

    def word(
        name: str,
        purpose: str,
        do: Callable[[argparse.Namespace], int],
        *,
        django: bool = True,
        owner: bool = False,
    ) -> argparse.ArgumentParser:
        command = words.add_parser(name, help=purpose, description=purpose)
        command.set_defaults(do=do, needs_django=django, as_owner=owner)
        return command

    word("init", "make the var folder and its keys", _init, django=False)
    word("migrate", "bring the database and the static files up to date", _migrate, owner=True)
    word("seed", "fill an empty database with invented people (demo mode only)", _seed)
    demo = word("demo", "throw the demonstration away and make it anew (demo mode only)", _demo)
    demo.add_argument("--reset", action="store_true", required=True)
    demo.add_argument("--cases", type=int, default=300, metavar="N")
    serve = word("serve", "serve the web pages", _serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    worker = word("worker", "sweep deadlines and sign the log, again and again", _worker)
    worker.add_argument("--once", action="store_true")
    word("backup", "write all but the keys to one sealed file", _backup, owner=True).add_argument(
        "file", type=Path
    )
    word("restore", "bring a backup back", _restore, owner=True).add_argument("file", type=Path)
    audit = word("audit", "check the log of what happened, or prove one event", _audit)
    audit.add_argument("what", choices=["verify", "checkpoint", "key", "prove"])
    audit.add_argument("event", nargs="?", default="")
    law = word(
        "law",
        "check the library of law, bring in a list of states, or work off its changes",
        _law,
        django=False,
    )
    _law_arguments(law)
    _rights_arguments(word("rights", "say what the law gives, from a file of facts", _rights))
    calculations.add(word)
    publications.add(word)
    _bodies(word)
    word("rotate-keys", "wrap all keys again under the current master key", _keys)
    _reseal_arguments(word("reseal", "give people new keys, and seal everything again under them", _reseal))
    word("doctor", "say what is missing in this installation", _doctor)
    return parser
