"""Lines for cron and timers for systemd that run the four kinds of inspection; printed, never installed."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from audit.texts import KINDS


@dataclass(frozen=True, slots=True)
class Plan:
    """When a kind runs: as cron says it and as systemd does. Hours are at night, when portals are idle, and apart."""

    kind: str
    cron: str
    calendar: str
    options: tuple[str, ...] = ()


PLANS = (
    Plan("daily", "30 1 * * *", "*-*-* 01:30:00"),
    Plan("monthly", "0 3 25 * *", "*-*-25 03:00:00"),
    Plan("quarterly", "0 4 20 3,6,9,12 *", "*-03,06,09,12-20 04:00:00", ("--sample", "{sample}")),
    Plan("yearly", "0 5 5 1 *", "*-01-05 05:00:00"),
)


def _command(plan: Plan, program: str, sites: Path, output: Path, sample: int) -> str:
    options = [option.format(sample=sample) for option in plan.options]
    words = [
        program,
        "inspect",
        "--kind",
        plan.kind,
        *options,
        "--output",
        str(output.absolute()),
        str(sites.absolute()),
    ]
    return shlex.join(words)


def cron(program: str, sites: Path, output: Path, sample: int) -> str:
    """Lines for ``crontab -e``. A percent sign ends a command in cron and is escaped."""
    lines = ["# 粘贴到 crontab -e"]
    for plan in PLANS:
        command = _command(plan, program, sites, output, sample).replace("%", r"\%")
        lines += [f"# {KINDS[plan.kind]}", f"{plan.cron} {command}"]
    return "\n".join(lines)


def systemd(program: str, sites: Path, output: Path, sample: int) -> str:
    """A service and a timer for each kind, each under the name of its file."""
    parts = ["# 存到 /etc/systemd/system/，然后 systemctl daemon-reload && systemctl enable --now gongkai-{daily,monthly,quarterly,yearly}.timer"]  # fmt: skip
    for plan in PLANS:
        title = KINDS[plan.kind]
        command = _command(plan, program, sites, output, sample).replace("%", "%%").replace("$", "$$")
        name = f"gongkai-{plan.kind}"
        parts += [
            f"\n# {name}.service",
            f"[Unit]\nDescription=gongkai {title}\nWants=network-online.target\nAfter=network-online.target\n",
            f"[Service]\nType=oneshot\nExecStart={command}\nSuccessExitStatus=3\nTimeoutStartSec=infinity",
            f"\n# {name}.timer",
            f"[Unit]\nDescription=gongkai {title}\n",
            f"[Timer]\nOnCalendar={plan.calendar}\nPersistent=true\nRandomizedDelaySec=300\n",
            "[Install]\nWantedBy=timers.target",
        ]
    return "\n".join(parts)
