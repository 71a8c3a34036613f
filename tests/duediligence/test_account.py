"""Signing in, sessions, and choosing a password."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pyotp
import pytest
from account_people import ELSEWHERE, KEY, NOW, OFFICE, PHRASE, enter, gate, organisation, person

from duediligence import ledger
from duediligence.accounts import account, password, second_factor, session, token
from duediligence.accounts.account import CodeNeeded, SignedIn, change_password, confirm, enter_code, sign_in
from duediligence.accounts.brake import Slowed
from duediligence.accounts.session import Visitor
from duediligence.errors import NotFound, Unfit
from duediligence.organisation import Role
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import second_factor as factors
from duediligence.store import session as sessions

SHORT = timedelta(minutes=2)


@pytest.fixture
def here(db, settings, monkeypatch):
    return gate(db, settings, monkeypatch)


def codes(error: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def find(here, given, now=NOW) -> Visitor | None:
    with here.db.reading() as connection:
        return session.find(connection, given, here.settings, now)


def with_second_factor(here, one) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """Set a second factor up an hour ago, and return the authenticator and the recovery codes."""
    earlier = NOW - timedelta(hours=1)
    offer = second_factor.offer(KEY, one, here.settings.address, earlier)
    clock = pyotp.TOTP(offer.secret)
    with here.db.writing() as connection:
        credentials = people.credentials(connection, one.id)
        recovery = second_factor.accept(connection, KEY, credentials, (offer.note, clock.at(earlier)), earlier)
    return clock, recovery


class TestSigningIn:
    def test_the_right_password_opens_a_session_of_that_person(self, here):
        one = person(here.db)
        assert find(here, enter(here).token).actor.person == one.id

    def test_an_address_is_found_however_it_is_written(self, here):
        one = person(here.db)
        assert enter(here, " Leyli@Firm.example ").person == one.id

    @pytest.mark.parametrize("email", ["leyli@firm.example", "nobody@firm.example"])
    def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(self, here, email):
        person(here.db)
        with pytest.raises(Unfit) as error:
            sign_in(here, email, "not this one, surely", OFFICE, NOW)
        assert codes(error) == ["SIGN_IN_WRONG"]

    def test_somebody_disabled_stays_outside(self, here):
        person(here.db, disabled=NOW)
        with pytest.raises(Unfit):
            enter(here)

    def test_somebody_without_a_password_stays_outside(self, here):
        one = person(here.db)
        with here.db.writing() as connection:
            old = people.credentials(connection, one.id).password
            people.keep_password(connection, one.id, "", instead_of=old)
        with pytest.raises(Unfit):
            enter(here, given="")

    def test_the_next_good_sign_in_says_how_many_failed(self, here):
        person(here.db)
        with pytest.raises(Unfit):
            enter(here, given="not this one, surely")
        assert [enter(here).failures, enter(here).failures] == [1, 0]

    def test_a_session_of_somebody_else_in_the_same_browser_ends(self, here):
        person(here.db)
        person(here.db, "other@firm.example")
        left = enter(here, "other@firm.example").token
        caller = msgspec.structs.replace(OFFICE, session=left)
        assert isinstance(sign_in(here, "leyli@firm.example", PHRASE, caller, NOW), SignedIn)
        assert find(here, left) is None

    def test_a_session_in_another_browser_goes_on(self, here):
        person(here.db)
        other = enter(here).token
        enter(here)
        assert find(here, other)

    def test_a_token_is_new_at_every_sign_in(self, here):
        person(here.db)
        assert enter(here).token != enter(here).token

    def test_a_password_hashed_with_old_parameters_is_hashed_anew(self, here, monkeypatch):
        one = person(here.db)
        monkeypatch.setattr(password, "_HASHER", password.PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
        enter(here)
        with here.db.reading() as connection:
            assert not password.is_outdated(people.credentials(connection, one.id).password)

    def test_no_token_is_kept(self, here):
        person(here.db)
        given = enter(here).token
        with here.db.reading() as connection:
            kept = connection.exec_driver_sql("SELECT * FROM session").all()
        assert given not in str(kept)


class TestGuessing:
    def test_the_sixth_wrong_password_has_to_wait(self, here):
        person(here.db)
        for _ in range(5):
            here.brake.attempt("leyli@firm.example", OFFICE.network, "", NOW)
        with pytest.raises(Slowed):
            enter(here)

    def test_failing_on_purpose_keeps_nobody_away_who_comes_from_elsewhere(self, here):
        person(here.db)
        for _ in range(5):
            here.brake.attempt("leyli@firm.example", ELSEWHERE.network, "", NOW)
        assert enter(here)

    def test_failing_on_purpose_keeps_nobody_away_who_shares_the_network_but_was_here_before(self, here):
        person(here.db)
        known = msgspec.structs.replace(OFFICE, device=enter(here).device)
        for _ in range(5):
            here.brake.attempt("leyli@firm.example", OFFICE.network, "", NOW)
        assert enter(here, caller=known)

    def test_the_device_of_one_person_is_not_known_to_the_account_of_another(self, here):
        person(here.db)
        person(here.db, "maral@firm.example")
        known = msgspec.structs.replace(OFFICE, device=enter(here).device)
        for _ in range(5):
            here.brake.attempt("maral@firm.example", OFFICE.network, "", NOW)
        with pytest.raises(Slowed):
            enter(here, "maral@firm.example", caller=known)


class TestSessions:
    def test_a_session_ends_when_nothing_is_heard_of_it(self, here):
        person(here.db)
        given = enter(here).token
        silent = timedelta(minutes=here.settings.session_minutes)
        assert find(here, given, NOW + silent - SHORT)
        assert not find(here, given, NOW + silent)

    def test_a_session_ends_in_any_case(self, here):
        person(here.db)
        given = enter(here).token
        last = NOW + timedelta(hours=here.settings.session_hours)
        with here.db.writing() as connection:
            sessions.see(connection, token.digest(given), last - SHORT)
        assert find(here, given, last - SHORT)
        assert not find(here, given, last)

    def test_a_sign_of_life_is_due_only_after_some_minutes(self, here):
        person(here.db)
        given = enter(here).token
        assert [find(here, given, NOW + after).due for after in (SHORT, SHORT * 3)] == [False, True]

    def test_a_session_ends_when_its_person_is_disabled(self, here):
        one = person(here.db)
        given = enter(here).token
        with here.db.writing() as connection:
            people.save(connection, msgspec.structs.replace(one, disabled=NOW))
        assert find(here, given) is None

    def test_the_roles_are_those_of_this_moment(self, here):
        firm = organisation(here.db)
        one = person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        given = enter(here).token
        with here.db.writing() as connection:
            people.leave(connection, one.id, firm, Role.RESPONDENT, NOW)
        assert find(here, given).actor.memberships == ()

    def test_an_organisation_out_of_use_gives_no_role(self, here):
        firm = organisation(here.db)
        person(here.db, "leyli@firm.example", (firm, Role.RESPONDENT))
        with here.db.writing() as connection:
            organisations.disable(connection, firm, NOW)
        assert find(here, enter(here).token).actor.memberships == ()

    def test_signing_out_everywhere_else_spares_this_browser(self, here):
        one = person(here.db)
        this, other = enter(here).token, enter(here).token
        with here.db.writing() as connection:
            sessions.end_others(connection, one.id, token.digest(this))
        assert [bool(find(here, given)) for given in (this, other)] == [True, False]

    def test_nobody_signs_out_somebody_else(self, here):
        person(here.db)
        other = person(here.db, "maral@firm.example")
        given = enter(here).token
        with here.db.writing() as connection, pytest.raises(NotFound):
            session.sign_out(connection, other.id, token.digest(given))

    def test_sessions_that_are_over_are_swept_away(self, here):
        person(here.db)
        enter(here)
        with here.db.writing() as connection:
            assert sessions.sweep(connection, NOW, NOW + timedelta(days=1)) == 1


class TestSecondFactor:
    def test_whoever_has_one_is_asked_for_it(self, here):
        with_second_factor(here, person(here.db))
        assert isinstance(sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW), CodeNeeded)

    def test_the_code_opens_a_session_that_has_shown_it(self, here):
        clock, _ = with_second_factor(here, person(here.db))
        asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
        entered = enter_code(here, asked.note, clock.at(NOW), OFFICE, NOW)
        assert find(here, entered.token).actor.second_factor

    def test_a_code_serves_once(self, here):
        clock, _ = with_second_factor(here, person(here.db))
        asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
        enter_code(here, asked.note, clock.at(NOW), OFFICE, NOW)
        with pytest.raises(Unfit) as error:
            enter_code(here, asked.note, clock.at(NOW), OFFICE, NOW)
        assert codes(error) == ["CODE_WRONG"]

    def test_a_clock_that_is_half_a_minute_wrong_does_not_matter(self, here):
        clock, _ = with_second_factor(here, person(here.db))
        asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
        assert enter_code(here, asked.note, clock.at(NOW - timedelta(seconds=30)), OFFICE, NOW)

    def test_a_code_of_some_minutes_ago_is_wrong(self, here):
        clock, _ = with_second_factor(here, person(here.db))
        asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
        with pytest.raises(Unfit):
            enter_code(here, asked.note, clock.at(NOW - SHORT), OFFICE, NOW)

    def test_a_recovery_code_serves_once_however_it_is_typed(self, here):
        one = person(here.db)
        _, recovery = with_second_factor(here, one)
        asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
        assert enter_code(here, asked.note, recovery[0].replace("-", " ").lower(), OFFICE, NOW)
        with pytest.raises(Unfit):
            enter_code(here, asked.note, recovery[0], OFFICE, NOW)
        with here.db.reading() as connection:
            assert factors.codes_left(connection, one.id) == 9

    def test_guessing_codes_is_slowed_from_wherever_it_comes(self, here):
        one = person(here.db)
        with_second_factor(here, one)
        asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
        for _ in range(5):
            here.brake.attempt(f"code {one.id}", "", "", NOW)
        with pytest.raises(Slowed):
            enter_code(here, asked.note, "000000", ELSEWHERE, NOW)

    def test_halfway_in_is_worth_nothing_once_the_password_changed(self, here):
        one = person(here.db)
        clock, _ = with_second_factor(here, one)
        asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
        with here.db.writing() as connection:
            old = people.credentials(connection, one.id).password
            people.keep_password(connection, one.id, "changed", instead_of=old)
        with pytest.raises(Unfit) as error:
            enter_code(here, asked.note, clock.at(NOW), OFFICE, NOW)
        assert codes(error) == ["SIGN_IN_AGAIN"]

    def test_it_is_set_up_only_once_a_code_has_shown_that_the_secret_arrived(self, here):
        one = person(here.db)
        offer = second_factor.offer(KEY, one, here.settings.address, NOW)
        with here.db.writing() as connection, pytest.raises(Unfit):
            second_factor.accept(connection, KEY, people.credentials(connection, one.id), (offer.note, "000000"), NOW)
        assert isinstance(sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW), SignedIn)

    def test_the_offer_to_one_person_sets_up_nothing_for_another(self, here):
        one, other = person(here.db), person(here.db, "maral@firm.example")
        offer = second_factor.offer(KEY, one, here.settings.address, NOW)
        answer = (offer.note, pyotp.TOTP(offer.secret).at(NOW))
        with here.db.writing() as connection, pytest.raises(Unfit) as error:
            second_factor.accept(connection, KEY, people.credentials(connection, other.id), answer, NOW)
        assert codes(error) == ["SECOND_FACTOR_OFFER_OVER"]

    def test_showing_it_later_makes_the_session_stronger_under_a_new_token(self, here):
        one = person(here.db)
        given = enter(here).token
        clock, _ = with_second_factor(here, one)
        fresh = confirm(here, find(here, given), clock.at(NOW), NOW)
        assert find(here, given) is None
        assert find(here, fresh).actor.second_factor


class TestChoosingAPassword:
    NEW = "other words of no meaning"

    def test_the_new_one_opens_and_the_old_one_does_not(self, here):
        person(here.db)
        change_password(here, find(here, enter(here).token), PHRASE, self.NEW, NOW)
        assert enter(here, given=self.NEW)
        with pytest.raises(Unfit):
            enter(here)

    def test_every_other_session_ends_and_this_one_goes_on(self, here):
        person(here.db)
        this, other = enter(here).token, enter(here).token
        change_password(here, find(here, this), PHRASE, self.NEW, NOW)
        assert [bool(find(here, given)) for given in (this, other)] == [True, False]

    def test_the_old_one_must_be_known(self, here):
        person(here.db)
        with pytest.raises(Unfit) as error:
            change_password(here, find(here, enter(here).token), "not this one, surely", self.NEW, NOW)
        assert codes(error) == ["PASSWORD_WRONG"]

    def test_it_is_in_the_ledger(self, here):
        one = person(here.db)
        change_password(here, find(here, enter(here).token), PHRASE, self.NEW, NOW)
        with here.db.reading() as connection:
            assert [entry.event for entry in ledger.entries(connection, one.id)] == ["account:password"]

    def test_two_who_replace_the_same_password_at_once_do_not_both_succeed(self, here):
        one = person(here.db)
        with here.db.reading() as connection:
            old = people.credentials(connection, one.id).password

        def replace(new: str) -> bool:
            with here.db.writing() as connection:
                return people.keep_password(connection, one.id, new, instead_of=old)

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(replace, ("first", "second"))) == [False, True]


def test_device_notes_and_halfway_notes_are_not_taken_for_each_other(here):
    one = person(here.db)
    with_second_factor(here, one)
    asked = sign_in(here, "leyli@firm.example", PHRASE, OFFICE, NOW)
    assert token.read(KEY, "device", asked.note, account._Device, NOW) is None
