from datetime import UTC, datetime, timedelta

from agent_tui.demo.folder import DemoFolder, DemoUser, FileLock


def test_passwords_lie_where_only_their_owner_can_read(tmp_path) -> None:
    folder = DemoFolder(tmp_path / "demo")
    users = (DemoUser("ana", 'a "quoted" \\ word', "agent"), DemoUser("luz", "x", "lead"))
    folder.write_users(users)
    assert folder.users() == users
    assert folder.users_file.stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_every_program_on_a_demo_sees_the_same_time(tmp_path) -> None:
    folder = DemoFolder(tmp_path / "demo")
    start = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    first = folder.set_clock(start)
    second = DemoFolder(tmp_path / "demo").clock()
    assert abs(first.now() - second.now()) < timedelta(seconds=1)
    folder.set_clock(None)
    assert not folder.clock().set


def test_a_desk_is_taken_by_one_workstation_and_free_again_after_it(tmp_path) -> None:
    mine, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert mine.take()
    assert not other.take()
    mine.close()
    assert other.take()
    other.close()
