"""Reads the tree's sources for the checks: which files there are, and Swift text without comments and strings."""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Strings first: a // inside one begins no comment. Nested block comments are against the format rules anyway.
NOT_CODE = re.compile(
    r'(?P<raw>#+)"""[\s\S]*?"""(?P=raw)|(?P<raw1>#+)"[^\n]*?"(?P=raw1)'
    r'|"""(?:\\[\s\S]|(?!""")[^\\])*"""|"(?:\\.|[^"\\\n])*"'
    r"|//[^\n]*|/\*[\s\S]*?\*/")


def files(*folders, suffixes=(".swift",)):
    """Paths below the folders, relative to the root, in a steady order."""
    found = []
    for folder in folders:
        for where, inner, names in os.walk(os.path.join(ROOT, folder)):
            inner[:] = sorted(name for name in inner if not name.startswith(".build") and name != "__pycache__")
            found += [os.path.relpath(os.path.join(where, name), ROOT) for name in sorted(names)
                      if not suffixes or name.endswith(suffixes)]
    return found


def read(path):
    with open(os.path.join(ROOT, path), errors="replace") as file:
        return file.read()


def code(text):
    """The text with comments and string literals blanked out, line numbers unchanged."""
    return NOT_CODE.sub(lambda found: '""' * (found[0][0] in '"#') + "\n" * found[0].count("\n"), text)


def numbered(text):
    return enumerate(text.split("\n"), 1)


def finish(check, problems, praise):
    """Prints what was found and ends the check."""
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{check}: {len(problems)} to put right")
    print(f"{check}: {praise}")
