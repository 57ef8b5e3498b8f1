"""What the robot and its clients say to each other, as Python types: contract v1.3 and what this robot adds to it.

Only what a client reads or writes is here; the robot's own JSON Schemas are the whole of it, and the test of this
folder holds every message of a running robot against them.
"""

from typing import Literal, NotRequired, TypedDict

Mode = Literal["idle", "manual", "silent_guardian", "coach", "mission"]
Source = Literal[
    "dropdown", "drive_enter", "drive_exit_restore", "mission_start", "mission_end", "landscape_selector", "api"
]
Pattern = Literal[
    "rainbow", "pulse", "solid", "chase", "fire", "warning", "attention", "celebration", "off"
]
Evidence = Literal["commanded", "measured", "unconfirmed"]
Level = Literal["normal", "warning", "critical", "emergency"]


class Nothing(TypedDict):
    pass


class Motor(TypedDict):
    """Shares of full speed, -1 to 1. Good for 300 ms from the sending of the heartbeat that is echoed."""

    left: float
    right: float
    heartbeat: NotRequired[int]
    lease_ms: NotRequired[int]


class Servo(TypedDict, total=False):
    """Degrees from centre: pan positive to the robot's left, tilt positive up."""

    pan: float
    tilt: float


class SetMode(TypedDict):
    mode: Mode
    source: NotRequired[Source]


class DispenseTreat(TypedDict):
    """The same `request_id` again asks for nothing more."""

    request_id: str
    dog_id: NotRequired[str]


class Led(TypedDict):
    pattern: Pattern


Data = Nothing | Motor | Servo | SetMode | DispenseTreat | Led


class Refusal(TypedDict):
    """Why not: `code` is for programs, `message` for people."""

    code: str
    message: str
    retry_after_s: NotRequired[int]


class Outcome(TypedDict):
    """What came of a treat."""

    success: bool
    confirmed: int
    certain: bool
    message: str


class Found(TypedDict, total=False):
    """What a stop found (the first three), or which job a treat became."""

    stopped: bool
    latched: bool
    evidence: Evidence
    job: int
    again: bool
    outcome: Outcome


class Ack(TypedDict):
    """The answer to a command: whether it was taken on. That it is done is told by other messages."""

    id: NotRequired[str]
    command: str
    success: bool
    result: NotRequired[Found]
    error: NotRequired[Refusal]


class Treat(Outcome):
    """What came of a treat: `treat`."""

    job: int
    request_id: NotRequired[str]
    dog_id: NotRequired[str]
    cause: NotRequired[str]
    total_today: NotRequired[int]


class Alert(TypedDict):
    """What a person should know: `alert`."""

    alert_type: str
    message: str


class Battery(TypedDict):
    """`battery`."""

    voltage: float
    percent: float
    charging: str
    level: Level


class Drive(TypedDict):
    left: float
    right: float
    latched: bool
    cause: str
    evidence: Evidence


class Status(TypedDict):
    """The robot's account of itself: `status_update`. It says more than is named here."""

    mode: Mode
    you: int
    operator: int | None
    drive: Drive
    battery: Battery | None
    temperature_c: float | None
    uptime_us: int


class Place(TypedDict):
    """Where a fact stands in the robot's history."""

    boot: int
    lane: Literal["durable", "transient"]
    seq: int
    durable: bool


class Message(TypedDict):
    """What every message from the robot has around its data, whatever that is."""

    type: str
    device_id: str
    timestamp: str
    data: object
    event: NotRequired[Place]
