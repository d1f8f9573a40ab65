"""The linter: what Jenkins would refuse in a Jenkinsfile, and what this project refuses besides.

It reads the syntax tree that ``syntax.groovy`` gives, and returns complaints as text.
"""

import re
from collections.abc import Iterable, Iterator

from jenkinsfile import vocabulary as known
from jenkinsfile.vocabulary import Word

Node = dict
Tree = dict


def complaints(tree: Tree) -> list[str]:
    """Everything that is wrong with a pipeline, each as ``line N: what``."""
    if tree["error"]:
        return [f"syntax: {tree['error']}"]
    top = tree["statements"]
    if [node.get("call") for node in top] != ["pipeline"]:
        return ["line 1: expected one pipeline block and nothing beside it but functions"]
    own = frozenset(tree["methods"])
    found = list(_pipeline(top[0], own))
    for statements in tree["methods"].values():
        for node in statements:
            found += _groovy(node, own)
    return found + list(_secrets(tree))


def walk(node: object) -> Iterator[Node]:
    """Every node of a tree, outermost first."""
    if isinstance(node, dict):
        if "line" in node:
            yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)


def block(node: Node) -> list[Node]:
    """The statements of the block that a call ends with, and none where it has no block."""
    last = node["args"][-1] if node.get("args") else {}
    return last.get("block", [])


def arguments(node: Node, word: Word) -> dict[str, Node]:
    """The arguments of a call by name."""
    named: dict[str, Node] = {}
    for argument in node["args"]:
        if "map" in argument:
            named |= argument["map"]
        elif "block" not in argument:
            named[word.unnamed or ""] = argument
    return named


def _pipeline(pipeline: Node, own: frozenset[str]) -> Iterator[str]:
    sections = block(pipeline)
    yield from _allowed(sections, known.PIPELINE_SECTIONS, "section")
    names = [node.get("call") for node in sections]
    for name in known.PIPELINE_NEEDS:
        if name not in names:
            yield f"line {pipeline['line']}: a pipeline needs {name}"
    yield from _sections(sections, own, known.OPTIONS.keys())


def _stage(stage: Node, own: frozenset[str]) -> Iterator[str]:
    if stage.get("call") != "stage" or "string" not in stage["args"][0]:
        yield f"line {stage['line']}: expected stage('a constant name')"
        return
    sections = block(stage)
    yield from _allowed(sections, known.STAGE_SECTIONS, "section of a stage")
    bodies = [node["call"] for node in sections if node.get("call") in known.STAGE_BODIES]
    if len(bodies) != 1:
        yield f"line {stage['line']}: a stage has one of steps, stages, parallel, not {bodies}"
    yield from _sections(sections, own, known.STAGE_OPTIONS)


def _sections(sections: list[Node], own: frozenset[str], options: Iterable[str]) -> Iterator[str]:
    for node in sections:
        inner, line = block(node), node["line"]
        match node.get("call"):
            case "stages" | "parallel":
                for stage in inner:
                    yield from _stage(stage, own)
            case "steps":
                yield from _steps(inner, own)
            case "post":
                yield from _allowed(inner, known.POST_CONDITIONS, "post condition")
                for condition in inner:
                    yield from _steps(block(condition), own)
            case "options":
                yield from _allowed(inner, options, "option")
                yield from _wording(inner, known.OPTIONS)
            case "parameters":
                yield from _allowed(inner, known.PARAMETERS, "parameter")
                yield from _wording(inner, known.PARAMETERS)
            case "triggers":
                yield from _allowed(inner, known.TRIGGERS, "trigger")
            case "when":
                yield from _allowed(inner, known.WHEN_CONDITIONS, "when condition")
            case "environment":
                yield from _environment(inner)
            case "agent" if inner:
                yield from _allowed(inner, known.AGENTS, "agent")
            case "agent" if node["args"][0].get("variable") not in ("any", "none"):
                yield f"line {line}: an agent is any, none or a block"


def _allowed(nodes: list[Node], names: Iterable[str], what: str) -> Iterator[str]:
    seen = set()
    for node in nodes:
        name = node.get("call")
        if name not in names:
            yield f"line {node['line']}: unknown {what} {name or node}; known: {sorted(names)}"
        elif name in seen and what != "parameter":
            yield f"line {node['line']}: {what} {name} stands twice"
        seen.add(name)


def _environment(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if not node.keys() >= {"assign", "to"} or not node["to"].keys() & {"string", "gstring"}:
            yield f"line {node['line']}: environment takes NAME = 'text' only"


def _steps(nodes: list[Node], own: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        if "call" not in node:
            yield f"line {node['line']}: only steps stand here; Groovy needs a script block"
        elif node["call"] == "script":
            for inner in block(node):
                yield from _groovy(inner, own)
        elif node["call"] in known.STEPS:
            yield from _call(node, own)
            yield from _steps(block(node), own)
        else:
            yield f"line {node['line']}: unknown step {node['call']}"


def _groovy(node: Node, own: frozenset[str]) -> Iterator[str]:
    for inner in walk(node):
        if "call" in inner and inner["call"] not in own:
            yield from _call(inner, own)


def _call(node: Node, own: frozenset[str]) -> Iterator[str]:
    word = known.STEPS.get(node["call"]) or known.PARTS.get(node["call"])
    if word is None:
        yield f"line {node['line']}: unknown step {node['call']}"
        return
    yield from _worded(node, word)
    given = arguments(node, word)
    if node["call"] == "sh" and "script" in given and "string" not in given["script"]:
        yield f"line {node['line']}: the script of sh is put together in Groovy: quote it singly"
    for argument in given.values():
        for part in walk(argument):
            if "call" in part and part["call"] not in own:
                yield from _call(part, own)


def _wording(nodes: list[Node], words: dict[str, Word]) -> Iterator[str]:
    for node in nodes:
        if node.get("call") in words:
            yield from _worded(node, words[node["call"]])
            for argument in arguments(node, words[node["call"]]).values():
                if "call" in argument:
                    yield from _wording([argument], known.PARTS)


def _worded(node: Node, word: Word) -> Iterator[str]:
    given, name, line = arguments(node, word), node["call"], node["line"]
    for argument in sorted(given.keys() - word.arguments):
        yield f"line {line}: {name} has no argument {argument!r}; it has {sorted(word.arguments)}"
    for argument in sorted(word.needs - given.keys()):
        yield f"line {line}: {name} needs {argument}"
    for argument, values in word.values.items():
        if given.get(argument, {}).get("string", next(iter(values))) not in values:
            yield f"line {line}: {name} takes {argument} out of {sorted(values)}"
    for series in given.get("csvSeries", {}).get("list", []):
        for key in sorted(series.get("map", {}).keys() - known.CSV_SERIES):
            yield f"line {line}: a CSV series has no {key!r}; it has {sorted(known.CSV_SERIES)}"


def _secrets(tree: Tree) -> Iterator[str]:
    nodes = list(walk(tree["statements"])) + list(walk(list(tree["methods"].values())))
    bindings = [node["args"][0]["map"] for node in nodes if node.get("call") == "file"]
    secrets = {one["variable"]["string"] for one in bindings if "variable" in one}
    for node in nodes:
        for secret in sorted(secrets & set(re.findall(r"\w+", node.get("gstring", "")))):
            yield f"line {node['line']}: the secret {secret} is interpolated by Groovy"
