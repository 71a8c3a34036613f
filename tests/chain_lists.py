"""Lists of suppliers made up for tests, with the kinds of mess that real ones have; every firm in them is invented."""

import io

import xlsxwriter

from duediligence.chain.mapping import Field

MEANT = {
    "Turkmen": {
        "T/b": Field.NUMBER,
        "Kärhananyň ady": Field.NAME,
        "Görnüşi": Field.WORK,
        "Welaýaty": Field.ADDRESS,
        "Etraby": None,
        "Salgysy": Field.ADDRESS,
        "Hasaba alyş belgisi": Field.REGISTRY,
        "Haryt kody": Field.GOODS,
        "Satyn alyşdaky paýy, %": Field.SHARE_OF_SPEND,
        "Işgärleriň sany": Field.HEADS,
        "Möwsümleýin işgärler": Field.PEAK_HEADS,
        "Iş aýlary": Field.MONTHS,
        "Basgançak": Field.TIER,
        "Kimi üpjün edýär": Field.SUPPLIES,
        "Telefon": Field.PERSON,
        "Bellikler": Field.NOTE,
    },
    "Russian": {
        "№ п/п": Field.NUMBER,
        "Наименование поставщика": Field.NAME,
        "Страна": Field.COUNTRY,
        "Юридический адрес": Field.ADDRESS,
        "Рег. номер": Field.REGISTRY,
        "Код ТН ВЭД": Field.GOODS,
        "Вид деятельности": Field.WORK,
        "Доля в закупках, %": Field.SHARE_OF_SPEND,
        "Численность работников": Field.HEADS,
        "Сезонная численность": Field.PEAK_HEADS,
        "Месяцы работы": Field.MONTHS,
        "Уровень": Field.TIER,
        "Кому поставляет": Field.SUPPLIES,
        "Контактное лицо": Field.PERSON,
        "Примечание": Field.NOTE,
    },
    "English": {
        "S. No.": Field.NUMBER,
        "Facility Name": Field.NAME,
        "Trading name": Field.OTHER_NAME,
        "Country": Field.COUNTRY,
        "Full address": Field.ADDRESS,
        "LEI": Field.LEI,
        "OS ID": Field.OS_ID,
        "GLN": Field.GLN,
        "HS code": Field.GOODS,
        "Processing Type": Field.WORK,
        "% of spend": Field.SHARE_OF_SPEND,
        "Number of Workers": Field.HEADS,
        "Peak season workers": Field.PEAK_HEADS,
        "Season": Field.MONTHS,
        "Tier level": Field.TIER,
        "Supplies to": Field.SUPPLIES,
        "Contact person": Field.PERSON,
        "Remarks": Field.NOTE,
    },
}
"""Headings as people write them, over cells of which each is "1": a role, a region or a town is not borne out."""

RUSSIAN = """Реестр поставщиков за 2026 год;;;;;;;;
;;;;;;;;
№;Наименование поставщика;Тип;Велаят;Город;Рег. номер;Доля в закупках, %;Численность работников;Телефон
1;ХО «Гёкдепе пагта»;хлопкозавод;Ахал;Гёкдепе;12-345-678;12,5;1 200;+993 12 34 56 78
2;Дайханское объединение «Ак алтын»;хозяйство;Марыйский велаят;Мары;;7,5;н/д;

3;ЧП Туркменбаши;посредник;Атлантида;;;сорок;30,5;
;;;;;;;;
№;Наименование поставщика;Тип;Велаят;Город;Рег. номер;Доля в закупках, %;Численность работников;Телефон
4;Бригада 7;бригадир;Лебап;Туркменабат;;5;25;
5;;;;;;;;
;Итого;;;;;25;1255,5;
""".encode("cp1251")
"""In an old encoding, with a title, blank lines, repeated headings, sums, and cells that say nothing."""


def turkmen() -> bytes:
    """Return a workbook with merged headings over two lines, an empty column, and a second sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Düşündiriş").write(0, 0, "Bu sanaw 2026-njy ýyl üçin.")
        page = book.add_worksheet("Sanaw")
        percent = book.add_format({"num_format": "0%"})
        page.merge_range(0, 0, 0, 6, "Üpjün edijiler 2026")
        page.merge_range(1, 0, 2, 0, "Üpjün edijiniň ady")
        page.merge_range(1, 2, 1, 3, "Salgysy")
        page.write_row(2, 2, ["Welaýaty", "Etraby"])
        page.merge_range(1, 4, 2, 4, "Haryt kody")
        page.merge_range(1, 5, 2, 5, "Satyn alyşdaky paýy")
        page.merge_range(1, 6, 2, 6, "Kime üpjün edýär")
        page.write_row(3, 0, ["Gökdepe Pagta HJ", None, "Ahal", "Gökdepe", "5201 00", None, None])
        page.write_number(3, 5, 0.4, percent)
        page.write_row(4, 0, ["Ýüpek Ýoly HK", None, "Lebap", "Türkmenabat", "5003", None, "Gökdepe Pagta"])
        page.write_row(5, 0, ["Jemi", None, None, None, None])
        page.write_number(5, 5, 0.4, percent)
    return file.getvalue()
