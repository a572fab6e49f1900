"""The frontier alone: order, budget, shares, and that it is the same every time."""

from crawler.frontier import Budget, Frontier
from crawler.records import Task


def _fill(frontier: Frontier, kind: str, count: int, depth: int = 1) -> None:
    for number in range(count):
        task = Task(f"http://a.gov.cn/{kind}/{number}", kind, depth, rank=number)
        frontier.offer(task, kind, task.url)


def _drain(frontier: Frontier) -> list[str]:
    roles = []
    while (task := frontier.next()) is not None:
        roles.append(task.role)
    return roles


def test_front_pages_first() -> None:
    frontier = Frontier(Budget(pages=10))
    for kind in ("article", "column", "platform", "home", "robots"):
        _fill(frontier, kind, 1)
    assert _drain(frontier) == ["robots", "home", "platform", "column", "article"]


def test_columns_do_not_eat_the_articles_share() -> None:
    frontier = Frontier(Budget(pages=100))
    _fill(frontier, "column", 200)
    _fill(frontier, "article", 200)
    roles = _drain(frontier)
    assert len(roles) == 100
    assert roles.count("article") == 50
    assert len(list(frontier.leftover())) == 300


def test_unused_shares_are_given_back() -> None:
    frontier = Frontier(Budget(pages=100))
    _fill(frontier, "column", 200)
    assert len(_drain(frontier)) == 100


def test_second_looks_are_beyond_the_budget() -> None:
    frontier = Frontier(Budget(pages=2))
    _fill(frontier, "home", 1)
    _fill(frontier, "column", 5)
    frontier.again(Task("http://a.gov.cn/gone", "column", attempt=2))
    assert _drain(frontier) == ["home", "column", "column"]


def test_known_and_deep_addresses_are_refused() -> None:
    frontier = Frontier(Budget(depth=3))
    task = Task("http://a.gov.cn/x", "column", 3)
    assert frontier.offer(task, "column", "x")
    assert not frontier.offer(task, "column", "x")
    assert not frontier.offer(Task("http://a.gov.cn/y", "column", 4), "column", "y")


def test_better_ranked_first_whatever_the_order_of_discovery() -> None:
    frontier = Frontier(Budget())
    for rank in (5, 1, 3):
        frontier.offer(Task(f"http://a.gov.cn/{rank}", "article", 2, rank=rank), "article", str(rank))
    ranks = [task.rank for task in iter(frontier.next, None)]
    assert ranks == [1, 3, 5]


def test_what_waits_comes_back_whole_and_in_order() -> None:
    frontier = Frontier(Budget(pages=5000))
    tasks = [
        Task(
            f"http://a.gov.cn/{number}",
            "article",
            number % 3,
            f"第{number}项",
            "http://a.gov.cn/",
            "通知",
            -number % 7,
            2,
        )
        for number in range(3000)
    ]  # more than is kept in memory
    for task in tasks:
        assert frontier.offer(task, "article", task.url)
    order = sorted(tasks, key=lambda task: (task.rank, task.depth))
    assert [frontier.next() for _ in range(10)] == order[:10]
    assert list(frontier.leftover()) == order[10:]
    assert all(frontier.knows(task.url) for task in tasks)
