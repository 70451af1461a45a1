"""Prepare this checkout: `python3 bootstrap.py` to run the product, `--test` to test it as well.

Called by every `make` target that needs an environment. It runs before anything is installed,
so it uses the standard library alone; each step is skipped while what it reads is unchanged.
"""

import sys

# Ahead of everything else: an old Python must reach this sentence, not a SyntaxError.
if sys.version_info < (3, 11):
    sys.exit(
        "Workshop needs Python 3.11 or newer; this is Python {}.{} ({}).\n"
        "Install a newer one and name it, for example: make run PYTHON=python3.12".format(
            sys.version_info[0], sys.version_info[1], sys.executable
        )
    )

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / "workshop-setup.json"
REQUIREMENTS = ROOT / "requirements"
NODE_AT_LEAST = (20, 19)

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class SetupFailed(Exception):
    """What could not be done, and what to do about it, in words for the person at the keyboard."""


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    try:
        subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        name = Path(command[0]).name
        raise SetupFailed(
            f"`{name}` did not succeed; what it said stands above ({problem}).\n"
            "What was finished is kept: run the same command again when it is mended."
        ) from problem


def answers(*command: str | Path) -> str | None:
    """What a program prints, or None where it is missing or broken."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def digest(paths: Iterable[Path]) -> str:
    """Over contents, not times: a fresh clone or another branch gives every file a new time."""
    total = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            total.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def stamps() -> dict[str, str]:
    try:
        return json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}


def step(name: str, says: str, state: str, work: Callable[[], None], made: Path | None = None) -> None:
    if stamps().get(name) == state and (made is None or made.exists()):
        return
    print(f"{says} …", flush=True)
    began = time.monotonic()
    work()
    STAMPS.write_text(json.dumps({**stamps(), name: state}, indent=1))
    print(f"{says}: done in {time.monotonic() - began:.0f} s", flush=True)


def apt_install(package: str) -> bool:
    if not shutil.which("apt-get") or os.name == "nt" or os.geteuid() != 0:
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "--no-install-recommends", package],
    ):
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def make_venv() -> None:
    # A moved checkout or a removed Python leaves scripts that point nowhere.
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, capture_output=True).returncode == 0:
        return
    if apt_install("python3-venv") and subprocess.run(command).returncode == 0:
        return
    raise SetupFailed(
        f"{sys.executable} cannot make a virtual environment in {VENV}.\n"
        "On Debian and Ubuntu its `venv` module is a package of its own: "
        "sudo apt-get install python3-venv"
    )


def venv_works() -> bool:
    return answers(PYTHON, "-c", "print('works')") == "works" and stamps().get("venv") in (
        None,
        str(ROOT),
    )


def install(lock: Path, python: Path = PYTHON) -> None:
    """By hash, for the environment of `python`. uv is fast; pip knows the registry a machine may be set up for."""
    uv_env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    by_hash = ("install", "--quiet", "--require-hashes", "-r", lock)
    try:
        run(PYTHON, "-m", "uv", "pip", *by_hash, "--python", python, env=uv_env)
    except SetupFailed:
        print("uv did not succeed; trying pip, with its own settings …", flush=True)
        run(PYTHON, "-m", "pip", "--python", python, *by_hash)


def install_project() -> None:
    # Its requirements and its build backend stand in the lock already.
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--disable-pip-version-check", "--editable", ROOT),
    )


def install_python(test: bool) -> None:
    installer = REQUIREMENTS / "installer.txt"
    step(
        "installer",
        "Installing uv",
        digest([installer]),
        lambda: run(
            *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "-r", installer),
        ),
    )
    # The lock for the tests holds everything of the other one, in the same versions.
    locks = [REQUIREMENTS / "runtime.txt", REQUIREMENTS / "dev.txt"]
    state = digest(locks)
    if test:
        says = "Installing Python packages, those of the tests too"
        step("python", says, f"dev {state}", lambda: install(locks[1]))
    elif stamps().get("python") != f"dev {state}":
        step("python", "Installing Python packages", state, lambda: install(locks[0]))
    step("project", "Installing Workshop", digest([ROOT / "pyproject.toml"]), install_project)


def node_is_new_enough(node: str | Path) -> bool:
    version = answers(node, "--version") or "v0.0"
    try:
        return tuple(int(part) for part in version[1:].split(".")[:2]) >= NODE_AT_LEAST
    except ValueError:
        return False


def find_node() -> tuple[Path, Path]:
    """node and npm: the machine's, else those that PyPI carries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_is_new_enough(node):
        return Path(node), Path(npm)
    lock = REQUIREMENTS / "node.txt"
    step("node", "Installing Node.js", digest([lock]), lambda: install(lock), made=BIN / "npm")
    return BIN / "node", BIN / "npm"


def install_browser_side() -> None:
    node, npm = find_node()
    # npm's scripts look for `node` on the path, and the machine's own may be too old.
    env = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])}
    locks = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    step(
        "npm",
        "Installing browser packages",
        digest(locks),
        lambda: run(npm, "ci", "--include=dev", "--loglevel=error", env=env),
        made=ROOT / "node_modules" / ".package-lock.json",
    )
    build = ROOT / "build.mjs"
    if build.exists():
        dist = ROOT / "static" / "dist"
        sources = [p for p in (ROOT / "static").rglob("*") if dist not in p.parents]
        step(
            "front end",
            "Building the browser's side",
            digest([*locks, build, *sources]),
            lambda: run(node, build, env=env),
            made=dist / "manifest.json",
        )


def compile_translations() -> None:
    folder = ROOT / "workshop" / "translations"
    catalogues = list(folder.glob("*/LC_MESSAGES/*.po"))
    if not catalogues:
        return
    compiled = [path.with_suffix(".mo") for path in catalogues]
    missing = next((path for path in compiled if not path.exists()), None)
    step(
        "translations",
        "Compiling the translations",
        digest(catalogues),
        lambda: run(BIN / "pybabel", "-q", "compile", "-d", folder),
        made=missing,
    )


def find_browser() -> str | None:
    """An installed Chromium that starts, or the one that Playwright has fetched."""
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        # Ubuntu's `chromium-browser` is a stub that only says where to get one.
        if found and answers(found, "--version"):
            return found
    fetched = answers(
        PYTHON,
        "-c",
        "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)",
    )
    return fetched if fetched and Path(fetched).exists() else None


def install_browser() -> None:
    if find_browser():
        return
    print("Installing a browser for the tests …", flush=True)
    if apt_install("chromium") and find_browser():
        return
    subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], cwd=ROOT)
    if not find_browser():
        raise SetupFailed(
            "The tests need Chromium, and neither Debian's packages nor Playwright gave one.\n"
            "Install it yourself, for example: sudo apt-get install chromium"
        )


def main() -> None:
    test = "--test" in sys.argv[1:]
    try:
        if not venv_works():
            step("venv", "Making .venv", str(ROOT), make_venv)
        install_python(test)
        install_browser_side()
        compile_translations()
        if test:
            install_browser()
    except SetupFailed as problem:
        sys.exit(f"\nSetup stopped. {problem}")


if __name__ == "__main__":
    main()
