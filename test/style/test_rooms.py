# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rooms may include and call, read from the sources."""

import re

import pytest

from conftest import ROOT, files, short

# In these two the state is one, and its files call each other (doc/architecture.md); the numbers
# are those of the files in their largest circle, which may fall. A new room has no circle.
KNOTS = {"sctp": 36, "mobility": 9}

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
TEXT = re.compile(r'"(?:\\.|[^"\\\n])*"')


def code_of(path):
    """A file's text without comments and strings."""
    return TEXT.sub('""', COMMENT.sub(" ", path.read_text(encoding="utf-8")))


def defined_in(text):
    """The functions of C that a file defines for others: a name at the left margin's level, a
    parameter list, a body."""
    return set(re.findall(r"^(?!static\b)[a-z][\w *]*?\b(\w+)\([^;{}]*\)\s*\{", text, re.MULTILINE))


def circles(edges):
    """The strongly connected sets of two or more nodes, largest first (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            one = [stack.pop()]
            while one[-1] != node:
                one.append(stack.pop())
            if len(one) > 1:
                found.append(sorted(one))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return sorted(found, key=len, reverse=True)


def calls(room):
    """{file: files of the room whose functions it calls}, without endings."""
    texts = {path.stem: code_of(path) for path in files(".c", under=f"core/{room}")}
    home = {name: stem for stem, text in texts.items() for name in defined_in(text)}
    return {stem: {home[name] for name in re.findall(r"\b(\w+)\(", text)
                   if home.get(name, stem) != stem} for stem, text in texts.items()}


def test_circles_are_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    assert defined_in("int f(int a)\n{\n}\nstatic int g(void)\n{\n}\nint h(void);\n") == {"f"}


@pytest.mark.parametrize("room", sorted(p.name for p in (ROOT / "core").iterdir() if p.is_dir()))
def test_no_new_room_has_a_circle(room):
    edges = calls(room)
    assert edges
    found = circles(edges)
    largest = len(found[0]) if found else 0
    if room in KNOTS:
        assert largest <= KNOTS[room], f"the knot of core/{room} has grown: {found[0]}"
    else:
        assert not found


@pytest.mark.parametrize("room", sorted(p.name for p in (ROOT / "core").iterdir() if p.is_dir()))
def test_other_rooms_come_in_by_the_door(room):
    """core/X includes of core/Y only core/Y/Y.h; all include core/base."""
    for path in files(".c", ".h", under=f"core/{room}"):
        for included in re.findall(r'^#include "([^"]+)"', path.read_text(), re.MULTILINE):
            place = included.split("/")
            assert place[0] == "core", f"{short(path)} includes {included}"
            other = place[1]
            assert other in (room, "base") or place[2] == f"{other}.h", (short(path), included)


def test_dependencies_point_one_way():
    below = {"core": {"core"}, "model": {"core", "model"}, "helper": {"core", "model", "helper"},
             "sim": {"core", "model", "helper", "sim"}, "host": {"core", "host"}}
    where = {path.name: path.parent.name for room in ("model", "helper")
             for path in files(".h", under=room)}
    for room, allowed in below.items():
        for path in files(".c", ".cc", ".h", under=room):
            for included in re.findall(r'^#include "([^"]+)"', path.read_text(), re.MULTILINE):
                first, _, rest = included.partition("/")
                other = where.get(rest or first, room if first == "ns3" or not rest else first)
                assert other in allowed, f"{short(path)} includes {included}"


def declared():
    """(name, header) of each function that a header declares and that has a name of its own."""
    for room in ("core", "host", "model", "helper", "sim"):
        for path in files(".h", under=room):
            text = re.sub(r"^\s*#.*$", "", code_of(path), flags=re.MULTILINE)
            for line in re.findall(r"[^;{}]*\([^;{}]*\)[^;{}]*;", text):
                if re.search(r"\b(override|typedef|using|friend|operator|TracedCallback)\b", line):
                    continue
                name = re.search(r"(?<![.>~\w])(\w+)\s*\(", line)
                if name and not re.search(rf"(\.|->|~){name[1]}\b", line):
                    yield name[1], path


def test_every_declared_function_is_used():
    """By code, a test or an example: somewhere it stands that is neither its declaration nor its
    definition."""
    uses = {}
    for path in files(".c", ".h", ".cc"):
        text = code_of(path)
        for name in re.findall(r"\w+", text):
            uses[name] = uses.get(name, 0) + 1
        for name in re.findall(r"^\w[\w:&*<>, ]*?\b(\w+)\([^;{}]*\)[^;{}()]*(?::[^;{}]*)?\s*\{",
                               text, re.MULTILINE):
            uses[name] -= 1  # a definition
    wrong = []
    for name, path in declared():
        classes = re.findall(r"\bclass (\w+)", path.read_text())
        if name in classes or name == "DoDispose" or name == "GetTypeId":
            continue
        if uses.get(name, 0) <= 1:
            wrong.append(f"{short(path)}: {name}()")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_the_ns3_rooms_speak_one_dialect():
    """One namespace, block comments for the licence, public headers as ns3/NAME.h."""
    lists = (ROOT / "CMakeLists.txt").read_text()
    headers = re.search(r"set\(model_headers\n(.*?)\n\)", lists, re.DOTALL)[1].split()
    public = {name.rsplit("/", 1)[-1] for name in headers}
    wrong = []
    for room in ("model", "helper", "sim"):
        for path in files(".h", ".cc", under=room):
            text = path.read_text(encoding="utf-8")
            if not text.startswith("/* SPDX-License-Identifier: GPL-2.0-or-later */\n"):
                wrong.append(f"{short(path)}: the licence")
            if re.search(r"^namespace roam$", text, re.MULTILINE):
                wrong.append(f"{short(path)}: namespace roam inside another")
            wrong += [f"{short(path)}: {name} is public: ns3/{name}"
                      for name in re.findall(r'^#include "([\w-]+\.h)"', text, re.MULTILINE)
                      if name in public]
    assert not wrong, "\n".join(wrong)
