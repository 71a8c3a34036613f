"""One name in Turkmen, Russian and English is one name; names that differ stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.chain.spelling import core, folded, same_word, sound

SAME = [
    ("«Gökdepe Pagta» HJ", "ХО «Гёкдепе пагта»"),
    ("Gökdepe", "Geokdepe"),
    ("Türkmenbaşy HK", "ЧП Туркменбаши"),
    ("Türkmenbaşy", "Turkmenbashi LLC"),
    ("Daşoguz", "Дашогуз"),
    ("Daşoguz", "Dashoguz"),
    ("Altyn Hasyl daýhan birleşigi", "Daýhan birleşigi «Алтын Хасыл»"),
    ("Ak altyn", "Ак-алтын"),
    ("Jeýhun", "Джейхун"),
    ("Çärjew", "Charjew"),
    ("Çärjew", "Чарджев"),
    ("Hazar nebit", "Khazar Nebit"),
    ("Häzer", "Хәзер"),
    ("Güneş", "Гюнеш"),
    ("Ýeňiş", "Еңиш"),
    ("Ýüpek", "Юпек"),
    ("Baýramaly", "Байрамали"),
    ("Tejen", "Теджен"),
    ("OOO Шёхле", "Şöhle HJ"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_sound_alike(one, other):
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Mary", "Myrat"), ("Ak altyn", "Gök altyn"), ("Tejen", "Tagta"), ("", "Mary")]
)
def test_different_names_stay_apart(one, other):
    assert not same_word(one, other)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("«Ak Pagta» HJ", "ak pagta"),
        ("Ak Pagta hojalyk jemgyýeti", "ak pagta"),
        ("Ak Pagta ÝGPJ", "ak pagta"),
        ("ОАО «Ак пагта»", "ak pagta"),
        ("Ak Pagta Co., Ltd.", "ak pagta"),
        ("Hong Ho Mexico S.A .DE C.V.", "hong ho mexico"),
        ("Bergman Riveria - Serflex S.A.C.", "bergman riveria serflex"),
        ("A.Schmied s.r.o.", "a schmied"),
        ("ABC Garments (Pvt) Ltd", "abc garments"),
        ("HJ", "hj"),
    ],
)
def test_the_legal_form_is_no_part_of_a_name(name, bare):
    assert core(name) == bare


@given(st.text(max_size=40))
def test_folding_is_done_once_for_all(name):
    assert folded(folded(name)) == folded(name)


@given(st.text(alphabet="abçdeäfghijžklmnňoöprsştuüwyýz ABÇ", min_size=1, max_size=30))
def test_turkmen_names_become_plain_letters(name):
    assert folded(name).replace(" ", "").isascii()


@given(st.text(max_size=40))
def test_something_is_left_of_every_name_that_says_something(name):
    assert bool(core(name)) == bool(folded(name))
