"""The settings: what may stand in them, and what is said about what may not."""

import pickle
from pathlib import Path

import pytest

from detector.config import Config, Judge, load
from detector.page import ConfigError


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    """A settings file with one value of every section."""
    path = tmp_path / "settings.toml"
    path.write_text(
        '[judge]\npreset = "strict"\n[judge.thresholds]\ntag_spam = 1\n'
        "[limits]\nmax_documents = 7\n[web]\nport = 81\n",
        "utf-8",
    )
    return path


def test_defaults_are_consistent() -> None:
    assert load(None, {}) == Config()
    assert {origin for _, _, origin in Config().settings()} == {"default"}


def test_file_then_environment(toml: Path) -> None:
    config = load(toml, {"DETECTOR__WEB__PORT": "82", "HOME": "/"})
    assert (config.judge.preset, config.limits.max_documents, config.web.port) == ("strict", 7, 82)
    origins = {key: origin for key, _, origin in config.settings()}
    assert origins["web.port"] == "DETECTOR__WEB__PORT"
    assert origins["limits.max_documents"] == str(toml)
    assert origins["web.host"] == "default"


def test_a_whole_number_is_a_threshold(toml: Path) -> None:
    assert load(toml, {}).judge.thresholds == {"tag_spam": 1.0}
    variable = {"DETECTOR__JUDGE__THRESHOLDS__BOILERPLATE": ".5"}
    assert load(toml, variable).judge.thresholds == {"tag_spam": 1.0, "boilerplate": 0.5}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[jugde]\npreset = 'strict'", "jugde: unknown key; did you mean judge?"),
        ("[judge]\npreste = 'strict'", "judge.preste: unknown key; did you mean judge.preset?"),
        ("[judge]\npreset = 'strct'", "'strct' is not one of strict, balanced, recall"),
        ("[judge]\npreset = 1", "judge.preset: expected a string, not 1"),
        ("[web]\nport = true", "web.port: expected a whole number, not True"),
        ("[web]\nport = 65536", "web.port: 65536 is not between 0 and 65535"),
        ("[judge.thresholds]\ntag_spam = 'x'", "expected a number, not 'x'"),
        ("[judge.thresholds]\ntag_spam = 1.5", "tag_spam: 1.5 is not between 0 and 1"),
        ("[judge.thresholds]\nporn = 0.5", "judge.thresholds.porn: unknown key"),
        ("[limits]\nmax_chars = 0", "limits.max_chars: must be 1 or more"),
        ("[limits]\nmax_body_bytes = 9", "limits.max_chars = 2000000 could never be reached"),
        ("[web\n", "Expected ']'"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        load(path, {})
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DETECTOR__WEB__PROT", "1", "DETECTOR__WEB__PROT: unknown key; did you mean web.port?"),
        ("DETECTOR__WEB__PORT", "x", "DETECTOR__WEB__PORT: expected a whole number, not 'x'"),
    ],
)
def test_variables_are_named(name: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
        load(None, {name: value})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.toml"):
        load(tmp_path / "no.toml", {})


def test_with_judge_adds_and_checks() -> None:
    config = Config(judge=Judge(thresholds={"tag_spam": 0.5}))
    changed = config.with_judge(preset="recall", thresholds={"boilerplate": 0.6}, origin="test")
    assert changed.judge == Judge("recall", "zh", {"tag_spam": 0.5, "boilerplate": 0.6})
    assert changed.origins == {"judge.preset": "test", "judge.thresholds.boilerplate": "test"}
    assert config.with_judge() == config
    with pytest.raises(ConfigError):
        config.with_judge(preset="lenient")


def test_it_travels_to_workers(toml: Path) -> None:
    config = load(toml, {})
    assert pickle.loads(pickle.dumps(config)) == config
