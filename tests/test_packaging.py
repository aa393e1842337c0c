import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = {"agent_tui", "screens", "widgets", "hub", "storage", "rules"}


def test_no_other_distribution_has_a_package_of_our_names() -> None:
    providers = packages_distributions()
    assert not {name: others for name in OURS if (others := set(providers.get(name, [])) - {"agent-tui"})}


def test_the_wheel_holds_data_styles_and_translations_and_works_elsewhere(tmp_path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    wanted = {path.relative_to(ROOT).as_posix() for package in OURS for path in (ROOT / package).rglob("*.*")}
    wanted = {name for name in wanted if name.endswith((".py", ".toml", ".tcss", ".html", ".mo", ".typed"))}
    assert wanted <= names
    # from another folder, and without the checkout on the path
    found = subprocess.run(
        [sys.executable, "-P", "-m", "agent_tui", "parse", "ppt 1500 +3 spei", "--json"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"code": "PPT"' in found.stdout, found.stderr
