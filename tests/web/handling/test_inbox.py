"""The inbox in a browser: views, claiming, many at once, refusals, language, shortcuts, incidents."""

import re

import pytest

from engine.configuration.grants import grants_of_account
from engine.domain.posts import ADMINISTRATOR, SUPERVISOR
from engine.ports import PermanentFailure
from engine.store.grants import GrantState
from engine.store.human_tasks import HumanTask, open_tasks
from engine.supervision.waiting import incidents
from tests.builders import a_commission
from tests.door import Door
from tests.staff import a_session, employ
from tests.web.accounts.browser import Browser

TASK = re.compile(r'name="task" value="(\d+:\d+)"')


def signed_in(door: Door, name: str) -> Browser:
    browser = Browser(door.app.test_client())
    browser.bring(a_session(door.house, name))
    return browser


def some_reviews(door: Door, count: int) -> list[HumanTask]:
    for number in range(count):
        door.house.receive(a_commission(number=f"WT-{number}", reviews=()), f"{number:064d}")
    door.house.work()
    with door.house.database.reading() as session:
        return open_tasks(session)


def owners(door: Door) -> list[str | None]:
    with door.house.database.reading() as session:
        return [task.owner for task in open_tasks(session)]


def send(browser: Browser, page: str, action: str, tasks: list[str], **more: str | list[str]):  # type: ignore[no-untyped-def]
    token = re.search(r'name="_form" value="([0-9a-f]{64})"', browser.get(page).text)
    assert token is not None
    fields = {"_form": token[1], "action": action, "task": tasks, "next": page, **more}
    return browser.client.post("/tasks/act", base_url=browser.base, data=fields)


def test_the_first_page_of_a_reviewer_is_the_inbox_with_how_many_wait(door: Door) -> None:
    some_reviews(door, 3)

    page = signed_in(door, "A001").get("/").text

    assert re.search(r"可领取</span> <span class=\"hd-views__count\">3<", page)
    assert "没有待办事项" in page


def test_several_are_claimed_at_once_and_the_next_page_says_so(door: Door) -> None:
    some_reviews(door, 3)
    browser = signed_in(door, "A001")
    tasks = TASK.findall(browser.get("/?view=free").text)

    answer = send(browser, "/?view=free", "claim", tasks[:2])

    assert (answer.status_code, answer.location) == (303, "/?view=free")
    assert "已领取 2 项" in browser.get("/").text
    assert "已领取" not in browser.get("/").text  # once
    assert sorted(map(str, owners(door))) == ["A001", "A001", "None"]


def test_of_many_those_that_others_took_meanwhile_are_told_and_the_rest_is_done(door: Door) -> None:
    some_reviews(door, 3)
    late, quick = signed_in(door, "A001"), signed_in(door, "A002")
    tasks = TASK.findall(late.get("/?view=free").text)
    send(quick, "/?view=free", "claim", tasks[:1])

    send(late, "/?view=free", "claim", tasks)

    page = late.get("/").text
    assert "已领取 2 项" in page
    assert "1 项未办：该事项已由他人领取" in page
    assert sorted(map(str, owners(door))) == ["A001", "A001", "A002"]


@pytest.mark.parametrize(
    ("action", "owner"), [("give_back", "None"), ("suspend", "A001"), ("transfer", "A002")]
)
def test_what_is_mine_can_be_given_back_set_aside_and_handed_on(door: Door, action: str, owner: str) -> None:
    some_reviews(door, 1)
    browser = signed_in(door, "A001")
    send(browser, "/?view=free", "claim", TASK.findall(browser.get("/?view=free").text))

    answer = send(browser, "/", action, TASK.findall(browser.get("/").text), to="A002")

    assert answer.status_code == 303
    assert [str(name) for name in owners(door)] == [owner]


def test_nothing_chosen_and_nobody_named_are_told_on_the_same_page(door: Door) -> None:
    some_reviews(door, 1)
    browser = signed_in(door, "A001")
    send(browser, "/?view=free", "claim", TASK.findall(browser.get("/?view=free").text))

    told = []
    for action, tasks in (("claim", []), ("transfer", TASK.findall(browser.get("/").text))):
        answer = send(browser, "/", action, tasks)
        told.append((answer.status_code, re.findall(r'role="status"><p>([^<]*)', browser.get("/").text)))

    assert told == [(303, ["请先勾选事项"]), (303, ["请选择转办给谁"])]


@pytest.mark.parametrize(("action", "task"), [("claim", "999999:0"), ("burn", None), ("claim", None)])
def test_what_cannot_be_done_with_one_task_is_an_error_page(
    door: Door, action: str, task: str | None
) -> None:
    (review,) = some_reviews(door, 1)
    stranger = signed_in(door, "E001")  # of another lane

    answer = send(stranger, "/", action, [task or f"{review.id}:{review.version}"])

    assert answer.status_code == {"999999:0": 404}.get(task or "", 409 if action == "burn" else 403)
    assert owners(door) == [None]


def test_a_form_returns_to_no_address_but_our_own(door: Door) -> None:
    some_reviews(door, 1)
    browser = signed_in(door, "A001")
    tasks = TASK.findall(browser.get("/?view=free").text)

    answer = send(browser, "/?view=free", "claim", tasks, next="//elsewhere.example/")

    assert answer.location == "/"


def test_the_partials_are_what_the_page_includes(door: Door) -> None:
    some_reviews(door, 2)
    browser = signed_in(door, "A001")

    whole = browser.get("/?view=free").text
    tasks = browser.get("/?view=free", **{"HX-Request": "true"}).text
    counts = browser.get("/counts?view=free").text

    without_token = re.sub(r'value="[0-9a-f]{64}"', "", tasks).strip()
    assert without_token in re.sub(r'value="[0-9a-f]{64}"', "", whole)
    assert counts.strip() in whole


def test_the_page_is_english_when_somebody_wants_it(door: Door) -> None:
    some_reviews(door, 1)
    browser = signed_in(door, "A001")

    before = browser.get("/?view=free").text
    switched = browser.send("/language/en", page="/", next="/?view=free")
    after = browser.get("/?view=free")

    assert '<html lang="zh-CN">' in before
    assert (switched.status_code, switched.location) == (303, "/?view=free")
    assert '<html lang="en">' in after.text
    assert "Inbox" in after.text


def test_the_language_is_switched_back_to_a_page_that_exists(door: Door) -> None:
    some_reviews(door, 1)
    browser = signed_in(door, "A001")

    refused = browser.send("/accounts/grants/1/approve", page="/")  # an error at an address without a page
    fields = re.findall(r'name="next" value="([^"]*)"', refused.text)

    assert (refused.status_code, fields) == (403, ["/"])


def test_shortcuts_are_off_until_somebody_switches_them_on(door: Door) -> None:
    browser = signed_in(door, "A001")

    before = "data-shortcuts" in browser.get("/").text
    browser.send("/account/shortcuts", keys="on")
    after = "data-shortcuts" in browser.get("/").text
    browser.send("/account/shortcuts", keys="off")

    assert (before, after, "data-shortcuts" in browser.get("/").text) == (False, True, False)


def test_an_incident_is_told_in_words_and_done_again_by_who_may(door: Door) -> None:
    house = door.house
    house.units.failures = [PermanentFailure("http_410")] * 4
    house.receive(a_commission())
    house.work()
    browser = signed_in(door, "E001")

    page = browser.get("/incidents").text
    with house.database.reading() as session:
        (incident,) = incidents(session)
    path = f"/incidents/{incident.kind}/{incident.id}"
    without = browser.send(path, page="/incidents", decision="retry", reason=" ")
    again = browser.send(path, page="/incidents", decision="retry", reason="对方已恢复")
    house.work()

    assert "发送核对报告" in page
    assert "对方拒绝了请求，应当联系对方" in page
    assert (without.status_code, again.status_code) == (409, 303)
    with house.database.reading() as session:
        assert [left.attempts for left in incidents(session) if left.id == incident.id] in ([], [2])


def test_a_post_is_proposed_by_one_and_approved_by_another(door: Door) -> None:
    employ(door.house, "S001", SUPERVISOR)
    employ(door.house, "T001", ADMINISTRATOR)
    employ(door.house, "N001")
    administrator, supervisor = signed_in(door, "T001"), signed_in(door, "S001")

    unreadable = administrator.send("/accounts/grants", account="N001", post="受理岗", since="明天")
    unknown = administrator.send("/accounts/grants", account="N999", post="受理岗", since="2026-11-23")
    proposed = administrator.send("/accounts/grants", account="N001", post="受理岗", since="2026-11-23")
    (number,) = re.findall(r"/accounts/grants/(\d+)/approve", supervisor.get("/accounts/grants").text)
    approved = supervisor.send(f"/accounts/grants/{number}/approve", page="/accounts/grants")

    answers = (unreadable, unknown, proposed, approved)
    assert [answer.status_code for answer in answers] == [400, 404, 303, 303]
    assert 'value="N999"' in unknown.text  # what was typed stays
    with door.house.database.reading() as session:
        assert [grant.state for grant in grants_of_account(session, "N001")] == [GrantState.APPROVED]


def test_counts_that_a_page_asks_by_itself_keep_no_session_alive(door: Door) -> None:
    browser = signed_in(door, "A001")
    answers = []

    for _ in range(4):
        door.house.clock.pass_time(minutes=10)
        answers.append(browser.get("/counts", **{"HX-Request": "true"}).status_code)

    assert answers == [200, 200, 401, 401]  # idle for half an hour; and no sign-in page inside another
    assert browser.get("/").status_code == 303
