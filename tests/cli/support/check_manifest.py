"""check_manifest.py PACKAGE FOLDER: a package's manifest has what its specification asks for, no other
keys, and names files that are there. Exit status 77 where PyYAML is not installed."""
import json
import pathlib
import re
import sys

VERSION = re.compile(r"\d+\.\d+\.\d+")  # of semver.org, without its suffixes


def properties(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    pairs = [line.split("=", 1) for line in lines]
    assert len({key for key, _ in pairs}) == len(pairs), "a key is repeated"
    return dict(pairs)


def yaml(path):
    try:
        from yaml import safe_load
    except ImportError:
        sys.exit(77)
    return safe_load(path.read_text(encoding="utf-8"))


def arduino(folder):
    """arduino-cli, docs/library-specification.md, rev. 2.2."""
    fields = properties(folder / "library.properties")
    required = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url",
                "architectures"}
    assert required <= set(fields) <= required | {"depends", "dot_a_linkage", "includes"}, fields
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}", fields["name"])
    assert not fields["name"].lower().startswith("arduino")
    assert VERSION.fullmatch(fields["version"])
    assert fields["category"] in ("Display", "Communication", "Signal Input/Output", "Sensors", "Timing",
                                  "Device Control", "Data Storage", "Data Processing", "Other")
    assert (folder / "src" / fields["includes"]).is_file()
    sketches = list(folder.glob("examples/*/*.ino"))
    assert sketches and all(sketch.stem == sketch.parent.name for sketch in sketches), sketches


def platformio(folder):
    """docs.platformio.org, library.json; platformio-core, platformio/assets/schema/library.json."""
    fields = json.loads((folder / "library.json").read_text(encoding="utf-8"))
    known = {"$schema", "name", "version", "description", "keywords", "frameworks", "platforms", "headers",
             "build"}
    assert {"name", "version"} <= set(fields) <= known, fields
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fields["name"]) and len(fields["name"]) <= 50
    assert VERSION.fullmatch(fields["version"]) and len(fields["description"]) <= 255
    assert (folder / "include" / fields["headers"]).is_file()
    assert set(fields["build"]) <= {"flags", "unflags", "srcDir", "includeDir", "srcFilter"}


def zephyr(folder):
    """zephyrproject-rtos/zephyr, scripts/zephyr_module.py, METADATA_SCHEMA."""
    fields = yaml(folder / "zephyr" / "module.yml")
    assert set(fields) == {"name", "build"} and set(fields["build"]) == {"cmake", "kconfig"}, fields
    assert (folder / fields["build"]["cmake"] / "CMakeLists.txt").is_file()
    kconfig = (folder / fields["build"]["kconfig"]).read_text(encoding="utf-8")
    for symbol in re.findall(r"CONFIG_(\w+)", (folder / "CMakeLists.txt").read_text(encoding="utf-8")):
        assert re.search(rf"^config {symbol}\n\tbool ", kconfig, re.MULTILINE), symbol


def esp_idf(folder):
    """docs.espressif.com/projects/idf-component-manager, manifest_file."""
    fields = yaml(folder / "idf_component.yml")
    assert set(fields) == {"version", "description", "dependencies"}, fields
    assert isinstance(fields["version"], str) and VERSION.fullmatch(fields["version"])
    assert set(fields["dependencies"]) == {"idf"}
    assert re.fullmatch(r">=\d+\.\d+", fields["dependencies"]["idf"]["version"])


def no_manifest(folder):
    assert folder.is_dir()


KINDS = {"arduino": arduino, "platformio": platformio, "zephyr": zephyr, "esp-idf": esp_idf,
         "cmake": no_manifest, "stm32cube": no_manifest}
KINDS[sys.argv[1]](pathlib.Path(sys.argv[2]))
