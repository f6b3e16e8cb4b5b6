"""Programs that are no Python packages: those that are installed, or else those of Debian's packages."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

_WHERE = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Folders of servers, which are on the PATH of root only."""


class Missing(Exception):
    """The program is neither installed, nor can it be fetched. The message says why."""


def skip_or_fail(reason: Missing) -> NoReturn:
    """Skip the test; fail with `MASTHEAD_TOOLS=required`, for machines that are to run all of them."""
    if os.environ.get("MASTHEAD_TOOLS") == "required":
        pytest.fail(f"{reason}, and MASTHEAD_TOOLS is required")
    pytest.skip(str(reason))


def find(name: str, folder: Path) -> Path:
    """The program, which is also the name of its Debian package. Raises Missing.

    A package is downloaded and unpacked in the folder, which needs no rights; nothing is installed.
    """
    if installed := _installed(name):
        return installed
    unpacked = folder / name
    if not unpacked.exists():
        _unpack(name, unpacked)
    for file in unpacked.glob(f"usr/*bin/{name}"):
        _run(str(file), "version" if name == "caddy" else "-v")  # whether the libraries that it needs are there
        return file
    raise Missing(f"Debian's package {name} has no program of this name")


def installed_or_install(name: str) -> Path:
    """The same for a program that needs many other packages: only root can install them. Raises Missing."""
    if installed := _installed(name):
        return installed
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(f"{name} is not installed, and only root can install it with apt-get")
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", name)
    try:
        _run(*install, timeout=600)
    except Missing:
        _run("apt-get", "update")  # the lists of packages may be missing or old
        _run(*install, timeout=600)
    if installed := _installed(name):
        return installed
    raise Missing(f"Debian's package {name} has no program of this name")


def _installed(name: str) -> Path | None:
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *_WHERE]))
    return Path(found) if found else None


def _unpack(package: str, folder: Path) -> None:
    if shutil.which("apt-get") is None:
        raise Missing(f"{package} is not installed, and there is no apt-get to fetch it with")
    downloads = folder.with_name(f"{package}.download")
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    try:
        _run("apt-get", "download", package, cwd=downloads)
    except Missing:
        # The lists of packages may be missing or old; only root may renew them.
        if os.geteuid() != 0:
            raise
        _run("apt-get", "update")
        _run("apt-get", "download", package, cwd=downloads)
    (file,) = downloads.glob("*.deb")
    _run("dpkg-deb", "-x", str(file), str(downloads / "unpacked"))
    (downloads / "unpacked").rename(folder)
    shutil.rmtree(downloads)


def _run(*command: str, cwd: Path | None = None, timeout: float = 120) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, text=True, capture_output=True, timeout=timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{' '.join(command)}: {error}") from error
    if done.returncode:
        raise Missing(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1:]}")
