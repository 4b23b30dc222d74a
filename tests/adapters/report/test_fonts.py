"""The font folder: complete, the same from the same inputs, built once."""

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from adapters.report.fonts import BODY, HEADING, LATIN, SONG, FontError, FontSet, prepare_fonts
from adapters.report.number_face import CHARACTERS


def every_han_of_gb2312() -> set[int]:
    """6763 ideographs, zones 16 to 87."""
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(character) for pair in pairs if (character := pair.decode("gb2312", "ignore"))}


def a_face(path: Path, name: str = "SiteFangSong", characters: str = CHARACTERS) -> Path:
    """A small TrueType face: a box for every character."""
    pen = TTGlyphPen(None)
    for corner, point in enumerate([(0, 0), (0, 700), (400, 700), (400, 0)]):
        (pen.lineTo if corner else pen.moveTo)(point)
    pen.closePath()
    names = [".notdef", *(f"g{n}" for n in range(len(characters)))]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(map(ord, characters), names[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "同名", "styleName": "Regular", "psName": name})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def a_source(folder: Path) -> Path:
    """A folder with a small face under the name of every font the report needs."""
    folder.mkdir()
    a_face(folder / "FandolFang-Regular.otf", "Body", CHARACTERS + "⽞玄\x01\ue000")
    a_face(folder / "DejaVuSans.ttf", "Latin")
    for name in ("NotoSerifCJK-Regular", "NotoSerifCJK-Bold"):
        collection = TTCollection()
        for place in range(3):
            collection.fonts.append(TTFont(a_face(folder / "one.ttf", f"{name}{place}", "玄𬭚𣲗")))
        collection.save(folder / f"{name}.ttc")
        collection.close()
    (folder / "one.ttf").unlink()
    return folder


def families_of(font_set: FontSet) -> list[str]:
    names = []
    for path in sorted((font_set.folder / "faces").iterdir()):
        with TTFont(path, lazy=True) as font:
            names.append(font["name"].getDebugName(1))
    return names


def test_every_face_has_a_family_of_its_own(font_set: FontSet) -> None:
    assert families_of(font_set) == [BODY, SONG, HEADING, LATIN]
    assert font_set.names[0] == "FandolFang-Regular"


def test_controls_radicals_and_private_characters_are_in_no_face(font_set: FontSet) -> None:
    stand_ins = set(font_set.stand_ins.values())
    for path in (font_set.folder / "faces").iterdir():
        with TTFont(path, lazy=True) as font:
            codes = set(font.getBestCmap()) - stand_ins
        assert not codes & {*range(0x20), *range(0x7F, 0xA0)}
        assert not codes & set(range(0x2E80, 0x2FE0))
        assert not codes & set(range(0xE000, 0xF900))


def test_every_character_above_the_basic_plane_has_a_stand_in(font_set: FontSet) -> None:
    high = {code for code in font_set.characters if code > 0xFFFF}

    assert high == set(font_set.stand_ins)
    assert len(set(font_set.stand_ins.values())) == len(high) > 2000


def test_all_ideographs_of_gb2312_are_in_the_body_face(font_set: FontSet) -> None:
    with TTFont(font_set.folder / "faces/0.otf", lazy=True) as body:
        codes = set(body.getBestCmap())

    assert len(every_han_of_gb2312()) == 6763
    assert every_han_of_gb2312() <= codes


def test_rare_characters_of_names_are_in_the_folder(font_set: FontSet) -> None:
    assert set(map(ord, "㛃䶮𬭚𣲗𠅤堃犇喆珺昇頔翀瑄淏彧𬍛䓖㐂𫗴镕玥")) <= font_set.characters


def test_the_fontconfig_file_lists_this_folder_and_nothing_else(font_set: FontSet) -> None:
    settings = font_set.fontconfig.read_text()

    assert settings.count("<dir>") == 1
    assert f"<dir>{font_set.folder.resolve()}/faces</dir>" in settings
    assert "<include" not in settings


def test_the_same_inputs_give_the_same_bytes_and_are_built_once(tmp_path: Path) -> None:
    source = a_source(tmp_path / "source")

    one = prepare_fonts(source, tmp_path / "one")
    built_at = one.fontconfig.stat().st_mtime_ns
    again = prepare_fonts(source, tmp_path / "one")
    other = prepare_fonts(source, tmp_path / "two")

    assert again == one
    assert again.fontconfig.stat().st_mtime_ns == built_at
    assert other.folder.name == one.folder.name
    for path in sorted((one.folder / "faces").iterdir()):
        assert path.read_bytes() == (other.folder / "faces" / path.name).read_bytes()
    assert one.number_face.read_bytes() == other.number_face.read_bytes()


def test_another_face_gives_another_folder(tmp_path: Path) -> None:
    source = a_source(tmp_path / "source")
    one = prepare_fonts(source, tmp_path / "cache")
    a_face(source / "DejaVuSans.ttf", "Latin", CHARACTERS + "a")

    assert prepare_fonts(source, tmp_path / "cache").folder != one.folder


def test_faces_are_withheld_characters_and_given_stand_ins(tmp_path: Path) -> None:
    font_set = prepare_fonts(a_source(tmp_path / "source"), tmp_path / "cache")

    assert font_set.names == ("Body", "NotoSerifCJK-Regular2", "NotoSerifCJK-Bold2", "Latin")
    assert font_set.characters == frozenset(map(ord, CHARACTERS + "玄𬭚𣲗"))
    assert font_set.stand_ins == {ord("𣲗"): 0xE000, ord("𬭚"): 0xE001}
    with TTFont(font_set.folder / "faces/1.otf") as song:
        codes = song.getBestCmap()
    assert codes[0xE000] == codes[ord("𣲗")]


def test_the_folder_is_named_in_full_wherever_the_process_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The renderer works in a folder of its own: a path beginning here would lead it to other fonts."""
    source = a_source(tmp_path / "source")
    monkeypatch.chdir(tmp_path)

    assert prepare_fonts(source, Path("cache")).fontconfig.is_absolute()


def test_a_folder_left_half_built_is_never_taken_for_a_finished_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = a_source(tmp_path / "source")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", _no_space)
        with pytest.raises(OSError, match="no space left"):
            prepare_fonts(source, tmp_path / "cache")

    assert list((tmp_path / "cache").iterdir()) == []


def _no_space(path: Path, target: Path) -> None:
    raise OSError("no space left")


def test_two_processes_that_build_at_once_get_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, cache = a_source(tmp_path / "source"), tmp_path / "cache"
    exists = Path.exists

    def not_yet(path: Path) -> bool:
        """The folder of the other one is finished while ours is being built."""
        monkeypatch.setattr(Path, "exists", exists)
        first.append(prepare_fonts(source, cache))
        return False

    first: list[FontSet] = []
    monkeypatch.setattr(Path, "exists", not_yet)
    second = prepare_fonts(source, cache)

    assert first == [second]
    assert list(cache.iterdir()) == [second.folder]


def test_the_licensed_face_of_a_site_comes_first(tmp_path: Path) -> None:
    site_face = a_face(tmp_path / "site.ttf", "SiteFangSong", CHARACTERS + "玄⽞")

    font_set = prepare_fonts(a_source(tmp_path / "source"), tmp_path / "cache", site_face)

    assert font_set.names[0] == "SiteFangSong"
    assert families_of(font_set) == [BODY, SONG, HEADING, LATIN]
    with TTFont(font_set.folder / "faces/0.ttf") as body:
        assert set(body.getBestCmap()) == set(map(ord, CHARACTERS + "玄"))


def test_a_missing_face_is_named_with_its_package(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=r"FandolFang-Regular\.otf .Debian package texlive-lang-chinese."):
        prepare_fonts(tmp_path, tmp_path / "cache")


def test_a_missing_face_of_the_site_is_named(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=r"fs\.ttf"):
        prepare_fonts(a_source(tmp_path / "source"), tmp_path, Path("fs.ttf"))


def test_faces_that_are_not_in_the_folder_are_taken_from_the_system(tmp_path: Path) -> None:
    source = a_source(tmp_path / "source")
    (source / "DejaVuSans.ttf").unlink()

    assert prepare_fonts(source, tmp_path / "cache").names[-1] == "DejaVuSans"
