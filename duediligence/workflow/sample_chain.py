"""An invented chain to look around in: who supplies the sample farm with goods and with people.

Every name is made up. Some shares and months are not told, as in any real list.
"""

from typing import NamedTuple

from duediligence.chain.party import About, PartyRole, PartySite, Terms
from duediligence.workflow import chain
from duediligence.workflow.work import Work

_MARY = PartySite(country="TM", region="TM-M", town="Mary")


class _Sample(NamedTuple):
    """One party, and whom it supplies: the place of another one in the list, or the farm."""

    name: str
    role: PartyRole
    supplies: int | None = None
    goods: tuple[str, ...] = ()
    spend: float | None = None
    labour: float | None = None
    heads: int | None = None
    peak: int | None = None
    months: tuple[int, ...] = ()
    sites: tuple[PartySite, ...] = (_MARY,)


_PARTIES = (
    _Sample("«Gök Tohum» HJ", PartyRole.SUPPLIER, goods=("120721",), spend=18.0, heads=25, months=(3, 4)),
    _Sample("«Ter Ýaprak» HK", PartyRole.SUPPLIER, goods=("3102",), spend=22.0, months=(4, 5)),
    _Sample("«Çalt Arba» ÝGPJ", PartyRole.SUBCONTRACTOR, spend=12.0, heads=14, peak=30, months=(9, 10, 11)),
    _Sample("«Polat Demirçi» HJ", PartyRole.SUBCONTRACTOR, goods=("8432",), spend=9.0),
    _Sample("«Işli Eller» HK", PartyRole.LABOUR_PROVIDER, labour=35.0, heads=10, peak=180, months=(9, 10, 11)),
    _Sample("Brigada A-1", PartyRole.BRIGADE_LEADER, supplies=4, labour=40.0, peak=60, months=(9, 10)),
    _Sample("Brigada A-2", PartyRole.BRIGADE_LEADER, supplies=4, peak=45, months=(9, 10), sites=()),
    _Sample("«Ýol Görkeziji»", PartyRole.BROKER, supplies=5, sites=()),
    _Sample("«Sap Suw» daýhan birleşigi", PartyRole.FARM, supplies=0, goods=("120721",), spend=60.0, months=(8, 9)),
    _Sample("«Mes Toprak» daýhan birleşigi", PartyRole.FARM, supplies=0, goods=("120721",)),
    _Sample("«Nusga Kimya» A.Ş.", PartyRole.SUPPLIER, supplies=1, spend=70.0, sites=(PartySite(country="TR"),)),
    _Sample("«Bagt Saçak»", PartyRole.OTHER, goods=("2106",), heads=8, peak=20, months=(9, 10, 11)),
)


def enter(work: Work, organisation: str) -> None:
    """Enter the whole chain into the register of an organisation.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    ids: list[str] = []
    for one in _PARTIES:
        about = About(
            name=one.name,
            roles=(one.role,),
            sites=one.sites,
            goods=one.goods,
            heads=one.heads,
            peak_heads=one.peak,
            months=one.months,
        )
        ids.append(chain.add(work, organisation, about).id)
        terms = Terms(goods=one.goods, share_of_spend=one.spend, share_of_labour=one.labour)
        chain.link(work, ids[-1], None if one.supplies is None else ids[one.supplies], terms)
