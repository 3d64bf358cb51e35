"""The components: right words for the eye and for the ear, and nothing unescaped."""

from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override


def page(source, language="id", **context):
    with override(language):
        return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in page('{% icon "search" %}')
    assert 'role="img" aria-label="Cari"' in page('{% icon "search" label="Cari" %}')


def test_a_chip_has_a_shape_and_a_word():
    html = page('{% chip "bad" text %}', text="<late>")
    assert "#alert-octagon" in html and "&lt;late&gt;" in html
    assert "<svg" not in page('{% chip "line" "x" "" %}')


@pytest.mark.parametrize(
    ("domain", "css", "word"),
    [("applications", "d4", "Aplikasi"), ("units", "d0", "OPD"), ("processes", "d1", "Proses bisnis")]
    + [("strategy", "d0", "Peta strategi")],
)
def test_a_domain_is_told_by_its_word(domain, css, word):
    assert page(f'{{% domain_mark "{domain}" %}}') == f'<span class="dom {css}">{word}</span>'


def test_a_bar_starts_at_zero_and_stays_inside():
    html = page("{% bar 64 100 target=80 %}")
    assert "width:64.0%" in html and "left:80.0%" in html
    assert "width:100.0%" in page("{% bar 300 100 %}")
    assert "width:0.0%" in page("{% bar 3 0 %}")


def test_a_ladder_says_its_level():
    html = page("{% level_ladder 3 signal=4 %}")
    assert 'aria-label="Tingkat 3 dari 5; sinyal menyarankan 4"' in html
    assert '<i class="on">3</i>' in html and '<i class="sig">4</i>' in html
    assert "Belum ada tingkat" in page("{% level_ladder none %}", none=None)


def test_boxes_escape_what_they_are_given():
    html = page('{% note "warn" title=title %}<b>{{ text }}</b>{% endnote %}', title="<t>", text="<x>")
    assert "&lt;t&gt;" in html and "<b>&lt;x&gt;</b>" in html
    assert 'class="kosong"' in page('{% nothing "Belum ada" %}…{% endnothing %}')


def test_crumbs_end_where_one_is():
    html = page('{% crumb "A" "/a/" %}{% crumb "B" %}')
    assert '<a href="/a/">A</a>' in html and '<span aria-current="page">B</span>' in html


def test_figures_are_doors():
    html = page(
        "{% figs items filters=True %}",
        items=[{"value": 12450, "label": "Galat", "url": "/x/", "tone": "bad", "current": True}],
    )
    assert '<a href="/x/" aria-current="true" class="fig-bad">' in html and "12.450" in html


def test_a_pager_shows_only_the_ways_that_exist():
    html = page('{% pager "" "/next/" text="1–50" %}')
    assert "/next/" in html and "prev" not in html
    assert page("{% pager %}").strip() == ""


class Example(forms.Form):
    name = forms.CharField(label="Nama", help_text="Nama resmi")
    kind = forms.ChoiceField(label="Kelas", choices=[("u", "Umum")], required=False)
    keep = forms.BooleanField(label="Ingat", required=False)
    way = forms.ChoiceField(label="Cara", choices=[("a", "Daring")], widget=forms.RadioSelect)


def test_a_field_ties_its_hint_and_its_error_to_the_input():
    html = page("{% field form.name %}", form=Example({"name": ""}))
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html and 'id="id_name_error"' in html
    assert 'class="inp"' in html


def test_only_optional_fields_say_so():
    form = Example()
    assert "boleh kosong" in page("{% field form.kind %}", form=form)
    assert "boleh kosong" not in page("{% field form.name %}", form=form)
    assert 'class="sel"' in page("{% field form.kind %}", form=form)
    assert page("{% field form.keep %}", form=form).count("<label") == 1
    assert "<legend" in page("{% field form.way %}", form=form)


@pytest.mark.parametrize(
    ("source", "value", "indonesian", "english"),
    [
        ("{{ v|angka:2 }}", Decimal("1234.56"), "1.234,56", "1,234.56"),
        ("{{ v|angka }}", "1e999999", "1e999999", "1e999999"),
        ("{{ v|angka }}", None, "", ""),
        ("{{ v|persen }}", 83, "83\u00a0%", "83%"),
        ("{{ v|rupiah:'short' }}", 1_200_000_000, "Rp\u00a01,2\u00a0M", "Rp\u00a01.2\u00a0bn"),
        ("{{ v|initials }}", "Operator Dinas Kesehatan", "OK", "OK"),
    ],
)
def test_filters(source, value, indonesian, english):
    assert page(source, "id", v=value) == indonesian
    assert page(source, "en", v=value) == english
