"""Each command says what it does and what its options mean, and gives an example that parses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from airace.cli import main

WIDTH = 80


def every(command: click.Command = main, path: tuple[str, ...] = ("airace",)) -> Iterator[tuple]:
    """All commands with their paths, the groups included."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from every(below, (*path, name))


COMMANDS = {" ".join(path): command for path, command in every()}


def help_of(name: str) -> str:
    context = click.Context(COMMANDS[name], info_name=name, terminal_width=WIDTH)
    return COMMANDS[name].get_help(context)


def examples(command: click.Command) -> list[str]:
    """The commands behind ``Example:`` or ``Examples:`` in the help of a command, to its end."""
    _, _, text = re.sub(r"\\\n\s*", " ", command.help or "").partition("Example")
    lines = [line.strip() for line in text.partition(":")[2].splitlines()]
    return [line for line in lines if line.startswith("airace ")]


def parse(example: str) -> click.Command:
    """Parse a command line as ``airace`` would, and run nothing; return its command."""
    command, (_, *words) = main, shlex.split(example)
    context = click.Context(main, info_name="airace")
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
        context = click.Context(command, info_name=command.name, parent=context)
    command.make_context(command.name, list(words), parent=context.parent)
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_in_one_whole_sentence(name):
    first = COMMANDS[name].help.splitlines()[0]
    assert first.endswith(".") and first[0].isupper()


@pytest.mark.parametrize("name", [n for n, c in COMMANDS.items() if isinstance(c, click.Group)])
def test_a_list_of_commands_shows_each_sentence_whole(name):
    listed = help_of(name).partition("Commands:")[2]
    assert [line for line in listed.splitlines() if line.endswith("...")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_says_what_it_means(name):
    options = [p for p in COMMANDS[name].params if isinstance(p, click.Option)]
    assert [option.name for option in options if (option.help or " ")[-1] not in ".?"] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_an_example_of_its_own_that_parses(name):
    found = examples(COMMANDS[name])
    assert found
    for example in found:
        parsed = parse(example)
        assert parsed in [command for path, command in every(COMMANDS[name])]


def test_an_example_with_a_word_too_many_does_not_parse():
    with pytest.raises(click.UsageError):
        parse("airace accept 02-model-share 03-market-size")
    with pytest.raises(click.UsageError):
        parse("airace snapshot diff hub_catalogue/2026-09-03")
    with pytest.raises(click.UsageError):
        parse("airace build --currency USD")
